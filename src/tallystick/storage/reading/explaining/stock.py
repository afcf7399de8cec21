"""The stock of a product explained: what each location has, what moved it, and what moved it last."""

from datetime import date
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.model.amount import units
from tallystick.storage.reading.explaining.event import NothingSuch
from tallystick.storage.reading.layer_columns import COLUMNS, LEGS, PLACE, layer_places

_LAST: Final = 10
_LAYERS: Final = (
    f"select o.name as location, {', '.join(f's.{c}' for c in COLUMNS)}, s.last_cost from stock s "
    "join location o on o.id = ((s.id >> 16) & 65535) where s.id >> 32 = $1 order by 1"
)
_MOVED: Final = f"with {PLACE}, moved as ({LEGS.format(where=' where p.item = $5')}) "
_BY_RULE: Final = (
    f"{_MOVED}select m.location, coalesce(r.name, '#' || m.rule), coalesce(r.because, ''), m.col, sum(m.change)::bigint, "
    "count(*) from moved m join event e on e.id = m.event left join posting_rule r on (r.version, r.number) = (e.rules, m.rule) "
    "group by 1, 2, 3, 4 order by 1, 4, 2"
)
_RECENT: Final = (
    f"{_MOVED}, recent as (select location, event, place from (select location, event, row_number() over "
    "(partition by location order by max(recorded_at) desc, event desc) as place from (select distinct m.location, m.event, "
    "b.recorded_at from moved m left join batch b on b.id = m.event >> 12) d group by location, event) x where place <= $6) "
    "select m.location, m.event, e.subject, e.effective_on, coalesce(r.name, '#' || m.rule), m.col, m.change "
    "from recent t join moved m on (m.location, m.event) = (t.location, t.event) join event e on e.id = m.event "
    "left join posting_rule r on (r.version, r.number) = (e.rules, m.rule) order by m.location, t.place desc, m.n"
)


class Movements(Struct, frozen=True):
    """What one rule did to one column of a layer over all time: units, or minor units for `value` and `short_value`."""

    rule: str
    because: str
    column: str
    change: int
    postings: int


class Movement(Struct, frozen=True):
    """One posting that moved a layer."""

    event: int
    subject: str
    effective_on: date
    rule: str
    column: str
    change: int


class StockStory(Struct, frozen=True):
    """A product at one location: the live row, everything that made it so, and the last events, oldest first.

    Units by state, `short` ones the book never had, `owed` ones promised that were not there; `value` and `short_value` in minor units; `last_cost` in
    millionths of a minor unit per unit.
    """

    sku: str
    location: str
    sellable: int
    reserved: int
    quarantine: int
    damaged: int
    refurbish: int
    short: int
    short_value: int
    value: int
    owed: int
    last_cost: int
    movements: list[Movements]
    last: list[Movement]


async def explain_stock(connection: asyncpg.Connection, sku: str, last: int = _LAST) -> list[StockStory]:
    """Explain the stock of *sku* at every location that ever had it, with its *last* events.

    Raises `NothingSuch` for a product the book has never seen.
    """
    item = await connection.fetchval("select id from commodity where name = $1", units(sku))
    if item is None:
        raise NothingSuch(f"no product {sku!r} in this book")
    places = await layer_places(connection)
    movements: dict[str, list[Movements]] = {}
    for location, *row in await connection.fetch(_BY_RULE, *places, item):
        movements.setdefault(location, []).append(Movements(*row))
    recent: dict[str, list[Movement]] = {}
    for location, *row in await connection.fetch(_RECENT, *places, item, last):
        recent.setdefault(location, []).append(Movement(*row))
    return [
        StockStory(sku=sku, movements=movements.get(row[0], []), last=recent.get(row[0], []), **dict(row))
        for row in await connection.fetch(_LAYERS, item)
    ]
