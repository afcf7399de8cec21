"""The book's side of a parallel day: shelves and accounts as of the export's moment, orders as they stand."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg

from tallystick.processes.family import data_of, decode_family
from tallystick.processes.golive.channel import SHADOW
from tallystick.processes.golive.standing import channels_of
from tallystick.processes.members import CHANNELS_SUBJECT
from tallystick.processes.orders.order_data import OrderData
from tallystick.reconciliation.golive.sides import CANCELLED, OurOrder, OurSide, Shelf, state_of
from tallystick.reconciliation.levels import Level, levels
from tallystick.storage.reading.reconciling.side import moved_near

NEAR: Final = timedelta(minutes=5)
"""The clocks of two systems, and the way between them, are this near."""
_ROWS_AT_ONCE: Final = 1000
_ORDERS: Final = (
    "select p.subject, p.state, p.event, p.body, e.effective_at from process p join event e on e.id = p.event "
    "where p.kind = 'order' order by p.subject"
)
_BALANCES: Final = (
    "with mine as (select id, name from account where name = any($1::text[])), "
    "legs as (select event, debit as account, commodity, amount from posting where debit in (select id from mine) "
    "union all select event, credit, commodity, -amount from posting where credit in (select id from mine)) "
    "select m.name, sum(l.amount)::bigint from legs l join mine m on m.id = l.account join event e on e.id = l.event "
    "join commodity c on c.id = l.commodity where e.effective_at <= $2 and c.name = $3 group by 1"
)


async def read_side(connection: asyncpg.Connection, asked: "Asked") -> OurSide:
    """Return what the book says of what is *asked*. Needs a transaction that sees one instant."""
    return OurSide(
        asked.currency,
        await _shelves(connection, asked.locations, asked.at),
        await _orders(connection, asked.channels),
        dict(map(tuple, await connection.fetch(_BALANCES, list(asked.accounts), asked.at, asked.currency))),
    )


class Asked:
    """What of the book is laid beside an export: its moment, locations, accounts, and the channels still in the shadow."""

    def __init__(self, currency: str, at: datetime, places: Mapping[str, Collection[str]]) -> None:
        """Ask for `locations`, `accounts` and `channels` of *places*."""
        self.currency, self.at = currency, at
        self.locations, self.accounts, self.channels = (
            sorted(places[name]) for name in ("locations", "accounts", "channels")
        )


async def shadowed(connection: asyncpg.Connection, ledger: str) -> list[str]:
    """Return the channels that run beside the old system *ledger* now."""
    body = await connection.fetchval("select body from process where subject = $1", CHANNELS_SUBJECT)
    family = decode_family(body) if body else {}
    return [data.channel for state, data in channels_of(family) if state == SHADOW and data.ledger == ledger]


async def _shelves(connection: asyncpg.Connection, locations: Collection[str], at: datetime) -> dict[Shelf, Level]:
    found: dict[Shelf, Level] = {}
    moved = await moved_near(connection, (list(locations), [at] * len(locations)), NEAR)
    for location in locations:
        here = levels((m for m in moved if m.keeper == location), at, NEAR)
        found.update({(location, sku): level for sku, level in here.items()})
    return found


async def _orders(connection: asyncpg.Connection, channels: Collection[str]) -> dict[str, OurOrder]:
    found: dict[str, OurOrder] = {}
    cursor = await connection.cursor(_ORDERS)
    while rows := await cursor.fetch(_ROWS_AT_ONCE):
        for row in rows:
            data: Any = data_of(decode_family(row["body"]), "order")
            if isinstance(data, OrderData) and data.channel in channels:
                found[data.order] = _order(data, row)
    return found


def _order(data: OrderData, row: Any) -> OurOrder:
    state = state_of(row["state"], has_sent=any(x.sent for x in data.lines))
    still = data.held and state != CANCELLED
    open_units = sum(x.open for x in data.lines) if still else 0
    to_come = sum(x.net + x.tax for x in data.lines) + sum(x.net + x.tax for x in data.services) if still else 0
    gone = sum(x.sent_net + x.sent_tax for x in data.lines) + data.earned
    return OurOrder(data.order, data.channel, state, open_units, to_come + gone, row["event"], row["effective_at"])
