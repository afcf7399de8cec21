"""Orders after a cursor, found three ways, because none of Vendure's stamps moves at every change."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.vendure import questions
from tallystick.connectors.vendure.client import Vendure
from tallystick.connectors.vendure.deliveries import order_delivery
from tallystick.connectors.vendure.manifest import PAGE_SIZE_MAX
from tallystick.connectors.vendure.setup import Setup
from tallystick.ports.connector import Delivery, Misconfigured, Page

OVERLAP_MINUTES: Final = 5
"""An order is stamped when it is written and seen when its transaction commits: so long may that take."""
_NEVER: Final = "1970-01-01T00:00:00.000+00:00"
_A_MOMENT: Final = timedelta(milliseconds=1)
UPDATED, PLACED, SWEPT = "updatedAt", "orderPlacedAt", "sweep"


class Place(Struct, frozen=True, array_like=True):
    """How far one way has been read: all after *stamp* but the first *skip* of them (UTC, ISO 8601)."""

    stamp: str = _NEVER
    skip: int = 0


Places = dict[str, Place]


def page_of(client: Vendure, setup: Setup, since: str, now: datetime) -> Page:
    """Return the orders after the cursor *since*, at most a page for each way of finding them."""
    places, found, is_more = _places(since), dict[str, Delivery](), False
    for way, field in ((UPDATED, UPDATED), (PLACED, PLACED)):
        orders = _orders(client, field, places.get(way, Place()))
        places[way] = _next(places.get(way, Place()), [o[field] for o in orders])
        is_more = is_more or len(orders) == PAGE_SIZE_MAX
        found |= _deliveries(orders, setup)
    if not is_more:
        horizon = _stamp(now - timedelta(days=setup.sweep_days))
        place = max(places.get(SWEPT, Place()), Place(horizon), key=lambda p: p.stamp)
        orders = _orders(client, PLACED, place)
        is_round = len(orders) < PAGE_SIZE_MAX
        places[SWEPT] = Place() if is_round else _next(place, [o[PLACED] for o in orders])
        found |= _deliveries(orders, setup)
    return Page(tuple(found.values()), msgspec.json.encode(places, order="sorted").decode(), is_more)


def _places(since: str) -> Places:
    try:
        return msgspec.json.decode(since, type=Places) if since else {}
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad


def _orders(client: Vendure, field: str, place: Place) -> list[Any]:
    # A basket is no order yet: its stamps move, and nobody has promised anything.
    wanted: dict[str, Any] = {PLACED: {"isNull": False}} | {field: {"after": place.stamp}}
    options = {"filter": wanted, "sort": {field: "ASC"}, "take": PAGE_SIZE_MAX, "skip": place.skip}
    found: list[Any] = client.read(questions.ORDERS, options=options)["orders"]["items"]
    return found


def _next(place: Place, stamps: list[str]) -> Place:
    """Go on after a full page; after a part of one, go back a little for what commits late."""
    if not stamps:
        return place
    last = datetime.fromisoformat(stamps[-1])
    if len(stamps) < PAGE_SIZE_MAX:
        return max(Place(place.stamp), Place(_stamp(last - timedelta(minutes=OVERLAP_MINUTES))), key=lambda p: p.stamp)
    # The shop tells milliseconds and keeps microseconds: those of the last one's millisecond are read again.
    after = _stamp(last - _A_MOMENT)
    return Place(after) if after > place.stamp else Place(place.stamp, place.skip + len(stamps))


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _deliveries(orders: list[Any], setup: Setup) -> dict[str, Delivery]:
    return {d.id: d for d in (order_delivery(order, setup) for order in orders)}
