"""How far channels are behind, for whoever watches: counted up by span of lag, and the oldest number nobody was told."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

SPANS_MS: Final = (50, 100, 200, 350, 500, 750, 1000, 2000, 5000, 15_000, 60_000, 300_000)
BEYOND: Final = 2**63 - 1
_SPANS: Final = ", ".join(str(ms) for ms in (*SPANS_MS, BEYOND))
COUNTED: Final = (
    f"insert into stock_lag as l select $1, (select min(s) from unnest(array[{_SPANS}]::bigint[]) s where s >= lag_ms), "
    "count(*), sum(lag_ms) from t where lag_ms is not null group by 2 order by 2 "
    "on conflict (channel, le_ms) do update set n = l.n + excluded.n, total_ms = l.total_ms + excluded.total_ms"
)
"""Counts the lags of rows `t` that were just acknowledged; in a fixed order, for several tellers count at once."""
_FOUND: Final = "select channel, le_ms, n, total_ms from stock_lag order by channel, le_ms"
_UNTOLD: Final = (
    "select f.channel, count(t.item), min(least(t.told_since, t.changed_at)) from stock_feed f "
    "left join stock_told t on t.channel = f.channel and t.version > t.shown_version group by f.channel order by f.channel"
)


class ChannelLag(Struct, frozen=True):
    """A channel: numbers it has not acknowledged, the oldest since *oldest*, and how long earlier ones took.

    *spans* are (at most so many milliseconds, how many numbers), not added up; they come to *total_ms*.
    """

    channel: str
    untold: int
    oldest: datetime | None
    spans: Sequence[tuple[int, int]]
    total_ms: int


async def channel_lags(connection: asyncpg.Connection) -> list[ChannelLag]:
    """Return how far every channel is behind, and was."""
    spans: defaultdict[str, dict[int, int]] = defaultdict(dict)
    totals: defaultdict[str, int] = defaultdict(int)
    for channel, most, count, total in await connection.fetch(_FOUND):
        spans[channel][most] = count
        totals[channel] += total
    return [
        ChannelLag(name, untold, oldest, [(ms, spans[name].get(ms, 0)) for ms in (*SPANS_MS, BEYOND)], totals[name])
        for name, untold, oldest in await connection.fetch(_UNTOLD)
    ]
