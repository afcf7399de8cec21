"""A few connections for reading, lent for one question each; one that broke is replaced."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, cast

import asyncpg

CONNECTIONS_MAX: Final = 4
QUESTION_SECONDS_MAX: Final = 20
Pool = asyncpg.Pool


async def open_pool(url: str, schema: str) -> asyncpg.Pool:
    """Open connections to the book that lies in *schema*."""
    settings = {"search_path": f'"{schema}"', "application_name": "tallystick reading", "timezone": "UTC"}
    pool: asyncpg.Pool = await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=CONNECTIONS_MAX,
        command_timeout=QUESTION_SECONDS_MAX,
        server_settings=settings,
    )
    return pool


@asynccontextmanager
async def lent(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
    """Lend a connection for as long as the block lasts."""
    async with pool.acquire() as connection:
        yield cast("asyncpg.Connection", connection)  # a proxy that does all a connection does
