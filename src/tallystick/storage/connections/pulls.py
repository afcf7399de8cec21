"""How far each kind of thing has been pulled through a connection, and who pulls. Implements `engine.partners.pulling.PullStore`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tallystick.engine.partners.pulling import Due, LeaseLost
from tallystick.ports.connector import Page
from tallystick.storage.inbox import Inbox
from tallystick.storage.line import Line, line_over, told_when_away

_KNOW: Final = "insert into connection_pull (connection, kind) select $1, unnest($2::text[]) on conflict do nothing"
_DUE: Final = (
    "select kind, cursor, failures from connection_pull where connection = $1 and kind = any($2::text[]) and due <= $3 "
    "order by due, kind"
)
_LEASE: Final = (
    "insert into connection_poller as p (connection, token, leased_until) values ($1, 1, $3) "
    "on conflict (connection) do update set token = p.token + 1, leased_until = $3 "
    "where p.leased_until is null or p.leased_until <= $2 returning token"
)
_HOLD: Final = "update connection_poller set leased_until = $3 where connection = $1 and token = $2 returning 1"
_RELEASE: Final = "update connection_poller set leased_until = null where connection = $1 and token = $2"
_MOVE: Final = (
    "update connection_pull set cursor = $3, moved_at = case when cursor = $3 then moved_at else now() end, failures = 0 "
    "where connection = $1 and kind = $2"
)
_THROUGH: Final = (
    "update connection_pull set due = $3, caught_up_at = now(), failures = 0 where connection = $1 and kind = $2"
)
_FAILED: Final = "update connection_pull set due = $3, failures = failures + 1 where connection = $1 and kind = $2"
_FROM: Final = (
    "insert into connection_pull (connection, kind, cursor) values ($1, $2, coalesce($3, '')) on conflict (connection, kind) "
    "do update set due = now(), failures = 0, cursor = coalesce($3, connection_pull.cursor)"
)


class Pulls:
    """The pulls of one connection."""

    def __init__(self, connection: asyncpg.Connection | Line, inbox: Inbox, number: int) -> None:
        """Keep deliveries in *inbox*, which must stand on the same *connection*: they and the cursor move together."""
        self._line, self._inbox, self._number = line_over(connection), inbox, number

    async def know(self, kinds: Sequence[str]) -> None:
        """Keep a cursor for each of *kinds*."""
        await self._fetch(_KNOW, list(kinds))

    async def due(self, now: datetime, kinds: Sequence[str]) -> Sequence[Due]:
        """Return those of *kinds* whose turn it is."""
        return [Due(r["kind"], r["cursor"], r["failures"]) for r in await self._fetch(_DUE, list(kinds), now)]

    async def lease(self, now: datetime, until: datetime) -> int | None:
        """Take the connection for this puller until then and return a token; None while another has it."""
        rows = await self._fetch(_LEASE, now, until)
        return rows[0]["token"] if rows else None

    async def keep(self, token: int, due: Due, page: Page, until: datetime) -> int:
        """Keep a page and its cursor in one transaction; return how many deliveries were new. Raises `LeaseLost`."""

        async def moved(connection: asyncpg.Connection) -> None:
            if not await connection.fetch(_HOLD, self._number, token, until):
                raise LeaseLost
            await connection.execute(_MOVE, self._number, due.kind, page.cursor)

        return (await self._inbox.receive_with(page.deliveries, moved)).new

    async def settle(self, due: Due, again_at: datetime, *, came_through: bool) -> None:
        """Note that a pull came to the end, or failed, and when it is its turn again."""
        await self._fetch(_THROUGH if came_through else _FAILED, due.kind, again_at)

    async def release(self, token: int) -> None:
        """Let another pull."""
        await self._fetch(_RELEASE, token)

    async def begin_at(self, kind: str, cursor: str | None) -> None:
        """Let *kind* be pulled at once, from *cursor* on or from where it stands. What comes again is known already."""
        await self._fetch(_FROM, kind, cursor)

    async def _fetch(self, sql: str, *what: object) -> list[asyncpg.Record]:
        with told_when_away():
            connection = await self._line.live()
            found: list[asyncpg.Record] = await connection.fetch(sql, self._number, *what)
            return found
