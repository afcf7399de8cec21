"""Postings and entries. Both legs of a posting carry one amount, so nothing here can be out of balance."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from msgspec import Struct


class PostingError(ValueError):
    """A posting that moves nothing, or moves it nowhere."""


class Posting(NamedTuple):
    """*number* of *commodity* taken from *credit* and given to *debit*.

    `rule` is the row of the posting table that wrote it, `item` the product a money amount belongs to (or none).
    Numbers are whole units, or minor units of the currency in `commodity`.
    """

    rule: int
    debit: str
    credit: str
    commodity: str
    number: int
    item: str = ""


def checked(posting: Posting) -> Posting:
    """Return *posting*, or raise `PostingError` when it moves nothing or has one account on both sides."""
    if posting.number <= 0:
        raise PostingError(f"a posting moves something, not {posting.number}: corrections are reversals")
    if posting.debit == posting.credit:
        raise PostingError(f"a posting moves between two accounts, not within {posting.debit}")
    return posting


class Entry(Struct, frozen=True):
    """The postings of one event.

    `effective_on` is when it took effect, `booked_on` the day it is posted to: the same, unless its period was closed.
    """

    event: int
    effective_on: date
    booked_on: date
    postings: tuple[Posting, ...]

    def reversal(self, event: int, on: date) -> "Entry":
        """Return the mirror of this entry: the book is never edited, a mistake is answered by its opposite."""
        mirrored = tuple(p._replace(debit=p.credit, credit=p.debit) for p in reversed(self.postings))
        return Entry(event, on, on, mirrored)


def balances(postings: Iterable[Posting]) -> Counter[tuple[str, str]]:
    """Return what each (account, commodity) holds after *postings*: debits less credits."""
    book: Counter[tuple[str, str]] = Counter()
    for p in postings:
        book[p.debit, p.commodity] += p.number
        book[p.credit, p.commodity] -= p.number
    return book
