"""Who works off which partition of a book's inbox: advisory locks of the very connection that writes its effects.

The server drops these locks when the connection ends, and with the connection ends the transaction under way. So
whoever gets a partition next finds everything its last holder did, and nothing is ever written by somebody who has
lost it. A subject belongs to one partition, and a partition to one connection: order per subject follows (decision 15).
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Final

import asyncpg

from tallystick.storage.inbox import PARTITIONS
from tallystick.storage.line import told_when_away

WORKER_LOCK: Final = 0x1AFF
_PARTITION_LOCK: Final = 0x1B00
_HERE: Final = "hashtext(current_schema())"
OF_SCHEMA: Final = (
    "l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.objid::bigint = hashtext({schema})::bigint & 4294967295 "
    "and l.database = (select oid from pg_database where datname = current_database())"
)
"""The advisory locks (`pg_locks l`) that speak of a schema."""
_ENLIST: Final = f"select pg_advisory_lock_shared({WORKER_LOCK}, {_HERE})"
_LOOK: Final = (
    f"select l.classid::bigint as what from pg_locks l where {OF_SCHEMA.format(schema='current_schema()')} "
    f"and l.classid::bigint between {WORKER_LOCK} and {_PARTITION_LOCK + PARTITIONS - 1}"
)
_TAKE: Final = (
    f"select p from unnest($1::int[]) p where pg_try_advisory_lock({_PARTITION_LOCK} + p, {_HERE}) order by p"
)
_GIVE: Final = f"select pg_advisory_unlock({_PARTITION_LOCK} + p, {_HERE}) from unnest($1::int[]) p"
_DRAWING_LOCK: Final = 0x9056


@asynccontextmanager
async def drawing_turn(connection: asyncpg.Connection) -> AsyncIterator[None]:
    """Let nobody else draw journals of this book during the block: what is read first must be issued first."""
    await connection.execute(f"select pg_advisory_lock({_DRAWING_LOCK}, {_HERE})")
    try:
        yield
    finally:
        if not connection.is_closed():
            await connection.execute(f"select pg_advisory_unlock({_DRAWING_LOCK}, {_HERE})")


class Claims:
    """The partitions one connection holds. Use it between batches only, never within a transaction."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        """Hold nothing yet."""
        self._connection = connection
        self.held: list[int] = []

    async def enlist(self) -> None:
        """Be counted as a worker, for as long as the connection lasts."""
        with told_when_away():
            await self._connection.fetch(_ENLIST)

    async def balance(self) -> list[int]:
        """Move towards an equal share among the workers there are now, and return what is held."""
        with told_when_away():
            seen = [row["what"] for row in await self._connection.fetch(_LOOK)]
            workers = seen.count(WORKER_LOCK)
            share = -(-PARTITIONS // max(workers, 1))
            await self._give(self.held[share:])
            await self._take(_free(seen)[: share - len(self.held)])
        return self.held

    async def take_all(self) -> list[int]:
        """Take whatever nobody else holds, and return what is held."""
        with told_when_away():
            await self._take(_free([row["what"] for row in await self._connection.fetch(_LOOK)]))
        return self.held

    async def _take(self, wanted: Collection[int]) -> None:
        if wanted:
            self.held = sorted([*self.held, *(row[0] for row in await self._connection.fetch(_TAKE, list(wanted)))])

    async def _give(self, surplus: Collection[int]) -> None:
        if surplus:
            await self._connection.fetch(_GIVE, list(surplus))
            self.held = [p for p in self.held if p not in surplus]


def _free(seen: Collection[int]) -> list[int]:
    taken = set(seen)
    return [p for p in range(PARTITIONS) if _PARTITION_LOCK + p not in taken]
