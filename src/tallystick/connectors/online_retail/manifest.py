"""What this door can do, and everything it declares because the files do not say it."""

from typing import Final

from tallystick.connectors.online_retail.cells import CURRENCY_CODE, DECIMALS, ZONE
from tallystick.connectors.online_retail.opening import COST_SHARE_PERCENT, FALLBACK_UNIT_COST
from tallystick.connectors.online_retail.reports import BY_CARD, LOCATION, ON_ACCOUNT
from tallystick.messages.sales import BadDebtReported, CreditReported, SaleReported
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.model.amount import format_decimal
from tallystick.ports.connector import Manifest

_FALLBACK = f"{format_decimal(FALLBACK_UNIT_COST, DECIMALS)} {CURRENCY_CODE}"

DECLARED: Final = {
    "zone": f"Times are the shop's clock in {ZONE}; an hour that the autumn change repeats is the first one.",
    "dates": "A date with strokes is month first, as in the original file: 12/1/2010 is 1 December 2010.",
    "time": "The lines of an invoice may be minutes apart; all of them take effect at the minute of the first.",
    "currency": f"Prices are in {CURRENCY_CODE} with up to {DECIMALS} decimals, and nothing is rounded.",
    "net_of_vat": "Prices are net of VAT; no tax is booked, and the jurisdiction is none.",
    "tender": f"There are no payments in the data: a sale that names a customer is on {ON_ACCOUNT}, any other by {BY_CARD}.",
    "location": f"All goods stand in one warehouse, {LOCATION}.",
    "identity": "A line is known by feed, invoice and its place among the rows of that invoice; equal rows are two lines.",
    "opening": (
        "The data says nothing of goods that came in: each product's opening stock is as much as its running quantity "
        "would otherwise fall below zero, and stands there at the midnight before the first day."
    ),
    "cost_share": f"The unit cost of the opening stock is {COST_SHARE_PERCENT}% of the product's median sale price.",
    "fallback_cost": f"What was never sold at a price costs {_FALLBACK} a unit.",
    "giveaways": "A line at no price that names a customer was given away; without a customer it is a count.",
    "unmatched": (
        "A credit names no sale. It is matched to earlier sales of the same product to the same customer; where there "
        "is none, it is booked at the cost known then, and somebody is told."
    ),
}

MANIFEST: Final = Manifest(
    name="online-retail",
    system="Invoice lines of an online shop, as CSV or Parquet",
    role="file feed of finished sales, credits, bad debts and counts",
    foreign_version="UCI Machine Learning Repository, data set 352, Online Retail",
    auth="none: files",
    pulls=(SaleReported, CreditReported, BadDebtReported, AdjustmentReported, ReceiptReported),
    setup=("Load a file:\n    tally load online-retail FILE"),
    guide="online-retail.md",
    proven_by="samples",
    declared=DECLARED,
    not_held_to={
        "pull-named": "a file is read as a whole, whatever kinds of message are in it",
        "parse-more": "a column without a meaning here is told of as a fault of its own",
    },
)
