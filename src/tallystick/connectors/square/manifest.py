"""What this door can do, and what it declares because Square does not say it."""

from collections.abc import Mapping
from typing import Final

from tallystick.connectors.square.client import API_VERSION
from tallystick.connectors.square.faults import QUARANTINED
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.sales import CreditReported, SaleReported
from tallystick.messages.statements import StockStatementReported
from tallystick.ports.connector import Manifest

PAGE_SIZE_MAX: Final = 100
STOCK_TOGETHER_MAX: Final = 100
LIMITS: Final = Limits(per_second=5.0, burst=10, deadline_seconds=25.0, at_once_max=4)

SETTINGS: Final[Mapping[str, str]] = {
    "location": "our location that the store is",
    "square_location": "Square's id of the store's location",
    "jurisdiction": "to whom the store's sales tax is owed, such as US-CA; none if left out",
    "zone": "the time zone of the store's days, such as America/Los_Angeles; UTC if left out",
    "stock_minutes": "how often the store's own counts are read, 60 if left out",
}

DECLARED: Final[Mapping[str, str]] = {
    "sale": "An order counts once it is completed, which is paid. It has happened: it is booked whether there is stock for it or not.",
    "return": "What came back is sellable. An order in which things are sold and taken back is a sale and a credit.",
    "tender": "A sale has one tender, by Square's name of it; what several tenders share goes to the account mixed.",
    "price": "A line is its total_money: after discounts, with tax and its share of charges on lines. Net is that less tax.",
    "total": "A sale is taken only if its lines, charges, tips and rounding come to its total_money; a tip may come on top of it.",
    "sku": "Square's orders and counts name variations; their SKUs are looked up in its catalogue and kept with the order.",
    "count": "A count is of units in stock at the store. One of them without a SKU, or not whole, makes it no count: it would lie.",
    "key": (
        "Square keeps idempotency keys. Stock is counted (PHYSICAL_COUNT) under a key of its own each time: a count said again "
        "changes nothing, and what is there already is not counted."
    ),
    "both": "Pulling sales or credits reads the same orders: each order is one delivery.",
    "payouts": "What tills took by card waits in tender_clearing: payouts of it are settled there by an entry.",
    "proof": "Tried against Square's own published contract, which checks each request and answers with examples, and on our twin.",
}

TRANSLATED: Final[Mapping[str, str]] = {
    "POST orders/search": "SaleReported, CreditReported: one order may be both",
    "custom amounts, charges, tips, rounding": "services of the sale: custom, charges, tips, rounding",
    "gift cards sold": "vouchers of the sale: owed, not earned",
    "POST inventory/counts/batch-retrieve": "StockStatementReported of what is in stock at the store",
    "orders that are open, drafts or cancelled": "not asked for",
}

MANIFEST: Final = Manifest(
    name="square",
    system="Square",
    role="tills: sales and returns that have happened, and counts, come from it; stock goes to it",
    foreign_version=API_VERSION,
    auth="access token",
    pulls=(SaleReported, CreditReported, StockStatementReported),
    pushes=(SetStock,),
    asks=(StockAsked,),
    secrets={"access_token": "the access token of the seller's application"},
    settings=SETTINGS,
    addressed_by={SetStock: "channel"},
    page_size_max=PAGE_SIZE_MAX,
    requests_per_second_max=int(LIMITS.per_second),
    proven_by="contract",
    declared=DECLARED,
    translated=TRANSLATED,
    quarantined=QUARANTINED,
)
