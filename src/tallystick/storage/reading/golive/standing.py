"""Where going live stands: takeovers, channels with what was kept for them, and the days that were compared."""

from datetime import datetime
from typing import Any, Final

import asyncpg

from tallystick.ports.golive import ChannelStanding, DayStanding, KeptKind, Standing, TakeoverStanding
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.golive.parallel import ParallelData
from tallystick.processes.golive.standing import channels_of
from tallystick.processes.members import CHANNELS_SUBJECT
from tallystick.storage.batches import gate_sql
from tallystick.storage.reading.golive.takeovers import balances_of, orders_of, takeovers_of
from tallystick.storage.serving.pool import Pool, lent

_FAMILY: Final = "select body from process where subject = $1"
_PARALLEL: Final = "select body from process where kind = 'parallel' order by subject"
_KEPT: Final = (
    "select x.channel, split_part(k.name, '.', 3) as kind, count(*) filter (where x.closed_at is null) as waiting, "
    "count(*) filter (where x.closed_at is not null) as closed from kept_command x join kind k on k.id = x.kind "
    "where $1 = '' or x.channel = $1 group by 1, 2 order by 1, 2"
)


class GoliveReader:
    """Implements `ports.golive.GoliveReader`."""

    def __init__(self, pool: Pool) -> None:
        """Ask over *pool*."""
        self._pool = pool

    async def standing(self) -> Standing:
        """See `ports.golive.GoliveReader`."""
        async with lent(self._pool) as connection:
            return await standing(connection)


async def standing(connection: asyncpg.Connection) -> Standing:
    """Return where going live stands."""
    balances, come = await balances_of(connection), await orders_of(connection)
    takeovers = [
        TakeoverStanding(
            *(d.ledger, state, d.proposal, d.units, d.value, d.orders),
            *(come.get(d.ledger, 0), balances.get(d.ledger, 0)),
        )
        for state, d in await takeovers_of(connection)
    ]
    parallels = [_parallel(row) for row in await connection.fetch(_PARALLEL)]
    days = [DayStanding(p.ledger, d.on, d.same, d.explained, d.unexplained) for p in parallels for d in p.days]
    return Standing(takeovers, await channels(connection), days, {p.ledger: p.clean_days for p in parallels})


def _parallel(row: asyncpg.Record) -> ParallelData:
    found: Any = data_of(decode_family(row["body"]), "parallel")
    data: ParallelData = found
    return data


async def channels(connection: asyncpg.Connection) -> list[ChannelStanding]:
    """Return every channel that runs or ran beside an old system."""
    body = await connection.fetchval(_FAMILY, CHANNELS_SUBJECT)
    if body is None:
        return []
    counts: dict[str, tuple[int, int]] = {}
    for k in await kept(connection):
        waiting, closed = counts.get(k.channel, (0, 0))
        counts[k.channel] = (waiting + k.waiting, closed + k.closed)
    return [
        ChannelStanding(
            *(d.channel, state, d.ledger, d.shadows[-1].until or d.shadows[-1].since, d.days_needed),
            *counts.get(d.channel, (0, 0)),
            d.overridden,
        )
        for state, d in channels_of(decode_family(body))
    ]


async def kept(connection: asyncpg.Connection, channel: str = "") -> list[KeptKind]:
    """Return what was kept, by channel and kind; of one *channel* or of all."""
    return [KeptKind(*row) for row in await connection.fetch(_KEPT, channel)]


async def told_since(connection: asyncpg.Connection, channel: str, since: datetime) -> int:
    """Return how many commands were told for *channel* since a moment."""
    number: int = await connection.fetchval(gate_sql.TOLD, channel, since)
    return number
