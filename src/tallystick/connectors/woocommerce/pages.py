"""Orders after a cursor, by when they last changed; and those of the last days again, for what moves no stamp."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.woocommerce.client import WooCommerce
from tallystick.connectors.woocommerce.deliveries import order_delivery
from tallystick.connectors.woocommerce.manifest import PAGE_SIZE_MAX
from tallystick.connectors.woocommerce.setup import Setup
from tallystick.connectors.woocommerce.translate import REFUNDS_MAX
from tallystick.ports.connector import Misconfigured, Page

OVERLAP_MINUTES: Final = 2
"""An order is stamped when it is written and found when that has committed: so long may it take."""
_NEVER: Final = "1970-01-01T00:00:00"
_SECOND: Final = timedelta(seconds=1)
MODIFIED, CREATED = "modified", "date"
_WAYS: Final = {MODIFIED: ("modified_after", "date_modified_gmt"), CREATED: ("after", "date_created_gmt")}
"""How orders are found each way: the parameter that names the place, and the stamp they are ordered by."""


class Place(Struct, frozen=True, array_like=True):
    """How far one way has been read: all after *stamp* but the first *skip* of them (UTC, ISO 8601, no zone)."""

    stamp: str = _NEVER
    skip: int = 0


class Places(Struct, frozen=True):
    """How far both ways have been read."""

    changed: Place = Place()
    swept: Place = Place()


def page_of(client: WooCommerce, setup: Setup, since: str, now: datetime) -> Page:
    """Return a page of orders that changed after the cursor *since*; at the end, a page of the sweep as well."""
    places = _read(since)
    orders = _orders(client, MODIFIED, places.changed)
    changed = _next(places.changed, MODIFIED, orders)
    is_more, swept = len(orders) == PAGE_SIZE_MAX, places.swept
    if not is_more:
        horizon = Place((now - timedelta(days=setup.sweep_days)).strftime("%Y-%m-%dT%H:%M:%S"))
        young = max(places.swept, horizon, key=lambda place: place.stamp)
        again = _orders(client, CREATED, young)
        swept = _next(young, CREATED, again) if len(again) == PAGE_SIZE_MAX else Place()
        orders += again
    found = {d.id: d for d in (order_delivery(o, _refunds(client, o), setup) for o in orders)}
    return Page(tuple(found.values()), msgspec.json.encode(Places(changed, swept)).decode(), is_more)


def _read(since: str) -> Places:
    try:
        return msgspec.json.decode(since, type=Places) if since else Places()
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad


def _orders(client: WooCommerce, way: str, place: Place) -> list[Any]:
    parameter, _ = _WAYS[way]
    wanted = {parameter: place.stamp, "dates_are_gmt": "true", "orderby": way, "order": "asc", "offset": place.skip}
    return client.rows("/orders", per_page=PAGE_SIZE_MAX, status="any", **wanted)


def _next(place: Place, way: str, orders: list[Any]) -> Place:
    """Go on after a full page; after a part of one, go back a little for what commits late.

    Never by a page's number: an order that changes while pages are read moves to the end, and all behind it move up.
    """
    stamps = [str(o.get(_WAYS[way][1])) for o in orders if o.get(_WAYS[way][1])]
    if not stamps:
        return place
    is_full = len(orders) == PAGE_SIZE_MAX
    back = _SECOND if is_full else timedelta(minutes=OVERLAP_MINUTES)
    after = (datetime.fromisoformat(stamps[-1]) - back).strftime("%Y-%m-%dT%H:%M:%S")
    if after > place.stamp:
        return Place(after)
    return Place(place.stamp, place.skip + len(orders)) if is_full else Place(place.stamp)


def _refunds(client: WooCommerce, order: Any) -> list[Any] | None:
    """Return the lines of an order's refunds, which the order itself does not tell."""
    if not order.get("refunds"):
        return None
    return client.rows(f"/orders/{order['id']}/refunds", per_page=REFUNDS_MAX)
