"""Orders after a cursor, by when they last changed, and what the store counts."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.square.catalogue import skus_of
from tallystick.connectors.square.client import Square
from tallystick.connectors.square.manifest import PAGE_SIZE_MAX
from tallystick.connectors.square.setup import Setup
from tallystick.connectors.square.wire import COMPLETED, ORDER, STOCK, encode
from tallystick.ports.connector import Delivery, Misconfigured, Page

ORDERS: Final = "/v2/orders/search"
COUNTS: Final = "/v2/inventory/counts/batch-retrieve"
OVERLAP_MINUTES: Final = 2
"""An order is stamped when it is written and found when that has committed: so long may it take."""
_DIGEST_LENGTH: Final = 16
_NEVER: Final = "1970-01-01T00:00:00Z"


class Place(Struct, frozen=True):
    """How far orders have been read: all that changed before *at* (ISO 8601), and up to *page* of those after."""

    at: str = _NEVER
    page: str = ""


def orders_after(client: Square, setup: Setup, since: str) -> Page:
    """Return a page of orders that were paid, with the SKUs of what was sold on them."""
    place = _read(since)
    told = {
        "location_ids": [setup.square_location],
        "limit": PAGE_SIZE_MAX,
        "return_entries": False,
        "query": {
            "filter": {
                "state_filter": {"states": [COMPLETED]},
                "date_time_filter": {"updated_at": {"start_at": place.at}},
            },
            "sort": {"sort_field": "UPDATED_AT", "sort_order": "ASC"},
        },
        **({"cursor": place.page} if place.page else {}),
    }
    found = client.ask(ORDERS, told)
    orders, page = found.get("orders") or [], str(found.get("cursor") or "")
    if not orders:
        goes_on = bool(page) and page != place.page
        after = Place(place.at, page if goes_on else "")
        return Page((), since if after == place else msgspec.json.encode(after).decode(), more=goes_on)
    skus = skus_of(client, (v for order in orders for v in _variations(order)))
    after = Place(place.at, page) if page else Place(_moved(place, orders))
    deliveries = tuple(order_delivery(o, {v: skus[v] for v in _variations(o) if v in skus}, setup) for o in orders)
    return Page(deliveries, msgspec.json.encode(after).decode(), more=bool(page))


def counters(client: Square, setup: Setup, since: str, now: datetime) -> Page:
    """Return what is in stock at the store, if it is time to ask; the cursor says when it was asked last."""
    if since and now < _moment(since) + timedelta(minutes=setup.stock_minutes):
        return Page((), since, more=False)
    told = {"location_ids": [setup.square_location], "states": ["IN_STOCK"]}
    counts = list(client.all(COUNTS, told, "counts"))
    skus = skus_of(client, (str(c.get("catalog_object_id")) for c in counts))
    return Page((stock_delivery(counts, skus, (now, setup)),), now.isoformat(), more=False)


def order_delivery(order: Any, skus: dict[str, str], setup: Setup) -> Delivery:
    """Return an order as a delivery, known by what it says."""
    body = encode({"kind": ORDER, "said": order, "skus": skus})
    digest = hashlib.sha256(body).digest()
    mark = digest.hex()[:_DIGEST_LENGTH]
    name = setup.sale(order["id"]) if order.get("id") else f"unreadable/{mark}"
    return Delivery(
        source=setup.name,
        id=f"{name}/{mark}",
        subject=f"sale/{name}",
        body=body,
        digest=digest,
        person=order.get("customer_id"),
    )


def stock_delivery(counts: list[Any], skus: dict[str, str], when: tuple[datetime, Setup]) -> Delivery:
    """Return what the store counts as a delivery of its own moment."""
    at, setup = when
    moment = at.isoformat(timespec="seconds")
    body = encode({"kind": STOCK, "said": {"as_of": moment, "counts": counts, "skus": skus}})
    digest = hashlib.sha256(body).digest()
    name = f"{setup.name}/counters/{moment}/{digest.hex()[:_DIGEST_LENGTH]}"
    return Delivery(source=setup.name, id=name, subject=f"statement/{name}", body=body, digest=digest)


def _variations(order: Any) -> list[str]:
    lines = [*(order.get("line_items") or ())]
    lines += [x for r in order.get("returns") or () for x in r.get("return_line_items") or ()]
    return [str(x["catalog_object_id"]) for x in lines if x.get("catalog_object_id")]


def _moved(place: Place, orders: list[Any]) -> str:
    """Return from where to read on: a little before the last change that was seen, and never before where we were."""
    stamps = [at for at in (_read_moment(o.get("updated_at")) for o in orders) if at]
    back = max(stamps) - timedelta(minutes=OVERLAP_MINUTES) if stamps else _moment(place.at)
    return back.isoformat() if back > _moment(place.at) else place.at


def _read_moment(said: Any) -> datetime | None:
    """Return a stamp, None where it cannot be read: such an order waits for a person and holds up no other."""
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _read(since: str) -> Place:
    try:
        return msgspec.json.decode(since, type=Place) if since else Place()
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as bad:
        raise Misconfigured(f"{text!r} is no moment: is the cursor one of this door?") from bad
