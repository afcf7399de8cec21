"""How fast a book was written, and how fast its bare rows could have been: what a bench lays side by side."""

import time
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.journal.chart import account_of

_TABLES: Final = ("delivery", "event", "posting", "process", "open_sale", "stock")
_ROWS_AT_ONCE: Final = 20_000
_TENTHS: Final = 10
_BATCHES: Final = (
    "select b.recorded_at, x.postings from (select event >> 12 as batch, count(*) as postings from posting p "
    "where not exists (select from account a where a.id in (p.debit, p.credit) and "
    "(starts_with(a.name, $1) or starts_with(a.name, $2))) group by 1) x join batch b on b.id = x.batch order by b.id"
)
OPENING: Final = tuple(account_of(a).address.partition("{")[0] for a in ("outside:opening:X", "opening_stock:X"))


class Copied(Struct, frozen=True):
    """Rows copied by the baseline, and the seconds it took the database to take them."""

    rows: int
    seconds: float


class Written(Struct, frozen=True):
    """How many events and postings a book has."""

    events: int
    postings: int


async def written(connection: asyncpg.Connection) -> Written:
    """Count what the book has."""
    ((events, postings),) = await connection.fetch(
        "select (select count(*) from event), (select count(*) from posting)"
    )
    return Written(events, postings)


async def copy_journal(connection: asyncpg.Connection) -> Copied:
    """Copy every row of the journal into bare tables of the same columns; they are dropped again.

    Only the COPY is timed, not the reading. Bare means no key to check and no index to keep.
    """
    rows, seconds = 0, 0.0
    for table in _TABLES:
        await connection.execute(f"create table bare_{table} (like {table})")
        try:
            async with connection.transaction():
                cursor = await connection.cursor(f"select * from {table}")
                while waiting := [tuple(r) for r in await cursor.fetch(_ROWS_AT_ONCE)]:
                    rows += len(waiting)
                    seconds += await _copied(connection, f"bare_{table}", waiting)
        finally:
            await connection.execute(f"drop table bare_{table}")
    return Copied(rows, seconds)


async def growth(connection: asyncpg.Connection) -> float:
    """Return what a posting cost in the last tenth of the batches against the first, opening stock aside."""
    batches = [(at.timestamp(), n) for at, n in await connection.fetch(_BATCHES, *OPENING)]
    tenth = len(batches) // _TENTHS
    if not tenth:
        return 1.0

    def cost(part: list[tuple[float, int]]) -> float:
        """A batch is recorded when it begins, so that the next one's time is its end."""
        return (part[-1][0] - part[0][0]) / sum(n for _, n in part[:-1])

    return cost(batches[-tenth - 1 :]) / cost(batches[1 : tenth + 2])


async def _copied(connection: asyncpg.Connection, table: str, rows: list[tuple[object, ...]]) -> float:
    started = time.perf_counter()
    await connection.copy_records_to_table(table, records=rows)
    return time.perf_counter() - started
