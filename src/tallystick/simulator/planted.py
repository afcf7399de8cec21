"""Bugs put in on purpose, inside one run only: a proof that never fails proves nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any
from unittest.mock import patch

from msgspec import Struct
from msgspec.structs import replace

from tallystick.journal.posting import Posting
from tallystick.messages.fulfilment import GoodsDispatched
from tallystick.messages.stock import StockReserved
from tallystick.posting.table import PostingTable
from tallystick.processes import fold
from tallystick.processes.family import Member, data_of
from tallystick.processes.fold import Folded
from tallystick.processes.members import FULFILMENT
from tallystick.processes.orders import order_steps
from tallystick.simulator.memory_book import MemoryBook

EVERY_NTH_COMMAND = 7


class Plant(StrEnum):
    """The bugs that can be planted."""

    SKIPPED_RESERVATION = "skipped_reservation"
    DOUBLE_POSTING = "double_posting"
    LOST_OUTBOX_ROW = "lost_outbox_row"
    UNBALANCED_RULE = "unbalanced_rule"
    NEGATIVE_STOCK = "negative_stock"


class _WithoutReservation(PostingTable):
    """The order believes that it holds goods; the book was never told."""

    def post(self, fact: Struct) -> list[Posting]:
        return [] if isinstance(fact, StockReserved) else super().post(fact)


class _WithoutCost(PostingTable):
    """A dispatch earns revenue, and its cost stays in the inventory: one leg too few."""

    def post(self, fact: Struct) -> list[Posting]:
        postings = super().post(fact)
        if isinstance(fact, GoodsDispatched):
            return [p for p in postings if not p.credit.startswith("inventory:")]
        return postings


@contextmanager
def planted(plant: Plant, book: MemoryBook) -> Iterator[None]:
    """Plant a bug in *book* for as long as the context lasts."""
    if plant is Plant.SKIPPED_RESERVATION:
        book.table = book.fold.table = _WithoutReservation()
        yield
    elif plant is Plant.UNBALANCED_RULE:
        book.table = book.fold.table = _WithoutCost()
        yield
    elif plant is Plant.DOUBLE_POSTING:
        book.answers = _Forgetful()
        _forget_shipments(book)
        yield
    elif plant is Plant.LOST_OUTBOX_ROW:
        _lose_commands(book)
        yield
    else:
        with (
            patch.object(order_steps, "lines_without_stock", lambda *_: ()),
            patch.object(fold._Run, "check_layers", lambda _: None),  # noqa: SLF001
        ):
            yield


class _Forgetful(dict[Any, Any]):
    """A record of answers that forgets: a duplicate is folded as if it were new."""

    def get(self, _key: Any, default: Any = None) -> Any:
        return default

    def __contains__(self, key: object) -> bool:
        return False


def _forget_shipments(book: MemoryBook) -> None:
    """Make every fulfilment forget which shipments it has booked, so that not even the business key helps."""
    commit = book.on_commit

    def forgetful(folded: Folded) -> None:
        family = book.loaded.families[folded.message.subject]
        if FULFILMENT in family:
            member = family[FULFILMENT]
            known = replace(data_of(family, FULFILMENT), shipments={})
            family[FULFILMENT] = Member(member.state, member.version, known)
        commit(folded)

    book.on_commit = forgetful


def _lose_commands(book: MemoryBook) -> None:
    """Drop the first outbox row of every few messages that have some, as a careless cursor would."""
    commit = book.on_commit
    seen = 0

    def forgetful(folded: Folded) -> None:
        nonlocal seen
        if folded.commands:
            seen += 1
            if seen % EVERY_NTH_COMMAND == 0:
                book.outbox[folded.message.subject].pop()
        commit(folded)

    book.on_commit = forgetful
