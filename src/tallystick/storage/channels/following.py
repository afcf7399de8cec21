"""Following the book for one channel: which products changed, and what the channel should show of them now.

All of it is one short transaction under the lock of the feed's row. Positions, numbers and versions move together or not
at all, so that workers cannot overtake each other. Numbers are read after the lock: the last one written is the newest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.storage.reading.promising.shelf_lines import Asked, AvailabilityReader

EVENTS_IN_ROUND_MAX: Final = 1000
PRODUCTS_IN_PIECE: Final = 500
_KNOW: Final = (
    "insert into stock_feed (channel, connection, locations, sweep_after) values ($1, $2, $3, 0) "
    "on conflict do nothing returning channel"
)
_BEGIN: Final = "insert into stock_feed_position select $1, id, batch << 12 | 4095 from gate"
_MOVED: Final = (
    "update stock_feed set connection = $2, locations = $3, sweep_after = 0, sweep_forced = sweep_forced or connection <> $2 "
    "where channel = $1 and (connection <> $2 or locations <> $3)"
)
_LOCK: Final = (
    "select rules_version, day, sweep_after, sweep_forced, locations from stock_feed where channel = $1 "
    "for update skip locked"
)
_SPANS: Final = (
    "select g.gate, g.since, coalesce((select e.id from event e where e.id > g.since and e.id <= g.newest order by e.id "
    "offset $2 limit 1), g.newest) from (select g.id as gate, coalesce(p.event, g.id::bigint << 52) as since, "
    "g.batch << 12 | 4095 as newest from gate g left join stock_feed_position p on p.gate = g.id and p.channel = $1) g "
    "where g.newest > g.since"
)
# A posting of units has its product as its commodity; money moves without the shelf.
_CHANGED: Final = (
    "with s as materialized (select * from unnest($1::bigint[], $2::bigint[]) s(after, upto)) "
    "select u.item, min(b.recorded_at) from (select p.item, p.event from s cross join lateral "
    "(select item, event from posting where event > s.after and event <= s.upto and commodity = item offset 0) p "
    "union all select (c.stock >> 32)::int, c.event from s cross join lateral "
    "(select stock, event from plan_change where event > s.after and event <= s.upto and stock >= 1::bigint << 32 offset 0) c) u "
    "join batch b on b.id = u.event >> 12 group by 1"
)
_FOLLOWED: Final = (
    "insert into stock_feed_position select $1, g, e from unnest($2::smallint[], $3::bigint[]) u(g, e) "
    "on conflict (channel, gate) do update set event = excluded.event"
)
_PIECE: Final = (
    "select c.id from commodity c where c.id > $1 and starts_with(c.name, $3) and exists (select 1 from stock s "
    "where s.id >= c.id::bigint << 32 and s.id < (c.id::bigint + 1) << 32) order by c.id limit $2"
)
_SWEPT: Final = (
    "update stock_feed set sweep_after = $2, sweep_forced = $3, rules_version = $4, day = $5 where channel = $1"
)
_NAMES: Final = "select id, name from commodity where id = any($1::int[])"
# A number that goes back to what is shown before anybody was told of another needs no word at all.
_WANT: Final = (
    "insert into stock_told as t (channel, item, wanted, version, changed_at, due) "
    "select $1, item, wanted, 1, since, $5 from unnest($2::int[], $3::bigint[], $4::timestamptz[]) u(item, wanted, since) "
    "on conflict (channel, item) do update set wanted = excluded.wanted, "
    "version = case when not $6 and excluded.wanted is not distinct from t.shown and t.told_version = t.shown_version "
    "then t.shown_version else t.version + 1 end, "
    "changed_at = case when not $6 and excluded.wanted is not distinct from t.shown and t.told_version = t.shown_version "
    "then null else coalesce(t.changed_at, excluded.changed_at) end, "
    "due = case when t.version > t.shown_version and not $6 then t.due else $5 end "
    "where t.wanted <> excluded.wanted or $6"
)


class Following:
    """Follows the book for one channel, on a connection that nobody else uses meanwhile."""

    CHANGED: str = _CHANGED

    def __init__(self, connection: asyncpg.Connection, channel: str) -> None:
        """Follow for *channel*."""
        self._connection, self._channel = connection, channel
        self._reader = AvailabilityReader(connection)

    async def know(self, connection: int, locations: str) -> None:
        """Begin the feed, from now on and with every product there is; after a move all is told anew to where it goes now."""
        async with self._connection.transaction():
            if await self._connection.fetch(_KNOW, self._channel, connection, locations):
                await self._connection.execute(_BEGIN, self._channel)
            else:
                await self._connection.execute(_MOVED, self._channel, connection, locations)

    async def run_once(self, now: datetime) -> int:
        """Look at what changed, and at a piece of everything where rules or the day did; return how many products."""
        async with self._connection.transaction():
            feed = await self._connection.fetchrow(_LOCK, self._channel)
            if feed is None:
                return 0
            changed = await self._changed()
            await self._want(changed, (now, feed["locations"]), forced=False)
            return len(changed) + await self._sweep(feed, now)

    async def _changed(self) -> Mapping[int, datetime]:
        """Move the positions and return the products that changed, each with the moment of its first change."""
        spans = await self._connection.fetch(_SPANS, self._channel, EVENTS_IN_ROUND_MAX)
        if not spans:
            return {}
        gates, after, upto = ([row[place] for row in spans] for place in range(3))
        rows = await self._connection.fetch(self.CHANGED, after, upto)
        await self._connection.execute(_FOLLOWED, self._channel, gates, upto)
        return {row[0]: row[1] for row in rows}

    async def _sweep(self, feed: asyncpg.Record, now: datetime) -> int:
        """Go on with a look at everything, or begin one: other rules are in force, or another day's goods count."""
        version = (await self._reader.rules(now)).version
        fits = (feed["rules_version"], feed["day"]) == (version, now.date())
        after = feed["sweep_after"] if fits or feed["rules_version"] is None else 0
        if after is None:
            return 0
        rows = await self._connection.fetch(_PIECE, after, PRODUCTS_IN_PIECE, UNITS_PREFIX)
        items = [row[0] for row in rows]
        await self._want(dict.fromkeys(items, now), (now, feed["locations"]), forced=feed["sweep_forced"])
        goes_on = items[-1] if len(items) == PRODUCTS_IN_PIECE else None
        is_forced = feed["sweep_forced"] and goes_on is not None
        await self._connection.execute(_SWEPT, self._channel, goes_on, is_forced, version, now.date())
        return len(items)

    async def _want(self, changed: Mapping[int, datetime], how: tuple[datetime, str], *, forced: bool) -> None:
        now, locations = how
        places = [x for x in locations.split(",") if x]
        items = list(changed)
        for first in range(0, len(items), PRODUCTS_IN_PIECE):
            piece = items[first : first + PRODUCTS_IN_PIECE]
            wanted = await self._promisable(piece, now, places)
            since = [changed[item] for item in piece]
            numbers = [wanted[item] for item in piece]
            await self._connection.execute(_WANT, self._channel, piece, numbers, since, now, forced)

    async def _promisable(self, items: Sequence[int], now: datetime, places: Sequence[str]) -> Mapping[int, int]:
        named = {n.removeprefix(UNITS_PREFIX): i for i, n in await self._connection.fetch(_NAMES, items)}
        found = dict.fromkeys(items, 0)
        for line in await self._reader.lines(Asked(list(named), now, self._channel, places)):
            found[named[line.sku]] += line.numbers.promisable
        return found
