"""Two ways to write what a batch did: many rows by COPY, few rows in one statement.

COPY is the fastest way in for a thousand rows of a table, but it takes two trips to the server for each table. A small
batch spends most of its time on trips, so it leaves in one: every insert and update as a part of a single statement.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import asyncpg

SMALL_EVENTS_MAX: Final = 128
_PLACE: Final = re.compile(r"\$(\d+)")

Rows = Sequence[Sequence[Any]]


class Table(NamedTuple):
    """A table that rows are added to, with the columns they fill and their types."""

    name: str
    columns: tuple[tuple[str, str], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(name for name, _ in self.columns)


class Added(NamedTuple):
    """Rows for a table."""

    table: Table
    rows: Rows


class Change(NamedTuple):
    """An update or insert with its parameters, numbered from $1."""

    sql: str
    parameters: Sequence[Any]


async def write_many(connection: asyncpg.Connection, added: Sequence[Added], changes: Sequence[Change]) -> None:
    """Write by COPY for each table and one statement for all changes, which see what was added."""
    for table, rows in added:
        await connection.copy_records_to_table(table.name, records=rows, columns=table.names)
    if changes:
        await write_few(connection, (), changes)


async def write_few(connection: asyncpg.Connection, added: Sequence[Added], changes: Sequence[Change]) -> None:
    """Write everything in one statement. The parts must touch different tables, for they see none of each other."""
    sql = _joined(tuple(a.table for a in added), tuple(c.sql for c in changes))
    columns = [column for a in added for column in zip(*a.rows, strict=True)]
    await connection.fetch(sql, *columns, *(p for c in changes for p in c.parameters))


@cache
def _joined(tables: tuple[Table, ...], changes: tuple[str, ...]) -> str:
    """Return one statement of all parts, the last change at its end; there are few combinations, each made once."""
    parts, used = [], 0
    for table in tables:
        arrays = ", ".join(f"${used + n}::{kind}[]" for n, (_, kind) in enumerate(table.columns, 1))
        parts.append(f"insert into {table.name} ({', '.join(table.names)}) select * from unnest({arrays})")
        used += len(table.columns)
    for change in changes:
        parts.append(_PLACE.sub(lambda place, base=used: f"${base + int(place[1])}", change))  # type: ignore[misc]
        used += max(int(n) for n in _PLACE.findall(change))
    named = ", ".join(f"w{n} as ({part})" for n, part in enumerate(parts[:-1]))
    return f"with {named} {parts[-1]}" if named else parts[-1]
