"""What this door can do, and what it declares because WooCommerce does not say it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.connectors.woocommerce.faults import QUARANTINED
from tallystick.kit.limits import Limits
from tallystick.messages.channels import PublishProduct, SetStock, StockAsked, TellShipment
from tallystick.messages.payments import AuthorisePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, OrderPlaced, RefuseOrder
from tallystick.ports.connector import Manifest

NAME: Final = "woocommerce"
PAGE_SIZE_MAX: Final = 50
STOCK_TOGETHER_MAX: Final = 50
LIMITS: Final = Limits(per_second=5.0, burst=10, deadline_seconds=30.0, at_once_max=2)
"""A shop in WordPress runs on whatever its owner pays for: a call at a time is what it is made for."""

SETTINGS: Final[Mapping[str, str]] = {
    "location": "our location that keeps what the shop sells",
    "providers": "who takes the money of each payment method, such as stripe=stripe,bacs=bank; else this connection",
    "refunds": "`by_hand` where a clerk pays refunds back and the shop only notes them; by the order's `gateway` if left out",
    "order_prefix": "what stands before the shop's order ids here; the connection's name and a hyphen if left out",
    "zone": "the time zone of the shop's days, such as Europe/Vienna; UTC if left out",
    "sweep_days": "how old an order may be and still be read again, a page a poll, 30 if left out",
}

DECLARED: Final[Mapping[str, str]] = {
    "order": "An order goes by WooCommerce's id; its number is a plugin's to change. Lines are numbered in the order of their ids.",
    "placed": (
        "An order counts once it is on hold, in processing or further. What is pending, failed or a draft, and was never paid, is "
        "a basket: the shop lets it go by itself."
    ),
    "paid": "An order that has a date of payment was paid its total, once. What a gateway only holds is not told.",
    "changes": (
        "Orders are read by modified_after, place by place and never by page number, for pages shift while they are read. "
        "Those of the last days are read again, for not everything moves that stamp."
    ),
    "money": "Amounts have the digits of ISO 4217; prices and taxes are those of the lines, after coupons.",
    "rounding": (
        "A shop may round taxes once for an order. What its total is off its lines, at most a cent for each, is a service of its own."
    ),
    "refunded": "Units that a clerk refunds before the order is completed are not wanted any more; afterwards a warehouse says what came back.",
    "key": (
        "WooCommerce has no idempotency keys. A status is set together with a note that bears the key, in one call; a refund "
        "bears it in its reason. Both are looked for first."
    ),
    "refund": (
        "A refund that a clerk made is no report of ours until one of the book's refunds of the same amount is pushed: then "
        "it counts as that one, and no money moves twice."
    ),
    "cancel": "What is completed stays so, whatever is cancelled. WooCommerce cancels no part of an order.",
    "parcel": "Each parcel is noted; the order is completed with the one that holds the last of its units.",
    "stock": "A product is told what it may sell; it takes off what it sells. It compares nothing: whoever writes last counts.",
    "product": (
        "A product is made under its SKU where it is missing, without stock; what is sold no more becomes a draft. Prices are "
        "the regular ones, in the shop's currency, as the shop is set to take them: net or gross."
    ),
    "sku": "WooCommerce's SKUs are ours, those of variations too; one with a comma cannot be found there.",
    "hook": "WooCommerce signs the body of a webhook and nothing else. Its age is read from the body; an hour is allowed.",
    "proof": "Tried on published messages and on our twin; WooCommerce itself did not run here.",
}

TRANSLATED: Final[Mapping[str, str]] = {
    "GET orders, order.* webhooks": "OrderPlaced, CaptureReported, OrderCancellationRequested, VoidReported, our own RefundReported",
    "GET orders/{id}/refunds": "OrderLineCancellationRequested of what a clerk takes off before the order is completed",
    "orders that are pending, failed or drafts": "nothing, unless they were paid",
    "shipping, fees, rounding": "services of the order: shipping, fees, rounding",
}

_CHANNEL: Final[tuple[type[Struct], ...]] = (SetStock, PublishProduct, RefuseOrder, CancelOrder, TellShipment)
_PROVIDER: Final[tuple[type[Struct], ...]] = (AuthorisePayment, VoidPayment, PayRefund)

MANIFEST: Final = Manifest(
    name=NAME,
    system="WooCommerce",
    role="web shop: orders, payments and refunds come from it, stock, products, statuses and refunds go to it",
    foreign_version="REST API v3",
    auth="consumer key and secret over TLS; webhooks are signed (HMAC-SHA256)",
    pulls=(OrderPlaced,),
    pushes=(*_CHANNEL, *_PROVIDER),
    asks=(StockAsked,),
    secrets={
        "consumer_key": "the consumer key of a user who may read and write (ck_…)",
        "consumer_secret": "the consumer secret beside it (cs_…)",
        "hook": "the secret its webhooks are signed with",
    },
    settings=SETTINGS,
    addressed_by={**dict.fromkeys(_CHANNEL, "channel"), **dict.fromkeys(_PROVIDER, "provider")},
    hooks=True,
    page_size_max=PAGE_SIZE_MAX,
    requests_per_second_max=int(LIMITS.per_second),
    proven_by="samples",
    declared=DECLARED,
    translated=TRANSLATED,
    quarantined=QUARANTINED,
)
