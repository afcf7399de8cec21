"""How far each kind of thing has been pulled from each system. A cursor is the system's door's own; nobody else reads it."""

from typing import Final

import asyncpg

_KEPT: Final = "select value from setting where key = $1"
_KEEP: Final = "insert into setting values ($1, $2) on conflict (key) do update set value = excluded.value"


async def cursor_of(connection: asyncpg.Connection, source: str, kind: str) -> str:
    """Return where the next pull of *kind* from *source* goes on; empty at the beginning."""
    return await connection.fetchval(_KEPT, _key(source, kind)) or ""


async def keep_cursor(connection: asyncpg.Connection, source: str, kind: str, cursor: str) -> None:
    """Remember where the next pull goes on. Call it when what was pulled is kept, never before."""
    await connection.execute(_KEEP, _key(source, kind), cursor)


def _key(source: str, kind: str) -> str:
    return f"cursor/{source}/{kind}"
