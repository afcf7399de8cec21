"""Which booked days have moved since somebody looked last.

Gates commit each their own batches one after the other, so that within a gate nothing appears below a position
(decision 19): who keeps one position a gate misses nothing, and reads nothing twice.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.storage.reading.ledgers.journal_sums import READ_SECONDS_MAX

# What is not posted moves no day: among them our own reports of journals drawn.
_MOVED: Final = (
    "with p as (select g.batch << 12 | 4095 as upto, coalesce(max(x), g.id::bigint << 52) as seen "
    "from gate g left join unnest($1::bigint[]) x on x >> 52 = g.id group by g.id, g.batch), "
    "day as (select distinct f.booked_on as day from p cross join lateral (select e.booked_on from event e "
    "where e.id > p.seen and e.id <= p.upto and exists (select from posting q where q.event = e.id)) f where p.seen < p.upto) "
    "select array(select upto from p order by upto), array(select day from day order by day)"
)


class Moved(Struct, frozen=True):
    """The booked days that moved, and the positions from which to look on: one a gate, its last event at most."""

    positions: tuple[int, ...]
    days: tuple[date, ...]


async def moved_since(connection: asyncpg.Connection, positions: Sequence[int]) -> Moved:
    """Return the days on which something was posted after *positions*; without any, every day of the book."""
    ((upto, days),) = await connection.fetch(_MOVED, list(positions), timeout=READ_SECONDS_MAX)
    return Moved(tuple(upto), tuple(days))
