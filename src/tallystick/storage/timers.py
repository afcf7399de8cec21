"""Deadlines, kept beside the processes rather than in them: an index on a column that moves would cost every update."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tallystick.engine.timers import DueTimer
from tallystick.processes.family import Family, decode_family
from tallystick.storage.line import Line, line_over, told_when_away

_DUE: Final = (
    "select t.subject, t.member, t.version, t.due, p.body from timer t left join process p on p.subject = t.subject "
    "where t.due <= $1 order by t.due limit $2"
)
_NEXT: Final = "select min(due) from timer"
_DROP: Final = (
    "delete from timer t using unnest($1::text[], $2::text[], $3::int[]) u(s, m, v) "
    "where t.subject = u.s and t.member = u.m and t.version = u.v and t.due <= $4"
)


class Timers:
    """Implements `engine.timers.TimerStore`."""

    def __init__(self, connection: asyncpg.Connection | Line) -> None:
        """Use *connection* for single statements."""
        self._line = line_over(connection)

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[DueTimer, Family]]:
        """Return deadlines that have come, oldest first, with the family each belongs to."""
        with told_when_away():
            rows = await (await self._line.live()).fetch(_DUE, now, limit)
        return [
            (DueTimer(r["subject"], r["member"], r["version"], r["due"]), decode_family(r["body"]) if r["body"] else {})
            for r in rows
        ]

    async def next_due(self) -> datetime | None:
        """Return when the next deadline comes, UTC; None while there is none."""
        with told_when_away():
            found: datetime | None = await (await self._line.live()).fetchval(_NEXT)
        return found

    async def drop(self, timers: Sequence[DueTimer]) -> None:
        """Forget deadlines."""
        rows = [(t.subject, t.member, t.version) for t in timers]
        latest = max(t.due for t in timers)
        with told_when_away():
            await (await self._line.live()).fetch(_DROP, *zip(*rows, strict=True), latest)
