"""What stands on the shelves, by product and location."""

from collections.abc import Collection, Mapping
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX

_ON_HAND: Final = (
    "select c.name, l.name as location, s.sellable + s.reserved + s.quarantine + s.damaged - s.short as units "
    "from stock s join commodity c on c.id = s.id >> 32 join location l on l.id = (s.id >> 16) & 65535 "
    "where s.sellable + s.reserved + s.quarantine + s.damaged <> s.short"
)
_LEFT_WITH: Final = (
    "with shelf as (select id, substr(name, 16) as location from account where starts_with(name, 'stock:sellable:')), "
    "moved as (select p.event, p.item, s.location, p.amount from posting p join shelf s on s.id = p.credit "
    "union all select p.event, p.item, s.location, -p.amount from posting p join shelf s on s.id = p.debit) "
    "select c.name, m.location, sum(m.amount)::bigint as units from event e join moved m on m.event = e.id "
    "join commodity c on c.id = m.item where e.subject = any($1::text[]) group by 1, 2"
)
Held = Mapping[tuple[str, str], int]
"""Units by (product, location)."""


async def on_hand(connection: asyncpg.Connection) -> Held:
    """Return units on hand, less those still unexplained: it may be below zero."""
    return _held(await connection.fetch(_ON_HAND))


async def left_with(connection: asyncpg.Connection, subjects: Collection[str]) -> Held:
    """Return the units that have left the shelves in the name of *subjects*, less those that came back."""
    known = await connection.fetch("select subject from process where subject = any($1::text[])", list(subjects))
    return _held(await connection.fetch(_LEFT_WITH, [row[0] for row in known])) if known else {}


def _held(rows: list[asyncpg.Record]) -> Held:
    return {(name[len(UNITS_PREFIX) :], location): units for name, location, units in rows}
