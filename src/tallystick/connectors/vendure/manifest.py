"""What this door can do, and what it declares because Vendure does not say it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.kit.limits import Limits
from tallystick.messages.channels import PublishProduct, SetStock, StockAsked, TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, OrderPlaced, RefuseOrder
from tallystick.messages.statements import StockStatementReported
from tallystick.ports.connector import Manifest

NAME: Final = "vendure"
PAGE_SIZE_MAX: Final = 50
STOCK_TOGETHER_MAX: Final = 100
LIMITS: Final = Limits(per_second=20.0, burst=20, deadline_seconds=25.0, at_once_max=4)

SETTINGS: Final[Mapping[str, str]] = {
    "location": "our location that keeps what the shop sells",
    "user": "the administrator to sign in as, superadmin if left out",
    "vendure_channel": "the token of the Vendure channel; its default channel if left out",
    "stock_location": "the id of the Vendure stock location that shows our stock; the first one if left out",
    "providers": "who takes the money of each payment method, such as card=stripe,invoice=house; else this connection",
    "order_prefix": "what stands before the shop's order codes here; nothing if left out",
    "zone": "the time zone of the shop's days, such as Europe/Vienna; UTC if left out",
    "stock_minutes": "how often the shop's own counters are read, 60 if left out",
    "sweep_days": "how old an order may be and still be read again, 30 if left out",
}

DECLARED: Final[Mapping[str, str]] = {
    "changes": (
        "Vendure moves an order's updatedAt while the basket changes and at a cancellation, but neither when the order is "
        "placed nor when it is paid, refunded or fulfilled. So orders are also found by when they were placed, and those "
        "of the last `sweep_days` are read again page by page; the plugin tells of each change at once."
    ),
    "key": (
        "Vendure has no idempotency keys. What was done to an order bears the key, in the reason of a cancellation or "
        "refund or in a private note, and is looked for before anything is done. Stock and products are told as they are "
        "to be: saying it again changes nothing, and a key is remembered as long as the process lives."
    ),
    "price": "A line is what its units cost when the order was placed: Vendure's prorated prices, tax lines per line.",
    "money": "Amounts are hundredths of the order's currency, Vendure's default precision.",
    "stock": (
        "What Vendure sells is on hand less allocated. It is told on hand = available + what it counts as allocated, "
        "so that its own drifting counter cancels out; other stock locations are told to sell nothing."
    ),
    "capture": "Vendure settles whole payments only: a part of one cannot be captured.",
    "refund": (
        "A refund that a clerk made in Vendure is no report of ours until one of the book's refunds of the same amount "
        "is pushed: then it counts as that one, and no money moves twice."
    ),
    "sku": "Vendure's SKUs are ours.",
}

_CHANNEL: Final[tuple[type[Struct], ...]] = (
    SetStock,
    RefuseOrder,
    CancelOrder,
    CancelLines,
    TellShipment,
    PublishProduct,
)
_PROVIDER: Final[tuple[type[Struct], ...]] = (AuthorisePayment, CapturePayment, VoidPayment, PayRefund)

MANIFEST: Final = Manifest(
    name=NAME,
    system="Vendure",
    role="web shop: orders, payments and refunds come from it, stock and what becomes of orders go to it",
    foreign_version="3.7 (GraphQL admin API)",
    auth="user and password; the session is renewed when it ends",
    pulls=(OrderPlaced, StockStatementReported),
    pushes=(*_CHANNEL, *_PROVIDER),
    asks=(StockAsked,),
    secrets={"password": "the administrator's password", "hook": "what the plugin signs its webhooks with"},
    settings=SETTINGS,
    addressed_by={**dict.fromkeys(_CHANNEL, "channel"), **dict.fromkeys(_PROVIDER, "provider")},
    hooks=True,
    page_size_max=PAGE_SIZE_MAX,
    requests_per_second_max=int(LIMITS.per_second),
    guide="how-to/shops.md",
    proven_by="live",
    declared=DECLARED,
)
