"""What stands on the shelves, by product and location."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final

import asyncpg

from tallystick.model.amount import UNITS_PREFIX

_ON_HAND: Final = (
    "select c.name, l.name as location, s.sellable + s.reserved + s.quarantine + s.damaged + s.refurbish - s.short as units "
    "from stock s join commodity c on c.id = s.id >> 32 join location l on l.id = (s.id >> 16) & 65535 "
    "where s.sellable + s.reserved + s.quarantine + s.damaged + s.refurbish <> s.short"
)
_LEFT_WITH: Final = (
    "with shelf as (select id, substr(name, 16) as location from account where starts_with(name, 'stock:sellable:')), "
    "moved as (select p.event, p.item, s.location, p.amount from posting p join shelf s on s.id = p.credit "
    "union all select p.event, p.item, s.location, -p.amount from posting p join shelf s on s.id = p.debit) "
    "select e.subject, c.name, m.location, sum(m.amount)::bigint as units from event e join moved m on m.event = e.id "
    "join commodity c on c.id = m.item where e.subject = any($1::text[]) group by 1, 2, 3 having sum(m.amount) <> 0"
)
Held = Mapping[tuple[str, str], int]
"""Units by (product, location)."""


async def on_hand(connection: asyncpg.Connection) -> Held:
    """Return units on hand, less those still unexplained: it may be below zero."""
    rows = await connection.fetch(_ON_HAND)
    return {(name[len(UNITS_PREFIX) :], location): units for name, location, units in rows}


async def left_with(connection: asyncpg.Connection, subjects: Collection[str]) -> Mapping[str, Held]:
    """Return the units that have left the shelves in the name of *subjects*, less those that came back, by subject."""
    known = await connection.fetch("select subject from process where subject = any($1::text[])", list(subjects))
    found: defaultdict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    if known:
        for subject, name, location, units in await connection.fetch(_LEFT_WITH, [row[0] for row in known]):
            found[subject][name[len(UNITS_PREFIX) :], location] = units
    return found
