"""Stock rows for a person to look at."""

from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.model.amount import UNITS_PREFIX, units

_ROWS: Final = (
    "select c.name, o.name as location, s.sellable, s.reserved, s.quarantine, s.damaged, s.refurbish, s.short, s.value, s.last_cost "
    "from stock s join commodity c on c.id = s.id >> 32 join location o on o.id = ((s.id >> 16) & 65535) "
    "where ($1 = '' or c.name = $1) and ($2 = '' or o.name = $2) order by c.name, o.name limit $3"
)


class ShelfRow(Struct, frozen=True):
    """Units of a product at a location by state, `short` ones unexplained; `value` in minor units.

    `last_cost` is in millionths of a minor unit per unit.
    """

    sku: str
    location: str
    sellable: int
    reserved: int
    quarantine: int
    damaged: int
    refurbish: int
    short: int
    value: int
    last_cost: int


async def shelves(connection: asyncpg.Connection, sku: str, location: str, limit: int) -> list[ShelfRow]:
    """Return stock rows by product and location; an empty *sku* or *location* means any."""
    rows = await connection.fetch(_ROWS, units(sku) if sku else "", location, limit)
    return [ShelfRow(name.removeprefix(UNITS_PREFIX), *rest) for name, *rest in rows]
