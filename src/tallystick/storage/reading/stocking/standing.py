"""Transfers and counts that are open, and what is due to be counted."""

from datetime import date, timedelta
from typing import Final

import asyncpg

from tallystick.decisions.stocking.cycle import Turned
from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.family import Family, data_of, decode_family
from tallystick.processes.members import COUNT
from tallystick.processes.stocking.count import CountData

YEAR: Final = timedelta(days=365)
_ROWS_AT_ONCE: Final = 1000
_OPEN: Final = "select body, event from process where kind = $1 and state = any($2::text[]) order by event"
# What left a location at cost: sold or given away. Transfers and corrections are no consumption.
_TURNED: Final = (
    "with here as (select (s.id >> 32)::int as item from stock s join location o on o.id = (s.id >> 16) & 65535 "
    "where o.name = $1), "
    "gone as (select p.item, sum(p.amount)::bigint as amount from posting p join account a on a.id = p.credit "
    "join account d on d.id = p.debit join event e on e.id = p.event where a.name = 'inventory:' || $1 "
    "and (starts_with(d.name, 'cost_of_sales:') or starts_with(d.name, 'giveaways:')) and e.effective_on > $2 group by 1) "
    "select c.name, coalesce(g.amount, 0) from here h join commodity c on c.id = h.item "
    "left join gone g on g.item = h.item order by 1"
)
_COUNTED: Final = (
    "select p.body, (b.recorded_at at time zone 'UTC')::date as day from process p join batch b on b.id = p.event >> 12 "
    "where p.kind = 'cycle_count' and p.state = 'SETTLED'"
)


async def open_transfers(connection: asyncpg.Connection) -> list[Family]:
    """Return the families of transfers that are asked for, held, or on their way, the longest untouched first."""
    rows = await connection.fetch(_OPEN, "transfer", ["REQUESTED", "RELEASED", "IN_TRANSIT"])
    return [decode_family(row["body"]) for row in rows]


async def open_counts(connection: asyncpg.Connection) -> list[Family]:
    """Return the families of counts that somebody has yet to make."""
    return [decode_family(row["body"]) for row in await connection.fetch(_OPEN, "cycle_count", ["COUNTING"])]


async def turned_over(connection: asyncpg.Connection, location: str, today: date) -> list[Turned]:
    """Return every product that ever stood at *location*, what was consumed of it in a year, and when it was counted last."""
    last: dict[str, date] = {}
    async with connection.transaction(readonly=True):
        cursor = await connection.cursor(_COUNTED)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            for body, day in rows:
                data: CountData = data_of(decode_family(body), COUNT)
                if data.location == location:
                    last.update({x.sku: max(day, last.get(x.sku, day)) for x in data.lines})
        found = await connection.fetch(_TURNED, location, today - YEAR)
    return [Turned(sku, amount, last.get(sku)) for name, amount in found for sku in [name.removeprefix(UNITS_PREFIX)]]
