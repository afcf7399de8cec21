"""Stock and promises at a past moment, twice: as they were recorded by then, and as is known now of then.

Both are rebuilt from postings and plan changes, so that the very decision that promised can be asked again.
"""

from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.decisions.promises.fences import FENCE, INCOMING, PlanChange, with_change
from tallystick.journal.layer import Layer
from tallystick.model.amount import units
from tallystick.storage.reading.explaining.event import NothingSuch
from tallystick.storage.reading.layer_columns import LEGS, PLACE, layer_places

HOLDERS_MAX: Final = 50


class Known(StrEnum):
    """By which time a moment is meant."""

    RECORDED = "recorded"
    """What the book said then."""
    EFFECTIVE = "effective"
    """What had happened by then, whenever the book heard of it."""


_WHEN: Final = {Known.RECORDED: "b.recorded_at", Known.EFFECTIVE: "e.effective_at"}
_MOVED: Final = (
    f"with {PLACE}, moved as ({LEGS.format(where=' where p.item = $5')}) "
    "select {what}, sum(m.change)::bigint from moved m join event e on e.id = m.event "
    "join batch b on b.id = m.event >> 12 where {when} <= $6 {more}"
)
_PLANS: Final = (
    "select l.name, c.what, c.key, sum(c.change)::bigint from plan_change c join event e on e.id = c.event "
    "join batch b on b.id = c.event >> 12 join location l on l.id = ((c.stock >> 16) & 65535) "
    "where c.stock >= $1::bigint << 32 and c.stock < ($1::bigint + 1) << 32 and {when} <= $2 "
    "group by 1, 2, 3 having sum(c.change) <> 0 order by 1, 2, 3"
)


class Holder(Struct, frozen=True):
    """Whom units were promised to: the subject of an order with its reservations."""

    location: str
    subject: str
    reserved: int
    owed: int


class PastStock(Struct, frozen=True):
    """The layers of a product at a moment, by location, and who held promises on them (the first `HOLDERS_MAX`)."""

    sku: str
    at: datetime
    known: Known
    layers: dict[str, Layer]
    holders: list[Holder]


async def stock_at(connection: asyncpg.Connection, sku: str, at: datetime, known: Known) -> PastStock:
    """Rebuild the stock of *sku* as of *at* (UTC). Raises `NothingSuch` for a product the book has never seen.

    Known of then, a column can be below zero where something took effect before what it needed; nobody saw it so.
    """
    item = await connection.fetchval("select id from commodity where name = $1", units(sku))
    if item is None:
        raise NothingSuch(f"no product {sku!r} in this book")
    places, when = await layer_places(connection), _WHEN[known]
    layers: defaultdict[str, Layer] = defaultdict(Layer)
    by_column = _MOVED.format(what="m.location, m.col", when=when, more="group by 1, 2")
    for location, column, number in await connection.fetch(by_column, *places, item, at):
        setattr(layers[location], column, number)
    for location, what, key, change in await connection.fetch(_PLANS.format(when=when), item, at):
        layer = layers[location]
        if change > 0:
            layer.plans = with_change(layer.plans, PlanChange(sku, location, INCOMING if what else FENCE, key, change))
    return PastStock(sku, at, known, dict(sorted(layers.items())), await _holders(connection, places, item, (at, when)))


async def _holders(
    connection: asyncpg.Connection,
    places: tuple[list[int], list[str], list[str], list[int]],
    item: int,
    then: tuple[datetime, str],
) -> list[Holder]:
    at, when = then
    more = "and m.col in ('reserved', 'owed') group by 1, 2, 3 having sum(m.change) <> 0 order by 2, 1"
    query = _MOVED.format(what="m.location, e.subject, m.col", when=when, more=more)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for location, subject, column, number in await connection.fetch(query, *places, item, at):
        found.setdefault((location, subject), {})[column] = number
    holders = [Holder(*key, n.get("reserved", 0), n.get("owed", 0)) for key, n in found.items()]
    return holders[:HOLDERS_MAX]
