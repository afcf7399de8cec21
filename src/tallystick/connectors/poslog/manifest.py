"""What this door can do, and what it declares because a POSLog does not say it."""

from typing import Final

from tallystick.connectors.poslog.coverage import NAME
from tallystick.messages.sales import CreditReported, SaleReported
from tallystick.messages.tills import CashUpReported
from tallystick.ports.connector import Manifest

MANIFEST: Final = Manifest(
    name=NAME,
    system="Tills that write ARTS POSLog files",
    role="what a shop's tills sold, took back and counted",
    foreign_version="ARTS IXRetail POSLog 2.1 (NCR's additions known); one namespace, whichever schema version",
    auth="none: files in a folder of this machine",
    pulls=(SaleReported, CreditReported, CashUpReported),
    settings={
        "currency": "the currency of the tills, such as `USD/2`",
        "zone": "the time zone of the shops' clocks, such as `America/New_York`; UTC where it is left out",
        "locations": "a shop's number and its location, such as `9=WH1,10=WH2`; else `shop-9`; may be left out",
        "jurisdiction": "whose tax the sales bear; `none` where it is left out",
    },
    proven_by="samples",
    declared={
        "folder": "Files are taken out of `in/` of the folder its URL names, and put into `done/` once they are kept.",
        "weight": "What is sold by weight or measure is counted in thousandths of its unit: stock it in them too.",
        "mixed": "A basket paid by several tenders is booked under the tender `mixed`: a sale has one.",
        "tax": "A tax of the whole basket is shared out over the lines it is on, by what they come to.",
        "refunds": "What a till pays back is cleared under its tender at once; the day's cash-up does not know of it.",
        "day": "A basket is of the moment it ended, and belongs to the till's business day.",
        "count": "Each till's settlement adds to the count of its shop's day; without one, nothing is counted.",
    },
)
