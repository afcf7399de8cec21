"""What stands on the shelves, by product."""

from collections.abc import Mapping
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX

_ON_HAND: Final = (
    "select c.name, sum(s.sellable + s.reserved + s.quarantine + s.damaged - s.short)::bigint as units "
    "from stock s join commodity c on c.id = s.id >> 32 group by c.name"
)


async def on_hand(connection: asyncpg.Connection) -> Mapping[str, int]:
    """Return units on hand by product over all locations, less those still unexplained: it may be below zero."""
    rows = await connection.fetch(_ON_HAND)
    return {row["name"][len(UNITS_PREFIX) :]: row["units"] for row in rows}
