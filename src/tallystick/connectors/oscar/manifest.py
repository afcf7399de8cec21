"""What this door can do, and what it declares because oscar does not say it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.sales import CancelOrder, OrderPlaced, RefuseOrder
from tallystick.messages.statements import StockStatementReported
from tallystick.ports.connector import Manifest

NAME: Final = "oscar"
ORDERS_IN_PAGE_MAX: Final = 50
LIMITS: Final = Limits(per_second=10.0, burst=10, deadline_seconds=25.0, at_once_max=2)

SETTINGS: Final[Mapping[str, str]] = {
    "location": "our location that keeps what the shop sells",
    "user": "the e-mail address of the staff user to come in as",
    "provider": "who takes the money; this connection if left out",
    "payment": "at_checkout: an order is placed once it is paid; elsewhere, if left out: the provider reports it",
    "order_prefix": "what stands before the shop's order numbers here; this connection's name and a hyphen if left out",
    "zone": "the time zone of the shop's days, such as Europe/Vienna; UTC if left out",
    "cancelled": "the status of an order that has ended, `cancelled` if left out",
    "shipped": "the status of an order that has left, `shipped` if left out",
    "stock_minutes": "how often the shop's own counters are read, 60 if left out",
    "watch_days": "how old an order may be and its cancellation still be seen, 30 if left out",
}

DECLARED: Final[Mapping[str, str]] = {
    "changes": (
        "The API sends no webhooks and filters nothing: it lists orders, newest first. The list is read down to the last "
        "order known, and down to `watch_days` for orders that were cancelled since."
    ),
    "key": (
        "The API has no idempotency keys. A status is moved together with a note that bears the key, both or neither; the "
        "note is looked for before anything is done. Stock is told as it is to be, and a key is remembered as long as the "
        "process lives."
    ),
    "number": "Every oscar counts its orders from 100001, so a number gets a prefix.",
    "sku": "A product is known by its stock record's partner SKU, which is ours.",
    "stock": "What oscar sells is in stock less allocated; it is told in stock = available + what it counts as allocated.",
    "price": "A line is its price after discounts, with and without tax, as the order keeps it.",
    "parcel": "The shop knows statuses, not parcels: each one is a note, and the last one moves the order on.",
}

_CHANNEL: Final[tuple[type[Struct], ...]] = (SetStock, RefuseOrder, CancelOrder, TellShipment)

MANIFEST: Final = Manifest(
    name=NAME,
    system="django-oscar with django-oscar-api",
    role="web shop: orders come from it by polling, stock and statuses go to it",
    foreign_version="oscar 4.2, oscar-api 3.3 (REST)",
    auth="a staff user and password at every request (HTTP Basic)",
    pulls=(OrderPlaced, StockStatementReported),
    pushes=_CHANNEL,
    asks=(StockAsked,),
    secrets={"password": "the staff user's password"},
    settings=SETTINGS,
    addressed_by=dict.fromkeys(_CHANNEL, "channel"),
    page_size_max=ORDERS_IN_PAGE_MAX,
    requests_per_second_max=int(LIMITS.per_second),
    guide="how-to/shops.md",
    proven_by="live",
    declared=DECLARED,
)
