"""Orders after a cursor, from a list that comes newest first and whole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.oscar.client import Oscar, path_of
from tallystick.connectors.oscar.manifest import ORDERS_IN_PAGE_MAX
from tallystick.connectors.oscar.setup import Setup
from tallystick.connectors.oscar.translate import ENDED, ORDER, delivery_of
from tallystick.ports.connector import Delivery, Misconfigured, Page, Retryable

ORDERS: Final = "/api/admin/orders/"
OVERLAP_MINUTES: Final = 5
"""An order is dated when its checkout begins and seen when that has committed: so long may it take."""
_NEVER: Final = "1970-01-01T00:00:00+00:00"


class Place(Struct, frozen=True, array_like=True, order=True):
    """Everything is read up to order *number* at *stamp* (UTC, ISO 8601)."""

    stamp: str = _NEVER
    number: str = ""


class Skus:
    """What the stock records are called; asked once each."""

    def __init__(self, client: Oscar) -> None:
        """Know none yet."""
        self._client = client
        self._known: dict[str, str] = {}

    def of(self, link: str) -> str:
        """Return the SKU of the stock record that *link* names."""
        number = link.rstrip("/").rpartition("/")[2]
        if number not in self._known:
            self._known[number] = self._client.read(f"/api/admin/stockrecords/{number}/")["partner_sku"]
        return self._known[number]


def page_of(client: Oscar, skus: Skus, setup: Setup, when: tuple[str, datetime]) -> Page:
    """Return the oldest orders after a cursor, and those that have ended of the last days; *when* is (cursor, now)."""
    since, now = when
    place, listed = _place(since), list(_listed(client, _place(since), now - timedelta(days=setup.watch_days)))
    after = [head for head in listed if _at(head) > place][:ORDERS_IN_PAGE_MAX]
    is_more = sum(_at(head) > place for head in listed) > len(after)
    found = [_order(client, skus, head, setup) for head in after]
    found += [delivery_of(ENDED, {"head": h, "lines": []}, setup) for h in listed if h.get("status") == setup.cancelled]
    if not after:
        return Page(tuple(found), since, more=False)
    cursor = _at(after[-1]) if is_more else max(place, _rewound(_at(after[-1])))
    return Page(tuple(found), msgspec.json.encode(cursor).decode(), is_more)


def _listed(client: Oscar, place: Place, watched: datetime) -> Iterator[Any]:
    """Return orders oldest first, down to what is known already and too old to change."""
    found: list[Any] = []
    for head in client.rows(ORDERS):
        at = _at(head)
        if at <= place and _moment(at.stamp) < watched:
            break
        found.append(head)
    return iter(sorted(found, key=_at))


def _order(client: Oscar, skus: Skus, head: Any, setup: Setup) -> Delivery:
    """Read an order's lines, and put beside each the SKU that its stock record has."""
    lines = [
        {**line, "sku": skus.of(line["stockrecord"])} if line.get("stockrecord") else line
        for line in client.rows(path_of(head["lines"]))
    ]
    placed = {name: value for name, value in head.items() if name != "status"} | {"status": ""}
    return delivery_of(ORDER, {"head": placed, "lines": lines}, setup)


def _place(since: str) -> Place:
    try:
        return msgspec.json.decode(since, type=Place) if since else Place()
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad


def _at(head: Any) -> Place:
    """Return where an order stands; one without a date cannot be placed, and is asked for again."""
    try:
        stamp = datetime.fromisoformat(head["date_placed"]).astimezone(UTC).isoformat(timespec="microseconds")
    except (KeyError, TypeError, ValueError) as wrong:
        raise Retryable(f"an order of the shop's list has no date: {wrong!r}", 60) from wrong
    return Place(stamp, str(head.get("number", "")))


def _moment(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)


def _rewound(place: Place) -> Place:
    back = _moment(place.stamp) - timedelta(minutes=OVERLAP_MINUTES)
    return Place(back.isoformat(timespec="microseconds"))
