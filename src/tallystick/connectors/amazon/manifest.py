"""What this door can do, and what it declares because Amazon does not say it."""

from collections.abc import Mapping
from typing import Final

from tallystick.connectors.amazon.faults import QUARANTINED
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.marketplaces.reports import MarketplaceSettlementReported
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import CancelOrder, OrderPlaced, RefuseOrder
from tallystick.ports.connector import Manifest

LIMITS: Final = Limits(per_second=5.0, burst=10, deadline_seconds=25.0, at_once_max=4)
PAGE_SIZE_MAX: Final = 25
"""Each order's items are a call of their own, of which Amazon allows thirty at once."""

SETTINGS: Final[Mapping[str, str]] = {
    "location": "our location that sends what Amazon sells for us",
    "seller": "the seller's (merchant) id, such as A3TH9S8BH6GOGM",
    "marketplaces": "ids of the marketplaces, such as ATVPDKIKX0DER,A2EUQ1WTGCTBG2: all of one region, as the url is",
    "bank": "our name of the bank account that settlements reach; without it none are read",
    "channel": "the connection whose orders these are, for a second one that reads a queue or folder; its own name if left out",
    "order_prefix": "what stands before Amazon's order ids here; the channel's name and a hyphen if left out",
    "jurisdiction": "to whom tax that is ours is owed; else the state or country the goods go to",
    "carrier": "the carrier's name for parcels whose location names none; Other if left out",
    "zone": "the time zone of our days, such as America/New_York; UTC if left out",
    "since_days": "how far back a new connection begins to read, 7 if left out",
    "patches_max": "from how many SKUs at once on stock goes as one feed and not by patches, 10 if left out",
    "lwa_url": "where access tokens are given, https://api.amazon.com/auth/o2/token if left out",
}

DECLARED: Final[Mapping[str, str]] = {
    "order": "An order is taken once its buyer's payment is authorised (Unshipped); it goes by Amazon's id, its lines by their OrderItemIds in order.",
    "person": "Nothing of a buyer is asked for: no restricted data token, no name and no street. State and country come with the order.",
    "paid": "The buyer has paid Amazon. What it took is booked when Amazon shows it as a financial event, within two days of the parcel.",
    "deadline": "LatestShipDate is the day: passed, somebody is told (ship_by_missed), and nothing is cancelled.",
    "tax": (
        "Tax of a line is Amazon's where its TaxCollection says MarketplaceFacilitator, or DeemedResellerCategory says anything; "
        "shipping of the line goes with it. Else it is ours."
    ),
    "price": "Whether prices hold their tax is read from the order's total, which they must come to with it or without it.",
    "event": "Events have no ids: two of one order that say the same to the second are one.",
    "settlement": (
        "Of an order's rows, MarketplaceFacilitator… and LowValueGoods… are tax withheld, ItemPrice and Promotion what was settled, and "
        "the rest commission. Rows of no order are charges of the payout, or its reserve. The day is the deposit's."
    ),
    "key": (
        "Amazon keeps no keys. A quantity said again changes nothing; a parcel goes under a number made of its name, and is changed, not "
        "doubled; a cancelled order is not cancelled again."
    ),
    "feed": "Many quantities go as one feed: until it is processed each is tried again, and asks after that feed.",
    "rate": "Each operation has the bucket Amazon documents, or the rate that x-amzn-RateLimit-Limit names.",
    "proof": "Tried against Amazon's own published models, served by Prism, on published samples, and on our twin; never on Amazon itself.",
}

TRANSLATED: Final[Mapping[str, str]] = {
    "getOrders, getOrderItems": "OrderPlaced of what is Unshipped, OrderCancellationRequested of what is Canceled",
    "orders that are Shipped or PartiallyShipped": "nothing: they were taken when they were not, and our own parcels are confirmed by us",
    "orders that are Pending, or that Amazon sends": "not asked for",
    "listFinancialEvents": "CaptureReported of shipments; MarketplaceRefundReported of refunds, guarantee claims and chargebacks",
    "other financial events": "nothing: they come with the settlement",
    "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2": "MarketplaceSettlementReported, one for each order; MarketplaceChargeReported for the rest",
    "ORDER_CHANGE from a queue": "OrderCancellationRequested of orders cancelled, or whose buyer asks for it; else nothing, the poll reads it",
}

MANIFEST: Final = Manifest(
    name="amazon",
    system="Amazon (SP-API)",
    role="marketplace: orders, captures, refunds and settlements come from it; stock, parcels and refusals go to it",
    foreign_version="orders v0, finances v0, listings items 2021-08-01, feeds 2021-06-30, reports 2021-06-30",
    auth="Login with Amazon: a refresh token of the seller, and the application's client id and secret",
    pulls=(OrderPlaced, CaptureReported, MarketplaceSettlementReported),
    pushes=(SetStock, TellShipment, RefuseOrder, CancelOrder),
    asks=(StockAsked,),
    secrets={
        "refresh_token": "the refresh token the seller gave the application (Atzr|…)",
        "client_id": "the application's client id (amzn1.application-oa2-client.…)",
        "client_secret": "the application's client secret",
    },
    settings=SETTINGS,
    addressed_by=dict.fromkeys((SetStock, TellShipment, RefuseOrder, CancelOrder), "channel"),
    page_size_max=PAGE_SIZE_MAX,
    requests_per_second_max=int(LIMITS.per_second),
    proven_by="contract",
    declared=DECLARED,
    translated=TRANSLATED,
    quarantined=QUARANTINED,
)
