"""What is expected, by product, location and day."""

from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.model.amount import UNITS_PREFIX, units

ROWS_MAX: Final = 10_000
_EXPECTED: Final = (
    "select c.name, l.name, k.key, k.value::bigint from stock s join commodity c on c.id = s.id >> 32 "
    "join location l on l.id = ((s.id >> 16) & 65535), "
    "lateral jsonb_each_text(coalesce(s.plans -> 'incoming', '{}')) k "
    "where s.plans is not null and ($1 = '' or c.name = $1) order by 3, 1, 2 limit $2"
)


class Expected(Struct, frozen=True):
    """Units of a product announced for a location on a day (ISO)."""

    sku: str
    location: str
    expected_on: str
    units: int


async def expected(connection: asyncpg.Connection, sku: str = "") -> list[Expected]:
    """Return what is expected of *sku*, or of everything, by day; at most `ROWS_MAX` rows."""
    rows = await connection.fetch(_EXPECTED, units(sku) if sku else "", ROWS_MAX)
    return [Expected(name.removeprefix(UNITS_PREFIX), *row) for name, *row in rows]
