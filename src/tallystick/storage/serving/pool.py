"""A few connections for reading, lent for one question each; one that broke is replaced."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import asyncpg

from tallystick.storage.line import Server

CONNECTIONS_MAX: Final = 4
QUESTION_SECONDS_MAX: Final = 20
Pool = asyncpg.Pool


async def open_pool(server: Server, schema: str) -> asyncpg.Pool:
    """Open connections to the book that lies in *schema*, wherever its server is when one is opened."""

    async def connect(*_: Any, **__: Any) -> asyncpg.Connection:
        return await server.connect(schema)

    pool: asyncpg.Pool = await asyncpg.create_pool(
        connect=connect, min_size=0, max_size=CONNECTIONS_MAX, command_timeout=QUESTION_SECONDS_MAX
    )
    return pool


@asynccontextmanager
async def lent(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """Lend a connection for as long as the block lasts."""
    async with pool.acquire() as connection:
        yield cast("asyncpg.Connection", connection)  # a proxy that does all a connection does
