"""Golden records and conflicts, read off the processes that keep every system's words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.decisions.masters.golden import Golden, golden
from tallystick.decisions.masters.ownership import DEFAULT
from tallystick.decisions.masters.record import Record
from tallystick.messages.stewardship.governing import Ownership, Publication
from tallystick.messages.stewardship.records import subject_of_record
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.members import (
    OWNERSHIP,
    OWNERSHIP_SUBJECT,
    PUBLICATION,
    PUBLICATION_SUBJECT,
    RECORD,
)

_DOCUMENTS: Final = "select subject, event, body from process where subject in ($1, $2)"
_NAMED: Final = "select body from process where kind = 'master' and subject = any($1::text[])"
_ALL: Final = (
    "select body from process where kind = 'master' and starts_with(subject, $1) and subject collate \"C\" > $2 "
    "and ($3 or state <> 'AGREED') order by subject collate \"C\" limit $4"
)
PIECE: Final = 1000


class Governing(Struct, frozen=True):
    """The documents in force with their versions, 0 where none was declared; `stands` changes whenever one of them does."""

    ownership: Ownership = DEFAULT
    publication: Publication = Publication()
    ownership_version: int = 0
    publication_version: int = 0
    stands: str = ""


async def governing(connection: asyncpg.Connection) -> Governing:
    """Return who owns what and how products are published, as in force now."""
    rows = await connection.fetch(_DOCUMENTS, OWNERSHIP_SUBJECT, PUBLICATION_SUBJECT)
    found: dict[str, Any] = {}
    for subject, event, body in sorted(rows, key=lambda row: str(row["subject"])):
        name = OWNERSHIP if subject == OWNERSHIP_SUBJECT else PUBLICATION
        data = data_of(decode_family(body), name)
        found |= {name: data.rules, f"{name}_version": data.version}
        found["stands"] = f"{found.get('stands', '')}{event} "
    return Governing(**found)


def _record(body: bytes) -> Record:
    record: Record = data_of(decode_family(body), RECORD)
    return record


async def records_named(connection: asyncpg.Connection, kind: str, codes: Sequence[str]) -> Mapping[str, Record]:
    """Return the records of *kind* that go by *codes*, by code; nothing for what nobody spoke of."""
    rows = await connection.fetch(_NAMED, [subject_of_record(kind, code) for code in codes])
    return {record.code: record for record in (_record(row[0]) for row in rows)}


class Wanted(Struct, frozen=True):
    """Which records: of a *kind* or of all, after the subject *after*; only those where systems are *split*."""

    kind: str = ""
    after: str = ""
    split: bool = False
    limit: int = PIECE


async def records(connection: asyncpg.Connection, wanted: Wanted) -> list[Record]:
    """Return records in the order of their subjects."""
    prefix = subject_of_record(wanted.kind, "") if wanted.kind else "master/"
    rows = await connection.fetch(_ALL, prefix, wanted.after, not wanted.split, wanted.limit)
    return [_record(row[0]) for row in rows]


async def every_record(connection: asyncpg.Connection, kind: str, *, split: bool = False) -> list[Record]:
    """Return all records of *kind* (of every kind, where it is empty), piece by piece."""
    found: list[Record] = []
    after = ""
    while piece := await records(connection, Wanted(kind, after, split)):
        found += piece
        after = subject_of_record(piece[-1].kind, piece[-1].code)
    return found


async def golden_named(connection: asyncpg.Connection, kind: str, code: str, now: datetime) -> Golden | None:
    """Return a thing as it counts at *now*; None where nobody spoke of it."""
    record = (await records_named(connection, kind, [code])).get(code)
    return golden(record, (await governing(connection)).ownership, now) if record else None
