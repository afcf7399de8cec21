"""The proof of reservations: stock held is what open orders hold."""

from collections import Counter
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.family import Family, data_of
from tallystick.processes.orders.order_data import OrderData
from tallystick.storage.reading.proving.finding import Findings, Proof

_RESERVED: Final = (
    "select coalesce(c.name, '#' || (s.id >> 32)), coalesce(o.name, '#' || ((s.id >> 16) & 65535)), s.reserved "
    "from stock s left join commodity c on c.id = (s.id >> 32)::int left join location o on o.id = ((s.id >> 16) & 65535) "
    "where s.reserved <> 0"
)
_ROWS_AT_ONCE: Final = 1000


class Reservations:
    """Adds up what orders hold, by product and location."""

    def __init__(self) -> None:
        """Start with nothing held."""
        self._held: Counter[tuple[str, str]] = Counter()
        self._orders = 0

    def see(self, family: Family) -> None:
        """Count the open lines of an order that holds them."""
        order = data_of(family, "order")
        if isinstance(order, OrderData) and order.held:
            open_lines = order.open_lines()
            self._orders += bool(open_lines)
            for line in open_lines:
                self._held[line.sku, order.location] += line.quantity

    async def proof(self, connection: asyncpg.Connection) -> Proof:
        """Compare with the reserved units of the stock rows."""
        findings, held = Findings("reservations"), self._held
        cursor = await connection.cursor(_RESERVED)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            for item, location, reserved in rows:
                sku = item.removeprefix(UNITS_PREFIX)
                wanted = held.pop((sku, location), 0)
                if wanted != reserved:
                    findings.say(f"{sku} at {location}: {reserved} reserved, open orders hold {wanted}")
        for (sku, location), wanted in sorted(held.items()):
            if wanted:
                findings.say(f"{sku} at {location}: 0 reserved, open orders hold {wanted}")
        return findings.proof(f"{self._orders} orders hold stock")
