"""A line to a book: a connection that is opened again after it was lost, and word of when it was lost.

A line never repeats a statement: whoever used it is told that the outcome is unknown, and the next use finds a
connection that lives. An embedded server that has died is started again on the way.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg

from tallystick.engine.gate_store import StoreAway
from tallystick.storage.book import connect
from tallystick.storage.embedded.errors import DatabaseUnusableError

STATEMENT_SECONDS_MAX: Final = 60
CONNECT_SECONDS_MAX: Final = 20
HANG_UP_SECONDS_MAX: Final = 3
# A server that became read-only is a primary that was demoted: the next connection finds the new one.
_AWAY: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InternalClientError,
    DatabaseUnusableError,
)

Revive = Callable[[], Awaitable[str]]
"""Bring a dead server back to life and return its URL."""


@contextmanager
def told_when_away() -> Iterator[None]:
    """Raise `StoreAway` where the block fails because the database cannot be reached or used now."""
    try:
        yield
    except _AWAY as failure:
        raise StoreAway(f"{type(failure).__name__}: {failure}") from failure
    except asyncpg.InterfaceError as misuse:
        # The driver says so of a connection that was closed, but also of mistakes of ours, which are not to be waited out.
        if "closed" not in str(misuse):
            raise
        raise StoreAway(str(misuse)) from misuse


class Server:
    """Where the server of a book is; the embedded one may come back to life under another address."""

    def __init__(self, url: str, revive: Revive | None = None) -> None:
        """Start from *url*; *revive* is asked when nobody answers there."""
        self.url, self._revive = url, revive

    async def connect(self, schema: str) -> asyncpg.Connection:
        """Open a connection, whose statements have a limit of `STATEMENT_SECONDS_MAX`; raise `StoreAway`."""
        with told_when_away():
            try:
                return await self._connect(schema)
            except _AWAY:
                if self._revive is None:
                    raise
                self.url = await self._revive()
                return await self._connect(schema)

    async def _connect(self, schema: str) -> asyncpg.Connection:
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            return await connect(self.url, schema, STATEMENT_SECONDS_MAX)


class Line:
    """One connection at a time to one book."""

    def __init__(self, server: Server, schema: str) -> None:
        """Open nothing yet."""
        self._server, self._schema = server, schema
        self._connection: asyncpg.Connection | None = None
        self._opening = asyncio.Lock()

    async def live(self) -> asyncpg.Connection:
        """Return the connection, opened anew if it was lost; raise `StoreAway` where that fails."""
        async with self._opening:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._server.connect(self._schema)
            return self._connection

    async def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            await hang_up(self._connection)


class Fixed(Line):
    """A line over a connection of somebody else's: once lost, it stays lost."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Use *connection*."""
        self._connection: asyncpg.Connection = connection

    async def live(self) -> asyncpg.Connection:
        """Return the connection, dead or alive."""
        return self._connection


def line_over(connection: asyncpg.Connection | Line) -> Line:
    """Return *connection* as a line, if it is none yet."""
    return connection if isinstance(connection, Line) else Fixed(connection)


async def plan_anew(connection: asyncpg.Connection) -> None:
    """Have each statement planned for the tables as they are when it runs.

    A plan that is kept was made for the tables as they were: over a young book it reads whole tables, more slowly with
    every row, until somebody analyses them. For whoever asks some ten times a second planning costs less than that.
    """
    await connection.execute("set plan_cache_mode = force_custom_plan")


async def hang_up(connection: asyncpg.Connection) -> None:
    """Close a connection, also one whose server does not answer any more."""
    try:
        await connection.close(timeout=HANG_UP_SECONDS_MAX)
    except (*_AWAY, asyncpg.InterfaceError):
        connection.terminate()
