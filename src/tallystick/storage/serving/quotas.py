"""What each client has leased of its quota in the window under way, counted for all workers in one row."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from tallystick.ports.quota import Lease
from tallystick.ports.reading import Use

_LEASE: Final = (
    "insert into quota as q (client, capability, window_begins, taken, granted) values ($1, $2, $3, $4, $4) "
    "on conflict (client, capability) do update set window_begins = $3, last_at = now(), "
    "granted = case when q.window_begins = $3 then least($4, $5 - q.taken) else $4 end, "
    "taken = case when q.window_begins = $3 then least(q.taken + $4, $5) else $4 end returning granted, taken"
)
_USES: Final = "select client, capability, last_at from quota order by capability, client"


class Quotas:
    """Where all workers count together."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Count over *pool*."""
        self._pool = pool

    async def lease(self, client: str, capability: str, window: int, wanted: tuple[int, int]) -> Lease:
        """Take a block for the window that begins at second *window*; *wanted* is (block, the whole quota)."""
        (row,) = await self._pool.fetch(_LEASE, client, capability, window, *wanted)
        return Lease(row["granted"], row["taken"])

    async def uses(self) -> Sequence[Use]:
        """Return which clients have used what, and when last."""
        return [Use(*row) for row in await self._pool.fetch(_USES)]
