"""What happened after a cursor: orders by when they last changed, and payouts by day."""

from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from tallystick.connectors.shopify import questions
from tallystick.connectors.shopify.client import Shopify
from tallystick.connectors.shopify.deliveries import order_delivery, payout_delivery
from tallystick.connectors.shopify.manifest import PAGE_SIZE_MAX
from tallystick.connectors.shopify.setup import Setup, gid, tail
from tallystick.connectors.shopify.wire import BESIDE_MAX
from tallystick.ports.connector import Misconfigured, Page, Retryable

OVERLAP_MINUTES: Final = 2
"""An order is stamped when it is written and found when that has committed: so long may it take."""
PAYOUT_DAYS: Final = 14
"""A payout is dated before it is paid: so long may it be on its way."""
MANY: Final = 250
TOGETHER_MAX: Final = 100
BESIDE_TOGETHER_MAX: Final = 20
FEW: Final = 20


Cursor = TypeVar("Cursor", "Place", "Days")


class Place(Struct, frozen=True):
    """How far orders have been read: all that changed before *at* (ISO 8601), and up to *page* of those after.

    *swept* is the next page of those that are read again whatever their stamp.
    """

    at: str = ""
    page: str = ""
    swept: str = ""


class Days(Struct, frozen=True):
    """How far payouts have been read: the last day one was seen of, and the numbers of those of the last days."""

    last: date | None = None
    seen: tuple[int, ...] = ()


def orders_after(client: Shopify, setup: Setup, since: str, now: datetime) -> Page:
    """Return a page of orders, each with its transactions and our notes on it; at the end, a page of the sweep as well.

    A note of ours need not move an order's stamp, and what a clerk's refund counts as stands in one.
    """
    place = _read(since, Place())
    orders, next_page = _orders(client, {"page_info": place.page} if place.page else _from(place.at))
    if next_page:
        after, swept = Place(place.at, next_page, place.swept), list[Any]()
    else:
        horizon = (now - timedelta(days=setup.sweep_days)).isoformat(timespec="seconds")
        young = {"status": "any", "order": "created_at asc", "created_at_min": horizon}
        swept, more = _orders(client, {"page_info": place.swept} if place.swept else young)
        after = Place(_moved(place, orders), "", more)
    told = {str(o.get("id")): o for o in (*orders, *swept)}
    beside = _beside(client, list(told))
    found = tuple(order_delivery(o, beside.get(number, {}), setup) for number, o in told.items())
    return Page(found, _written(after), more=bool(next_page))


def payouts_after(client: Shopify, setup: Setup, since: str) -> Page:
    """Return payouts that have been paid since, each with its transactions, at most a few at once."""
    if not setup.bank:
        return Page((), since, more=False)
    days = _read(since, Days())
    listed = _paid_out(client, days)
    new = sorted((p for p in listed if p["id"] not in days.seen), key=lambda p: (p["date"], p["id"]))
    found = tuple(payout_delivery(_parts(client, payout), setup) for payout in new)
    if not found:
        return Page((), since, more=False)
    newest = date.fromisoformat(new[-1]["date"])
    last = max(newest, days.last or newest)
    horizon = (last - timedelta(days=PAYOUT_DAYS)).isoformat()
    seen = tuple(sorted(p["id"] for p in listed if p["date"] >= horizon))
    return Page(found, _written(Days(last, seen)), more=False)


def _orders(client: Shopify, wanted: dict[str, Any]) -> tuple[list[Any], str]:
    told, next_page = client.page("/orders.json", {"limit": PAGE_SIZE_MAX, **wanted})
    return _listed(told, "orders"), next_page


def _from(at: str) -> dict[str, Any]:
    begin = {"updated_at_min": at} if at else {}
    return {"status": "any", "order": "updated_at asc", **begin}


def _moved(place: Place, orders: list[Any]) -> str:
    """Return from where to read on: a little before the last change that was seen."""
    stamps = [str(o.get("updated_at")) for o in orders if o.get("updated_at")]
    if not stamps:
        return place.at
    back = _moment(stamps[-1]) - timedelta(minutes=OVERLAP_MINUTES)
    return back.isoformat() if not place.at or back > _moment(place.at) else place.at


def _beside(client: Shopify, numbers: list[str]) -> dict[str, Any]:
    """Ask for a few orders at once what most have, and for those that have more by themselves: a question has its price."""
    found: dict[str, Any] = {}
    for start in range(0, len(numbers), BESIDE_TOGETHER_MAX):
        found |= _asked(client, numbers[start : start + BESIDE_TOGETHER_MAX], FEW)
    for number in [n for n, node in found.items() if _is_full(node, FEW)]:
        found |= _asked(client, [number], BESIDE_MAX)
    return found


def _asked(client: Shopify, numbers: list[str], first: int) -> dict[str, Any]:
    nodes = client.ask(questions.BESIDE, ids=[gid("Order", n) for n in numbers], first=first)["nodes"]
    return {tail(node["id"]): node for node in nodes if node}


def _is_full(node: Any, first: int) -> bool:
    return max(len(node["transactions"]), len(node["metafields"]["nodes"])) >= first


def _paid_out(client: Shopify, days: Days) -> list[Any]:
    begin = {"date_min": (days.last - timedelta(days=PAYOUT_DAYS)).isoformat()} if days.last else {}
    return _all(client, "/shopify_payments/payouts.json", {"status": "paid", **begin}, "payouts")


def _parts(client: Shopify, payout: Any) -> Any:
    wanted = {"payout_id": payout["id"]}
    movements = _all(client, "/shopify_payments/balance/transactions.json", wanted, "transactions")
    orders = sorted({t["source_order_id"] for t in movements if t.get("source_order_id")})
    currencies: dict[str, str] = {}
    for start in range(0, len(orders), TOGETHER_MAX):
        ids = [gid("Order", n) for n in orders[start : start + TOGETHER_MAX]]
        nodes = client.ask(questions.PAID_IN, ids=ids)["nodes"]
        currencies |= {tail(n["id"]): n["presentmentCurrencyCode"] for n in nodes if n}
    return {"payout": payout, "transactions": movements, "currencies": currencies}


def _all(client: Shopify, path: str, wanted: dict[str, Any], name: str) -> list[Any]:
    """Return all of a resource, page by page."""
    told, token = client.page(path, {"limit": MANY, **wanted})
    found = _listed(told, name)
    while token:
        told, token = client.page(path, {"limit": MANY, "page_info": token})
        found += _listed(told, name)
    return found


def _listed(told: Any, name: str) -> list[Any]:
    found = told.get(name) if isinstance(told, dict) else None
    if not isinstance(found, list):
        raise Retryable(f"Shopify's answer has no {name}", 5)
    return found


def _read(since: str, start: Cursor) -> Cursor:
    try:
        return msgspec.json.decode(since, type=type(start)) if since else start
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad


def _written(place: Struct) -> str:
    return msgspec.json.encode(place).decode()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
