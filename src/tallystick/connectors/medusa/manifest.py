"""What this door can do, and what it declares because Medusa does not say it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, OrderPlaced, RefuseOrder
from tallystick.ports.connector import Manifest

NAME: Final = "medusa"
PAGE_SIZE_MAX: Final = 50
LIMITS: Final = Limits(per_second=10.0, burst=10, deadline_seconds=25.0, at_once_max=2)

SETTINGS: Final[Mapping[str, str]] = {
    "location": "our location that keeps what the shop sells",
    "stock_location": "the id of the Medusa stock location that shows our stock",
    "provider": "who takes the money; this connection if left out",
    "order_prefix": "what stands before the shop's order ids here; nothing if left out",
    "zone": "the time zone of the shop's days, such as Europe/Vienna; UTC if left out",
}

DECLARED: Final[Mapping[str, str]] = {
    "changes": (
        "Orders are polled by `updated_at`, five minutes back. Medusa moves it when an order is placed, fulfilled, refunded "
        "or cancelled, and when its metadata is written; not when its payment is captured. A capture that a clerk makes in "
        "Medusa is seen with the order's next change."
    ),
    "key": (
        "Medusa has no idempotency keys. What is to be done is written into the order's metadata under its key first; "
        "then it is done, and what came of it is looked for before it is done again: a cancelled order, a capture, a "
        "refund's note, a fulfilment's metadata."
    ),
    "money": (
        "Medusa does not round: 19% of 30.99 is 5.8881, and 46.7789 is captured. Each net amount, tax, capture and refund is "
        "rounded to the currency's digits by itself, halves to the even one."
    ),
    "number": "An order is known by Medusa's id, which no two shops share; its number for people cannot be asked for by the API.",
    "lines": "Medusa tells the items of an order in another order each time: a line's number is its place by id.",
    "sku": "Medusa's SKUs are ours; a line without one is quarantined.",
    "stock": "What Medusa sells is stocked less reserved; it is told stocked = available + what it counts as reserved.",
    "payment": "An order has one payment. A part of it can be captured, once.",
    "cancel": "Medusa lets go by itself what was held of an order that is cancelled, and gives back what was captured; a payment alone cannot be let go, so `VoidPayment` cancels the order.",
    "customer": "Customers are not read.",
}

_CHANNEL: Final[tuple[type[Struct], ...]] = (SetStock, RefuseOrder, CancelOrder, TellShipment)
_PROVIDER: Final[tuple[type[Struct], ...]] = (AuthorisePayment, CapturePayment, VoidPayment, PayRefund)

MANIFEST: Final = Manifest(
    name=NAME,
    system="Medusa",
    role="web shop: orders and payments come from it by polling, stock, parcels, captures and refunds go to it",
    foreign_version="2.21 (REST admin API)",
    auth="a secret API key of the admin API (HTTP Basic)",
    pulls=(OrderPlaced,),
    pushes=(*_CHANNEL, *_PROVIDER),
    asks=(StockAsked,),
    secrets={"api_key": "a secret API key, made in Medusa under Settings, Secret API Keys"},
    settings=SETTINGS,
    addressed_by={**dict.fromkeys(_CHANNEL, "channel"), **dict.fromkeys(_PROVIDER, "provider")},
    page_size_max=PAGE_SIZE_MAX,
    requests_per_second_max=int(LIMITS.per_second),
    guide="how-to/shops.md",
    proven_by="live",
    declared=DECLARED,
)
