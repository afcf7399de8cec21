"""What happened after a cursor: orders by when they last changed, events by when they were posted, settlements by when they were made."""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec
from msgspec import Struct

from tallystick.connectors.amazon.client import Amazon, Operation, moved_on
from tallystick.connectors.amazon.manifest import PAGE_SIZE_MAX
from tallystick.connectors.amazon.setup import Setup
from tallystick.connectors.amazon.wire import EVENT, MFN, ORDER, PAID_BACK, SETTLEMENT, SHIPMENTS, STATUSES, encode
from tallystick.ports.connector import Delivery, Misconfigured, Page, Retryable

ORDERS: Final = "/orders/v0/orders"
EVENTS: Final = "/finances/v0/financialEvents"
REPORTS: Final = "/reports/2021-06-30/reports"
DOCUMENTS: Final = "/reports/2021-06-30/documents"
FLAT_FILE: Final = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
OVERLAP_MINUTES: Final = 2
EVENT_DAYS: Final = 3
"""An event may be shown two days after it was posted: so far back each reading begins."""
EVENTS_IN_PAGE: Final = 100
ITEMS_KEPT_MAX: Final = 1000
_DIGEST_LENGTH: Final = 16
Cursor = TypeVar("Cursor", "Place", "Made")


class Place(Struct, frozen=True):
    """How far has been read: all before *at* (ISO 8601), and up to *page* of what came after; *last* is the newest of it."""

    at: str = ""
    page: str = ""
    last: str = ""


class Made(Struct, frozen=True):
    """How far settlements have been read: the newest one's moment, and the ids of the last ones."""

    at: str = ""
    seen: tuple[str, ...] = ()


class Items:
    """Items of orders, asked for once as long as the order does not change: a page goes on where its bucket was empty."""

    def __init__(self, client: Amazon) -> None:
        """Ask over *client*."""
        self._client = client
        self._known: dict[tuple[str, str], list[Any]] = {}

    def of(self, order: str, changed: str) -> list[Any]:
        """Return the items of an order as it was *changed* last; "" asks anew."""
        key = (order, changed)
        found = self._known.get(key)
        if found is None:
            found = self._asked(order)
            if changed:
                self._known[key] = found
                if len(self._known) > ITEMS_KEPT_MAX:
                    del self._known[next(iter(self._known))]
        return found

    def _asked(self, order: str) -> list[Any]:
        path, token, found = f"{ORDERS}/{quote(order, safe='')}/orderItems", "", list[Any]()
        while True:
            told = self._client.read(Operation("getOrderItems", path, params={"NextToken": token} if token else {}))
            payload = _payload(told, "getOrderItems")
            found += _listed(payload, "OrderItems")
            token = moved_on(str(payload.get("NextToken") or ""), token, "getOrderItems")
            if not token:
                return sorted(found, key=lambda item: str(item.get("OrderItemId")))


def orders_after(client: Amazon, items: Items, setup: Setup, when: tuple[str, datetime]) -> Page:
    """Return a page of orders that wait to be sent, or were cancelled, each with its items."""
    since, now = when
    place = _read(since, Place(_begin(setup, now)))
    wanted: dict[str, Any] = {"MarketplaceIds": ",".join(setup.marketplaces)}
    if place.page:
        wanted["NextToken"] = place.page
    else:
        wanted |= {"LastUpdatedAfter": place.at, "OrderStatuses": ",".join(STATUSES), "FulfillmentChannels": MFN}
        wanted["MaxResultsPerPage"] = PAGE_SIZE_MAX
    payload = _payload(client.read(Operation("getOrders", ORDERS, params=wanted)), "getOrders")
    orders = _listed(payload, "Orders")
    found = [
        order_delivery(o, items.of(str(o.get("AmazonOrderId")), str(o.get("LastUpdateDate"))), setup) for o in orders
    ]
    stamps = [str(o.get("LastUpdateDate")) for o in orders]
    return _turned(
        found, (since, place), (str(payload.get("NextToken") or ""), stamps), timedelta(minutes=OVERLAP_MINUTES)
    )


def events_after(client: Amazon, setup: Setup, since: str, now: datetime) -> Page:
    """Return a page of shipments and refunds as Amazon posted them."""
    place = _read(since, Place(_begin(setup, now)))
    wanted: dict[str, Any] = {"MaxResultsPerPage": EVENTS_IN_PAGE, "PostedAfter": place.at}
    if place.page:
        wanted = {"NextToken": place.page}
    payload = _payload(client.read(Operation("listFinancialEvents", EVENTS, params=wanted)), "listFinancialEvents")
    events = payload.get("FinancialEvents") or {}
    told = [(name, e) for name in (SHIPMENTS, *PAID_BACK) for e in _listed(events, name)]
    found = [event_delivery(name, event, setup) for name, event in told]
    stamps = [str(e.get("PostedDate")) for _, e in told]
    return _turned(found, (since, place), (str(payload.get("NextToken") or ""), stamps), timedelta(days=EVENT_DAYS))


def settlements_after(client: Amazon, setup: Setup, since: str, now: datetime) -> Page:
    """Return settlements that Amazon has made since, each whole."""
    if not setup.bank:
        return Page((), since, more=False)
    made = _read(since, Made(_begin(setup, now)))
    wanted = {"reportTypes": FLAT_FILE, "processingStatuses": "DONE", "createdSince": made.at, "pageSize": 100}
    listed, token = list[Any](), ""
    while True:
        told = client.read(Operation("getReports", REPORTS, params={"nextToken": token} if token else wanted))
        listed += _listed(told, "reports")
        token = moved_on(str(told.get("nextToken") or ""), token, "getReports")
        if not token:
            break
    new = sorted((r for r in listed if r["reportId"] not in made.seen), key=lambda r: (r["createdTime"], r["reportId"]))
    if not new:
        return Page((), since, more=False)
    one = new[0]
    path = f"{DOCUMENTS}/{quote(str(one.get('reportDocumentId')), safe='')}"
    text = client.download(client.read(Operation("getReportDocument", path))).decode("utf-8", "replace")
    seen = (*made.seen, one["reportId"])[-ITEMS_KEPT_MAX:]
    after = Made(_later(made.at, [str(one["createdTime"])], timedelta()), seen)
    return Page((settlement_delivery(text, one["reportId"], setup),), _written(after), more=len(new) > 1)


def order_delivery(order: Any, items: list[Any], setup: Setup) -> Delivery:
    """Return an order with its items as a delivery, known by what it says."""
    return _delivery({"kind": ORDER, "said": order, "beside": items}, str(order.get("AmazonOrderId") or ""), setup)


def event_delivery(name: str, event: Any, setup: Setup) -> Delivery:
    """Return an event of the list *name* as a delivery, known by what it says."""
    return _delivery({"kind": EVENT, "said": event, "beside": name}, str(event.get("AmazonOrderId") or ""), setup)


def settlement_delivery(text: str, report: str, setup: Setup) -> Delivery:
    """Return a settlement as a delivery; it never changes afterwards."""
    body = encode({"kind": SETTLEMENT, "said": text})
    name = f"settlement/{report}"
    return Delivery(source=setup.source, id=name, subject=name, body=body, digest=hashlib.sha256(body).digest())


def _delivery(whole: dict[str, Any], number: str, setup: Setup) -> Delivery:
    body = encode(whole)
    digest = hashlib.sha256(body).digest()
    mark = digest.hex()[:_DIGEST_LENGTH]
    name = setup.order(number) if number else f"unreadable/{mark}"
    what = f"{name}/{whole['kind']}/{mark}"
    return Delivery(source=setup.source, id=what, subject=f"order/{name}", body=body, digest=digest)


def _turned(found: list[Delivery], was: tuple[str, Place], told: tuple[str, list[str]], overlap: timedelta) -> Page:
    """Return a page and where the next begins; a page that says nothing leaves the cursor where it was."""
    (since, place), (token, stamps) = was, told
    last = max([place.last, *(s for s in stamps if _is_moment(s))], default="")
    if token:
        return Page(tuple(found), _written(Place(place.at, token, last)), more=True)
    after = Place(_later(place.at, [last] if last else [], overlap))
    cursor = since if not found and not place.page else _written(after)
    return Page(tuple(found), cursor, more=False)


def _begin(setup: Setup, now: datetime) -> str:
    return (now - timedelta(days=setup.since_days)).isoformat(timespec="seconds").replace("+00:00", "Z")


def _later(at: str, stamps: list[str], overlap: timedelta) -> str:
    """Return from where to read on: a little before the newest, and never before where we were."""
    moments = [datetime.fromisoformat(s) - overlap for s in stamps if _is_moment(s)]
    newest = max([_moment(at), *moments])
    return at if newest == _moment(at) else newest.isoformat(timespec="seconds").replace("+00:00", "Z")


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _moment(text: str) -> datetime:
    if not _is_moment(text):
        raise Misconfigured(f"{text!r} is no moment: is the cursor one of this door?")
    return datetime.fromisoformat(text)


def _payload(told: Any, name: str) -> Mapping[str, Any]:
    found = told.get("payload")
    if not isinstance(found, dict):
        raise Retryable(f"the answer to {name} has no payload", 5)
    return found


def _listed(told: Any, name: str) -> list[Any]:
    found = told.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise Retryable(f"{name} of an answer is no list of objects", 5)
    return found


def _read(since: str, start: Cursor) -> Cursor:
    try:
        return msgspec.json.decode(since, type=type(start)) if since else start
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad


def _written(place: Struct) -> str:
    return msgspec.json.encode(place).decode()
