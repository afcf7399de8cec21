"""Pages of masters after a cursor, by when they were created or written."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.manifest import PAGE_SIZE_MAX
from tallystick.connectors.tryton.translate import Kind, delivery_of, field_of
from tallystick.connectors.tryton.values import moment_value, stamp_of
from tallystick.ports.connector import Delivery, Misconfigured, Page

OVERLAP_MINUTES: Final = 5
"""A record is stamped when it is written and seen when its transaction commits: so long may that take."""
_NEVER: Final = "1970-01-01T00:00:00.000000+00:00"


class Place(Struct, frozen=True, array_like=True):
    """How far one way of changing has been read: everything up to record *id* at *stamp* (UTC, ISO 8601)."""

    stamp: str = _NEVER
    id: int = 0


Places = dict[str, Place]


def page_of(client: Tryton, kind: Kind, since: str) -> Page:
    """Return what changed after the cursor *since*, at most a page for each way of changing, and the cursor after it."""
    places, is_more = _places(since), False
    rows: dict[int, Any] = {}
    for path in kind.stamps:
        place = places.get(path, Place())
        found = _changed(client, kind, path, place)
        rows |= {r["id"]: r for r in found}
        if found:
            place = Place(stamp_of(field_of(found[-1], path)), found[-1]["id"])
        is_more = is_more or len(found) == PAGE_SIZE_MAX
        places[path] = place
    if not rows:
        return Page((), since, more=False)
    if not is_more:
        places = {path: rewound(place) for path, place in places.items()}
    deliveries: dict[str, Delivery] = {}
    for row in rows.values():
        delivery = delivery_of(kind, row)
        deliveries.setdefault(delivery.id, delivery)
    return Page(list(deliveries.values()), msgspec.json.encode(places, order="sorted").decode(), is_more)


def _places(since: str) -> Places:
    try:
        return msgspec.json.decode(since, type=Places) if since else {}
    except msgspec.DecodeError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad


def _changed(client: Tryton, kind: Kind, path: str, place: Place) -> list[Any]:
    at = moment_value(place.stamp)
    domain = [*kind.domain, ["OR", [path, ">", at], [[path, "=", at], ["id", ">", place.id]]]]
    fields = [*dict.fromkeys((*kind.fields, *kind.stamps))]
    order = [[path, "ASC"], ["id", "ASC"]]
    method = f"model.{kind.model}.search_read"
    found: list[Any] = client.read(method, domain, 0, PAGE_SIZE_MAX, order, fields, context={"active_test": False})
    return found


def rewound(place: Place) -> Place:
    """Go back a little, so that what was stamped before and committed after is seen next time."""
    if place.stamp == _NEVER or not place.id:
        return place
    back = datetime.fromisoformat(place.stamp) - timedelta(minutes=OVERLAP_MINUTES)
    return replace(place, stamp=back.isoformat(timespec="microseconds"), id=0)
