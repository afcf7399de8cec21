"""Reconciling a book: statements in, compared with the book of one instant, differences out through the front door."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from tallystick.app.house import House
from tallystick.app.own_reports import delivery_named
from tallystick.app.working.work import work_off
from tallystick.connectors.statement_files.client import deliveries
from tallystick.messages.statements import DifferenceFound, DifferenceSettled
from tallystick.reconciliation.comparison import Comparison
from tallystick.reconciliation.comparisons import COMPARISONS, reconcile
from tallystick.reconciliation.limits import Limits
from tallystick.reconciliation.matching import Difference, Matching
from tallystick.storage.reading.reconciling.side import read_side
from tallystick.storage.reading.reconciling.statements import (
    close_settled,
    kept_statements,
    open_differences,
    told_so_far,
)

SUBJECT: Final = "difference/"


class Kept(Struct, frozen=True):
    """What became of a file of statements."""

    statements: int
    new: int
    dead_letters: int


class Reconciled(Struct, frozen=True):
    """What a reconciliation found, as of *as_of*: *told* are new or have changed, *settled* the names of those that are gone."""

    as_of: datetime
    statements: int
    matched: int
    pending: tuple[str, ...]
    differences: tuple[Difference, ...]
    told: int
    settled: tuple[str, ...]


class Wish(Struct, frozen=True):
    """What to compare, as of when, how patiently, and whether what is found is told."""

    as_of: datetime
    only: tuple[str, ...] = tuple(COMPARISONS)
    limits: Limits = Limits()
    tells: bool = True


async def keep_statements(house: House, file: Path) -> Kept:
    """Take a file of statements through the front door. Raises `Rejected` when it cannot be read as a whole."""
    found = list(deliveries(file))
    inbox = await house.inbox()
    received = await inbox.receive(found)
    await work_off(house)
    return Kept(len(found), received.new, await inbox.open_letters(found[0].source) if found else 0)


async def reconcile_book(house: House, wish: Wish) -> Reconciled:
    """Compare what was stated with the book; tell what differs, once, and settle what has gone."""
    connection = await house.connection()
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        statements = await kept_statements(connection)
        side = await read_side(connection, statements, wish.as_of, wish.limits)
        before = await open_differences(connection)
    found = reconcile(Comparison(side, statements, wish.as_of, wish.limits), wish.only)
    gone = _gone(before, found, wish.only)
    told = 0
    if wish.tells:
        told = await tell_differences(house, wish.as_of, found.differences, gone)
        await close_settled(connection, gone, f"fits as of {wish.as_of:%Y-%m-%d %H:%M}")
    return Reconciled(
        wish.as_of,
        len(statements),
        found.matched,
        tuple(found.pending),
        tuple(found.differences),
        told,
        tuple(s.removeprefix(SUBJECT) for s in gone),
    )


RULES_OF: Final = {
    "stock": ("stock", "promised"),
    "provider": ("capture", "refund", "chargeback", "settlement", "fee"),
}
"""The rules a comparison goes by, where they are not called as it is."""


def _gone(before: Sequence[str], found: Matching, only: Sequence[str]) -> list[str]:
    """Return the differences that stood before, were looked at again, and are neither found nor pending."""
    rules = {rule for name in only for rule in RULES_OF.get(name, (name,))}
    still = {SUBJECT + d.name for d in found.differences} | {SUBJECT + name for name in found.pending}
    return [s for s in before if s not in still and s.removeprefix(SUBJECT).partition("/")[0] in rules]


async def tell_differences(house: House, at: datetime, differences: Sequence[Difference], gone: Sequence[str]) -> int:
    """Report differences, and those that are gone; return how many are new or have changed. The same finding at the same moment is the same message."""
    own = [
        delivery_named(f"{d.name}@{at.isoformat()}#{d.ours}:{d.theirs}", SUBJECT + d.name, _found(d), at)
        for d in differences
    ]
    for subject in gone:
        rule, party, key = subject.removeprefix(SUBJECT).split("/", 2)
        own.append(delivery_named(f"{subject}@{at.isoformat()}#gone", subject, DifferenceSettled(rule, party, key), at))
    if not own:
        return 0
    connection = await house.connection()
    before = await told_so_far(connection)
    await (await house.inbox()).receive(own)
    await work_off(house)
    return await told_so_far(connection) - before


def _found(d: Difference) -> DifferenceFound:
    return DifferenceFound(d.rule, d.kind, d.party, d.key, d.commodity, d.ours, d.theirs, d.references)
