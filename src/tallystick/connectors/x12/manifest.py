"""What this door can do, and what it declares because X12 leaves it to the partners."""

from typing import Final

from tallystick.connectors.x12.coverage import NAME
from tallystick.messages.availability import InboundAnnounced
from tallystick.messages.buying.reports import PurchaseAcknowledged, ShipmentAdvised, SupplierInvoiceReported
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported, ShipOrder
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.ports.connector import Manifest, OutcomeAsked

MANIFEST: Final = Manifest(
    name=NAME,
    system="A third-party warehouse, or a supplier, by X12 files",
    role="warehouse: takes orders to ship, tells dispatches, receipts and counts; supplier: answers purchases, announces and invoices goods",
    foreign_version="X12 004010 written, 003050 to 005010 read",
    auth="none: files in a folder of this machine",
    pulls=(
        *(DispatchReported, DispatchRefused, ReceiptReported, AdjustmentReported, InboundAnnounced),
        *(PurchaseAcknowledged, ShipmentAdvised, SupplierInvoiceReported),
    ),
    pushes=(ShipOrder,),
    asks=(OutcomeAsked,),
    settings={
        "us": "our interchange id with its qualifier, such as `ZZ:RETAILER`",
        "them": "the partner's, such as `ZZ:WAREHOUSE`",
        "location": "what the partner's warehouse is called here",
        "currency": "what receipts and counts are valued in, such as `USD/2`",
        "zone": "the time zone of the partner's clocks; UTC where it is left out",
        "product": "the qualifier (element 235) of our product codes; `VN` where it is left out",
        "measures": "units of measure that count our units, such as `EA,PC`; `EA,PC,UN` where it is left out",
        "costs": "what a piece costs, such as `LAMP=12.50,MUG=3.00`, for receipts; may be left out",
        "line": "where a 945 names the line of the order: `LI` (N9*LI) or `LX`; `LI` where it is left out",
        "purchases": "`yes` where this supplier's purchases stand in the book: 855, 856 and 810 are theirs; `no` where it is left out",
        "usage": "`P`, or `T` for tests; `P` where it is left out",
    },
    addressed_by={ShipOrder: "location"},
    proven_by="samples",
    declared={
        "folder": "Files are taken out of `in/` and put into `done/` once kept; ours appear in `out/`, whole or not at all.",
        "key": "What was sent stands in `sent/` and `numbers/` of the folder for good: a key is sent once, also after a crash.",
        "line": "A 940 names the order's line in LX and N9*LI; a 945 that gives it back in neither is quarantined.",
        "short": "What a 945 says is lacking is refused where its status is CC, CL or CP, and open where it is another.",
        "moment": "A set took effect on the day it names: when its group was written, or at that day's end.",
        "duplicate": "An interchange is known by sender and number: again it is a duplicate; with other content a dead letter.",
        "gap": "A number that is missing between two interchanges of a sender is a dead letter until a person drops it.",
        "answer": "Each group is answered by a 997 when it is kept. An interchange that is not sound is answered by people.",
        "recipient": "A 940 names the recipient by the vault's reference: how the warehouse learns the address is its own affair.",
        "text": "Beyond ASCII we write UTF-8; a text with `*`, `~` or `>` in it is not sent.",
    },
)
