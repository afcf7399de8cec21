"""The steward's queue: what systems contradict, and which products may be one."""

from datetime import datetime

import asyncpg

from tallystick.decisions.masters.duplicates import Candidate, candidates
from tallystick.decisions.masters.golden import OPEN, Conflict, Golden, golden
from tallystick.decisions.masters.record import Record
from tallystick.storage.reading.masters.records import every_record, governing


async def conflicts_of(connection: asyncpg.Connection, kind: str, now: datetime, *, settled: bool) -> list[Conflict]:
    """Return the conflicts of a kind (of all, where it is empty), oldest first; with *settled*, also those that are."""
    ownership = (await governing(connection)).ownership
    found = [c for r in await every_record(connection, kind, split=True) for c in golden(r, ownership, now).conflicts]
    return sorted(
        (c for c in found if settled or c.state == OPEN), key=lambda c: (c.since, c.kind, c.code, c.field, c.other)
    )


async def golden_of_kind(connection: asyncpg.Connection, kind: str, now: datetime) -> list[tuple[Record, Golden]]:
    """Return every record of a kind with what counts of it now."""
    ownership = (await governing(connection)).ownership
    return [(record, golden(record, ownership, now)) for record in await every_record(connection, kind)]


async def duplicates(connection: asyncpg.Connection, now: datetime) -> list[Candidate]:
    """Return pairs of products that may be one and that nobody has ruled on."""
    return candidates(await golden_of_kind(connection, "product", now))
