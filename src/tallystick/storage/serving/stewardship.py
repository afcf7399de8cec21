"""Records of things and their conflicts for the API."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.decisions.masters.golden import Conflict, Golden
from tallystick.storage.reading.masters.conflicts import conflicts_of
from tallystick.storage.reading.masters.records import golden_named
from tallystick.storage.serving.pool import Pool, lent


class Stewardship:
    """Implements `ports.stewardship.StewardReader`."""

    def __init__(self, pool: Pool) -> None:
        """Ask over *pool*."""
        self._pool = pool

    async def golden(self, kind: str, code: str, now: datetime) -> Golden | None:
        """See `StewardReader`."""
        async with lent(self._pool) as connection:
            return await golden_named(connection, kind, code, now)

    async def conflicts(self, kind: str, now: datetime, *, settled: bool) -> Sequence[Conflict]:
        """See `StewardReader`."""
        async with lent(self._pool) as connection:
            return await conflicts_of(connection, kind, now, settled=settled)
