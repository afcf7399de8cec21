"""Closing: a period's entries are sealed with one root hash, and what comes late lands in the first open day."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.journal.period import entry_digest, seal_of_digests
from tallystick.journal.posting import Entry, Posting

_LOCK: Final = "select id from gate order by id for update"
_LAST: Final = "select max(through) from period"
_CLOSED: Final = "select through, sealed_at, root, entries from period order by through"
_INSERT: Final = "insert into period values ($1, $2, $3, $4)"
_ENTRIES: Final = (
    "select e.id, e.effective_on, e.booked_on, p.n, p.rule, d.name as debit, c.name as credit, m.name as commodity, "
    "p.amount, coalesce(substr(i.name, 5), '') as item from event e join posting p on p.event = e.id "
    "join account d on d.id = p.debit join account c on c.id = p.credit join commodity m on m.id = p.commodity "
    "left join commodity i on i.id = p.item where e.booked_on > $1 and e.booked_on <= $2 order by e.id, p.n"
)
BEGINNING: Final = date(1, 1, 1)


class PeriodError(Exception):
    """A period that cannot be closed as asked."""


class Period(Struct, frozen=True):
    """A closed period: its last day, when it was sealed (UTC), the root hash over its entries, and how many."""

    through: date
    sealed_at: datetime
    root: str
    entries: int


async def close_period(connection: asyncpg.Connection, through: date) -> Period:
    """Close every open day up to *through* and seal it. No gate writes meanwhile.

    Raises `PeriodError` when *through* is closed already.
    """
    async with connection.transaction():
        await connection.fetch(_LOCK)
        last = await connection.fetchval(_LAST)
        if last is not None and through <= last:
            raise PeriodError(f"the book is closed through {last} already: a closed period is not opened by closing")
        root, entries = await entries_root(connection, last or BEGINNING, through)
        period = Period(through, datetime.now(UTC), root, entries)
        await connection.fetch(_INSERT, period.through, period.sealed_at, period.root, period.entries)
    return period


async def closed_periods(connection: asyncpg.Connection) -> list[Period]:
    """Return the closed periods, oldest first."""
    return [Period(*row) for row in await connection.fetch(_CLOSED)]


async def broken_seals(connection: asyncpg.Connection) -> list[date]:
    """Return the last days of periods whose entries no longer make their seal. Call it in a transaction."""
    broken, last = [], BEGINNING
    for period in await closed_periods(connection):
        root, entries = await entries_root(connection, last, period.through)
        if (root, entries) != (period.root, period.entries):
            broken.append(period.through)
        last = period.through
    return broken


async def entries_root(connection: asyncpg.Connection, after: date, through: date) -> tuple[str, int]:
    """Return the root hash over the entries booked after *after* and up to *through*, and how many there are."""
    digests = [entry_digest(entry) async for entry in _entries(connection, after, through)]
    return seal_of_digests(digests), len(digests)


async def _entries(connection: asyncpg.Connection, after: date, through: date) -> AsyncIterator[Entry]:
    event: int | None = None
    days = (BEGINNING, BEGINNING)
    postings: list[Posting] = []
    async for r in connection.cursor(_ENTRIES, after, through, prefetch=5000):
        if r["id"] != event:
            if event is not None:
                yield Entry(event, *days, tuple(postings))
            event, days, postings = r["id"], (r["effective_on"], r["booked_on"]), []
        postings.append(Posting(r["rule"], r["debit"], r["credit"], r["commodity"], r["amount"], r["item"]))
    if event is not None:
        yield Entry(event, *days, tuple(postings))
