"""What this door can do, and what it declares because Shopify does not say it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.connectors.shopify.faults import QUARANTINED
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, SettlementReported, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, OrderPlaced, RefuseOrder
from tallystick.messages.statements import StockStatementReported
from tallystick.ports.connector import Manifest

NAME: Final = "shopify"
API_VERSION: Final = "2026-04"
"""The first in which inventory and refunds must bear a key. Shopify serves a version for a year at least."""
PAGE_SIZE_MAX: Final = 50
STOCK_TOGETHER_MAX: Final = 100
LIMITS: Final = Limits(per_second=2.0, burst=30, deadline_seconds=25.0, at_once_max=4)
"""REST has a bucket of 40 calls that gains two a second, and a shop has other apps."""

SETTINGS: Final[Mapping[str, str]] = {
    "location": "our location that keeps what the shop sells",
    "shopify_location": "the id of the shop's location that shows our stock, such as 655441491; its primary one if left out",
    "providers": "who takes the money of each gateway, such as shopify_payments=shopify,gift_card=cards; else this connection",
    "bank": "our name of the bank account that payouts of Shopify Payments reach; without it no payouts are read",
    "ships": "`shop` where the shop's own fulfilments are the word for goods that left; `elsewhere` if left out",
    "returns": "`shop` where what a clerk restocks as returned is back with us; `elsewhere` if left out",
    "test_orders": "`yes` to take orders paid through a gateway's test mode; `no` if left out",
    "notify": "`yes` to let Shopify tell customers of parcels and cancellations; `no` if left out",
    "order_prefix": "what stands before Shopify's order ids here; the connection's name and a hyphen if left out",
    "zone": "the time zone of the shop's days, such as America/Toronto; UTC if left out",
    "stock_minutes": "how often the shop's own counters are read, 60 if left out",
    "sweep_days": "how old an order may be and still be read again, a page a poll, 30 if left out",
}

DECLARED: Final[Mapping[str, str]] = {
    "order": "An order goes by Shopify's id, for refunds and payments name no other; its name (#1001) may be given twice.",
    "line": "Lines are numbered in the order of their ids.",
    "money": "All is counted in the currency the customer pays in (presentment money), with the digits of ISO 4217.",
    "total": "An order is taken only if its lines, shipping, duties, tips and taxes come to its total_price, but for one with units edited off.",
    "changes": (
        "Orders are read by updated_at, which moves at each change. Their transactions and our notes are asked beside them, a page "
        "at once; a webhook of an order has neither, so what is held and let go comes with the next poll."
    ),
    "edits": "Units that an edit took off are told one by one, at the moment the order last changed.",
    "key": (
        "Refunds and stock bear our key (@idempotent); refunds and cancellations bear it in their note as well. Every other command "
        "first leaves a note on the order (a metafield in the namespace tallystick), with what was captured before it."
    ),
    "hook": (
        "Shopify signs the body of a webhook and nothing else, and repeats it for four hours. So its age is read from the body, and five "
        "hours are allowed; played again in that time it says what is known."
    ),
    "capture": "Part of an authorisation is captured where the gateway allows it; what it refuses is Rejected.",
    "refund": (
        "A refund that a clerk made is no report of ours until one of the book's refunds of the same amount is pushed: then "
        "it counts as that one, and no money moves twice."
    ),
    "cancel": "An order of which nothing has left is cancelled, without a refund of its own; else its open units are taken off.",
    "stock": (
        "The number shown (available) is set only if it is still what was read; a shop that has sold meanwhile is told again "
        "when its order is in the book."
    ),
    "payouts": "A payout's day is taken at noon. It is read once it is paid, with every movement of the balance it was made of.",
    "gateway": "psp_clearing of a gift card's provider is what the retailer owes from cards sold: settle it against them by an entry.",
    "proof": "Tried on published messages and on our twin, never on Shopify itself, which runs nowhere but there.",
}

TRANSLATED: Final[Mapping[str, str]] = {
    "orders/* webhooks, GET orders": "OrderPlaced, cancellations of orders and lines, captures, holds, our refunds; parcels and returns by setting",
    "order_transactions/create webhooks": "captures and sales; what is held or let go waits for the poll",
    "refunds/create webhooks": "our own refunds, paid or failed; a clerk's says nothing",
    "orders/edited webhooks": "units taken off are told with the order",
    "fulfillments/*, inventory_levels/* webhooks": "nothing: parcels are read with their order, and stock is asked for",
    "tips, duties, shipping, lines that need no shipping": "services of the order: tips, duties, shipping, services",
    "orders of a gateway's test mode": "nothing, unless the setting test_orders says yes",
    "GET inventoryItems": "StockStatementReported of what the shop counts as committed",
    "GET payouts and balance transactions": "SettlementReported, one for each order",
}

_CHANNEL: Final[tuple[type[Struct], ...]] = (SetStock, RefuseOrder, CancelOrder, CancelLines, TellShipment)
_PROVIDER: Final[tuple[type[Struct], ...]] = (AuthorisePayment, CapturePayment, VoidPayment, PayRefund)

MANIFEST: Final = Manifest(
    name=NAME,
    system="Shopify",
    role="web shop: orders, payments, refunds and payouts come from it, stock and what becomes of orders go to it",
    foreign_version=f"{API_VERSION} (REST and GraphQL Admin API, webhooks)",
    auth="the access token of a custom app; webhooks are signed with its client secret (HMAC-SHA256)",
    pulls=(OrderPlaced, SettlementReported, StockStatementReported),
    pushes=(*_CHANNEL, *_PROVIDER),
    asks=(StockAsked,),
    secrets={
        "access_token": "the Admin API access token of the app (shpat_…)",
        "hook": "the client secret of the app, which signs its webhooks",
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
