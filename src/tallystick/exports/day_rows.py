"""What a ledger export is made of: rows by day, and balances kept along the way for the checks it carries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

DayPosting = tuple[date, str, str, str, int]
"""(day, debit account, credit account, commodity, amount), in the order of days; units or minor units."""


class Checked(NamedTuple):
    """What an account holds when *day* ends."""

    day: date
    account: str
    commodity: str
    balance: int


class Day(NamedTuple):
    """One day's rows, by pair of accounts, and what is to be checked when it ends."""

    day: date
    pairs: list[tuple[str, str, list[tuple[str, int]]]]
    checks: list[Checked]


def days(rows: Iterable[DayPosting]) -> Iterator[Day]:
    """Yield day by day; a month's last day with postings carries checks of all that moved in that month.

    Memory: one day's rows and one number for each account and commodity.
    """
    balances: defaultdict[tuple[str, str], int] = defaultdict(int)
    moved: set[tuple[str, str]] = set()
    before: Day | None = None
    for day, group in groupby(rows, key=itemgetter(0)):
        if before is not None:
            yield _ended(before, moved if _month(before.day) != _month(day) else set(), balances)
        before = Day(day, _pairs(group), [])
        for debit, credit, amounts in before.pairs:
            for commodity, amount in amounts:
                balances[debit, commodity] += amount
                balances[credit, commodity] -= amount
                moved.update(((debit, commodity), (credit, commodity)))
    if before is not None:
        yield _ended(before, moved, balances)


def day_after(day: date) -> date:
    """Return the next day: other ledgers check a balance at the start of a day."""
    return day + timedelta(days=1)


def _pairs(group: Iterable[DayPosting]) -> list[tuple[str, str, list[tuple[str, int]]]]:
    return [
        (debit, credit, [(row[3], row[4]) for row in rows])
        for (debit, credit), rows in groupby(group, key=itemgetter(1, 2))
    ]


def _ended(day: Day, moved: set[tuple[str, str]], balances: dict[tuple[str, str], int]) -> Day:
    checks = [Checked(day.day, *key, balances[key]) for key in sorted(moved)]
    moved.clear()
    return day._replace(checks=checks)


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
