"""Breaks: money or goods that did not fit although the message was taken, until somebody says what became of them."""

from datetime import date, datetime
from typing import Final

import asyncpg
from msgspec import Struct

_KINDS: Final = (
    "select kind, count(*)::int as open, coalesce(sum(abs(amount)), 0)::bigint as at_stake, commodity from break "
    "where closed_at is null group by kind, commodity order by kind, commodity"
)
_LIST: Final = (
    "select b.event, b.n, b.kind, b.subject, b.detail, b.amount, b.commodity, e.effective_on, b.closed_at, b.closed_as "
    "from break b join event e on e.id = b.event where ($1 or b.closed_at is null) and ($2 = '' or b.kind = $2) "
    "and ($3 = '' or b.subject = $3) order by b.event, b.n limit $4"
)
_CLOSE: Final = "update break set closed_at = now(), closed_as = $3 where event = $1 and n = $2 and closed_at is null"
_ONE: Final = (
    "select b.event, b.n, b.kind, b.subject, b.detail, b.amount, b.commodity, e.effective_on, b.closed_at, b.closed_as "
    "from break b join event e on e.id = b.event where b.event = $1 and b.n = $2"
)


class BreakKind(Struct, frozen=True):
    """Open breaks of one kind: how many, and the money at stake in minor units of `commodity` (none where it is empty)."""

    kind: str
    open: int
    at_stake: int
    commodity: str


class FoundBreak(Struct, frozen=True):
    """One break, found while the event `event` was folded."""

    event: int
    n: int
    kind: str
    subject: str
    detail: str
    amount: int
    commodity: str
    on: date
    closed_at: datetime | None
    closed_as: str | None

    @property
    def name(self) -> str:
        """How a person calls it: `EVENT.N`."""
        return f"{self.event}.{self.n}"


class Wanted(Struct, frozen=True):
    """Which breaks to look at; empty means any."""

    kind: str = ""
    subject: str = ""
    closed: bool = False
    limit: int = 1000


async def break_kinds(connection: asyncpg.Connection) -> list[BreakKind]:
    """Return the open breaks by kind."""
    return [BreakKind(*row) for row in await connection.fetch(_KINDS)]


async def breaks(connection: asyncpg.Connection, wanted: Wanted) -> list[FoundBreak]:
    """Return breaks in the order they were found."""
    rows = await connection.fetch(_LIST, wanted.closed, wanted.kind, wanted.subject, wanted.limit)
    return [FoundBreak(*row) for row in rows]


async def one_break(connection: asyncpg.Connection, event: int, n: int) -> FoundBreak | None:
    """Return a break by its name's two parts."""
    row = await connection.fetchrow(_ONE, event, n)
    return FoundBreak(*row) if row else None


async def close_break(connection: asyncpg.Connection, event: int, n: int, closed_as: str) -> None:
    """Close an open break with what became of it. The book does not change: what must, goes in as a report."""
    await connection.execute(_CLOSE, event, n, closed_as)
