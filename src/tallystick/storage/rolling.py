"""Rolling up: the deltas of many batches become one row for each account and commodity. No sum changes."""

from typing import Final

import asyncpg

from tallystick.storage.line import told_when_away

DELTAS_KEPT: Final = 100_000
BATCHES_IN_ROLL_MAX: Final = 10_000
_STANDING: Final = "select count(*) from (select 1 from delta limit $1) d"
_ROLL: Final = (
    "with gone as (delete from delta where batch in (select distinct batch from delta order by batch limit $1) "
    "returning batch, account, commodity, amount) "
    "insert into rolled_delta select account, commodity, sum(amount)::bigint, max(batch) from gone group by 1, 2 "
    "on conflict (account, commodity) do update set amount = rolled_delta.amount + excluded.amount, "
    "through = greatest(rolled_delta.through, excluded.through)"
)


async def roll_up(connection: asyncpg.Connection, deltas_kept: int = DELTAS_KEPT) -> bool:
    """Roll up the deltas of the oldest batches when more than *deltas_kept* rows stand by themselves; say whether."""
    with told_when_away():
        if await connection.fetchval(_STANDING, deltas_kept + 1) <= deltas_kept:
            return False
        await connection.execute(_ROLL, BATCHES_IN_ROLL_MAX)
    return True
