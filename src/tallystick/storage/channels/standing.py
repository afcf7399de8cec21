"""How channels stand: what each was told, when it took it, how long that took, and where it differs."""

from datetime import UTC, datetime
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.ports.channels import ChannelState, NoChannel, ProductsAsked, ProductState
from tallystick.storage.serving.pool import Pool, lent

LAG_HOURS: Final = 24
_CHANNELS: Final = (
    "select f.channel, c.name as connection, count(t.item) as products, "
    "count(*) filter (where t.version > t.shown_version) as waiting, "
    "min(least(t.told_since, t.changed_at)) filter (where t.version > t.shown_version) as oldest, "
    "count(*) filter (where t.failure is not null) as failing, count(*) filter (where t.differs) as differing, "
    "max(t.told_at) as told_at, max(t.acknowledged_at) as acknowledged_at, "
    "percentile_disc(0.5) within group (order by t.lag_ms) filter (where t.acknowledged_at > $1::timestamptz - $2 * interval '1 hour') as p50, "
    "percentile_disc(0.99) within group (order by t.lag_ms) filter (where t.acknowledged_at > $1::timestamptz - $2 * interval '1 hour') as p99, "
    "f.compared_at, f.sweep_after is not null as sweeping from stock_feed f join connection c on c.id = f.connection "
    "left join stock_told t on t.channel = f.channel group by f.channel, c.name order by f.channel"
)
_PRODUCTS: Final = (
    "select c.name, t.wanted, t.shown, t.version, t.shown_version, t.told_at, t.acknowledged_at, t.lag_ms, "
    "case when t.version > t.shown_version then least(t.told_since, t.changed_at) end, t.failure, "
    "case when t.differs then t.seen end, t.told from stock_told t join commodity c on c.id = t.item where t.channel = $1 "
    "and ($2 = '' or c.name = $2) and (not $3 or t.differs or t.failure is not null or t.version > t.shown_version) "
    "and c.name > $4 order by c.name limit $5"
)
_ALL: Final = "update stock_feed set sweep_after = 0, sweep_forced = true where channel = $1 returning channel"
_WAITING: Final = (
    "update stock_told set due = now(), failure = null where channel = $1 and version > shown_version "
    "and (leased_until is null or leased_until <= now())"
)
_COMPARE: Final = "update stock_feed set compare_due = now() where channel = $1 returning channel"


async def channels(connection: asyncpg.Connection, now: datetime) -> list[ChannelState]:
    """Return how every channel stands."""
    return [ChannelState(*row) for row in await connection.fetch(_CHANNELS, now, LAG_HOURS)]


async def products(connection: asyncpg.Connection, asked: ProductsAsked) -> list[ProductState]:
    """Return the products of a channel in the order of their codes. Raises `NoChannel`."""
    await _known(connection, asked.channel)
    name, after = (UNITS_PREFIX + x if x else "" for x in (asked.sku, asked.after))
    rows = await connection.fetch(_PRODUCTS, asked.channel, name, asked.odd, after, asked.limit)
    return [ProductState(row[0].removeprefix(UNITS_PREFIX), *tuple(row)[1:]) for row in rows]


class Channels:
    """Implements `ports.channels.ChannelReader`."""

    def __init__(self, pool: Pool) -> None:
        """Ask over *pool*."""
        self._pool = pool

    async def channels(self) -> list[ChannelState]:
        """See `ChannelReader`."""
        async with lent(self._pool) as connection:
            return await channels(connection, datetime.now(UTC))

    async def products(self, asked: ProductsAsked) -> list[ProductState]:
        """See `ChannelReader`."""
        async with lent(self._pool) as connection:
            return await products(connection, asked)


async def publish(connection: asyncpg.Connection, channel: str, *, everything: bool) -> int:
    """Tell again at once what waits, or *everything* there is; return how many numbers wait now. Raises `NoChannel`."""
    await _known(connection, channel)
    await connection.execute(_WAITING, channel)
    await connection.execute(_COMPARE, channel)
    if everything:
        await connection.execute(_ALL, channel)
    count: int = await connection.fetchval(
        "select count(*) from stock_told where channel = $1 and version > shown_version", channel
    )
    return count


async def _known(connection: asyncpg.Connection, channel: str) -> None:
    names = [row[0] for row in await connection.fetch("select channel from stock_feed order by 1")]
    if channel not in names:
        known = ", ".join(names) or "none"
        raise NoChannel(f"no connection shows stock for channel {channel!r}: known are {known}")
