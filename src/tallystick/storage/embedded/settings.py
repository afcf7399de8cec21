"""What is asked of any server before the book is trusted to it, ours or an outside one."""

import asyncpg

from tallystick.storage.embedded.errors import ServerTooOldError, UnsafeDurabilityError

SERVER_VERSION_MIN = 150000

# Setting, and what a crash costs where it is off.
DURABLE = {
    "fsync": "a power cut can destroy the whole database",
    "full_page_writes": "a power cut can leave half-written pages",
    "synchronous_commit": "entries already answered for are lost in a crash",
}


async def refuse_unsafe_durability(connection: asyncpg.Connection, *, allow: bool = False) -> None:
    """Refuse a server that would lose committed entries, or that is older than PostgreSQL 15.

    `allow` accepts unsafe settings (a bench that measures what durability costs asks for that), never an old server.

    Raises:
        UnsafeDurabilityError: fsync, full_page_writes or synchronous_commit is off.
        ServerTooOldError: the server is older than PostgreSQL 15.
    """
    found = int(await connection.fetchval("SELECT current_setting('server_version_num')"))
    if found < SERVER_VERSION_MIN:
        raise ServerTooOldError(
            f"This PostgreSQL is version {found // 10000}; tally needs 15 or newer.",
            "upgrade the server, or unset TALLYSTICK_DATABASE_URL to use the embedded one",
        )
    if allow:
        return
    for name, cost in DURABLE.items():
        if await connection.fetchval("SELECT current_setting($1)", name) == "off":
            raise UnsafeDurabilityError(
                f"The server has {name} = off: {cost}.",
                f"set {name} = on (ALTER SYSTEM SET {name} = on; SELECT pg_reload_conf()); see also ALTER DATABASE and "
                "ALTER ROLE, which can override it",
            )
