"""Telling a channel: what is due is leased with the newest number, and given back as taken or to be told again."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tallystick.engine.partners.showing import Seen, Shown, Word
from tallystick.model.amount import UNITS_PREFIX
from tallystick.storage.channels.lags import COUNTED

_LEASE: Final = (
    "with due as (select item from stock_told where channel = $1 and version > shown_version and due <= $2 "
    "and (leased_until is null or leased_until <= $2) and not (select $1 = any(kept) from gate where id = 0) order by due, item limit $4 for update skip locked) "
    "update stock_told t set leased_until = $3, told = t.wanted, told_version = t.version, told_at = $2, "
    "told_since = least(t.told_since, t.changed_at), changed_at = null from due, commodity c "
    "where t.channel = $1 and t.item = due.item and c.id = t.item "
    "returning t.item, c.name, t.told, t.told_version, t.attempts"
)
_TAKEN: Final = (
    "with t as (update stock_told t set shown = t.told, shown_version = t.told_version, acknowledged_at = $4, "
    "lag_ms = (extract(epoch from $4 - t.told_since) * 1000)::bigint, told_since = null, attempts = 0, failure = null, "
    "leased_until = null, due = case when t.version > t.told_version then $4 else t.due end "
    "from unnest($2::int[], $3::bigint[]) u(item, version) "
    "where t.channel = $1 and t.item = u.item and t.told_version = u.version and t.shown_version < u.version "
    f"returning t.lag_ms) {COUNTED}"
)
_FAILED: Final = (
    "update stock_told t set leased_until = null, attempts = t.attempts + 1, failure = u.failure, due = u.due "
    "from unnest($2::int[], $3::bigint[], $4::timestamptz[], $5::text[]) u(item, version, due, failure) "
    "where t.channel = $1 and t.item = u.item and t.told_version = u.version and t.shown_version < u.version"
)
_COMPARE: Final = "update stock_feed set compare_due = $3, compared_at = $2 where channel = $1 and compare_due <= $2 returning channel"
_SHOWN: Final = (
    "select t.item, c.name, t.shown, t.shown_version, t.seen, t.seen_version, t.differs from stock_told t "
    "join commodity c on c.id = t.item where t.channel = $1 and t.item > $2 and t.version = t.shown_version "
    "and t.shown is not null order by t.item limit $3"
)
_SEEN: Final = (
    "update stock_told t set seen = u.seen, seen_version = u.version, differs = u.differs, "
    "version = case when u.tells and t.version = u.version then t.version + 1 else t.version end, "
    "changed_at = case when u.tells and t.version = u.version then $6 else t.changed_at end, "
    "due = case when u.tells and t.version = u.version then $6 else t.due end "
    "from unnest($2::int[], $3::bigint[], $4::bigint[], $5::boolean[], $7::boolean[]) u(item, version, seen, differs, tells) "
    "where t.channel = $1 and t.item = u.item"
)
_SOON: Final = "update stock_feed set compare_due = least(compare_due, $2) where channel = $1"


class Telling:
    """Implements `engine.partners.showing.ShowingStore` for one channel; statements take turns on the connection."""

    LEASE: str = _LEASE

    def __init__(self, connection: asyncpg.Connection, channel: str) -> None:
        """Tell *channel*."""
        self._connection, self.channel, self._turn = connection, channel, asyncio.Lock()

    async def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Word]:
        """Take at most *limit* numbers that are due, for nobody else until *until*."""
        async with self._turn:
            rows = await self._connection.fetch(self.LEASE, self.channel, now, until, limit)
        return [Word(r[0], r[1].removeprefix(UNITS_PREFIX), r[2], r[3], r[4]) for r in rows]

    async def taken(self, words: Sequence[Word], now: datetime) -> None:
        """Note that the channel took *words*; one that is not the newest told changes nothing."""
        await self._execute(_TAKEN, [w.item for w in words], [w.version for w in words], now)

    async def failed(self, failures: Mapping[Word, tuple[datetime, str]]) -> None:
        """Note what was not taken: each with when it is told again, and why."""
        items, versions = [w.item for w in failures], [w.version for w in failures]
        dues, whys = [due for due, _ in failures.values()], [why for _, why in failures.values()]
        await self._execute(_FAILED, items, versions, dues, whys)

    async def compare(self, now: datetime, again: datetime) -> bool:
        """Say whether it is time to compare; of several who ask, one is told so."""
        async with self._turn:
            return bool(await self._connection.fetch(_COMPARE, self.channel, now, again))

    async def compare_soon(self, at: datetime) -> None:
        """Compare again at *at*, unless it is to be sooner anyhow."""
        await self._execute(_SOON, at)

    async def shown(self, after: int, limit: int) -> Sequence[Shown]:
        """Return products of which the channel took the newest number, and what it was last seen to show instead."""
        async with self._turn:
            rows = await self._connection.fetch(_SHOWN, self.channel, after, limit)
        return [Shown(r[0], r[1].removeprefix(UNITS_PREFIX), *r[2:]) for r in rows]

    async def seen(self, found: Sequence[Seen], now: datetime) -> None:
        """Note what the channel was seen to show; what is to be told anew gets a version of its own."""
        columns = ([getattr(s, name) for s in found] for name in ("item", "version", "seen", "differs", "tells"))
        items, versions, seen, differs, tells = columns
        await self._execute(_SEEN, items, versions, seen, differs, now, tells)

    async def _execute(self, sql: str, *what: object) -> None:
        async with self._turn:
            await self._connection.execute(sql, self.channel, *what)
