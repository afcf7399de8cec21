"""What of X12 is translated, sent, passed over and quarantined, by name."""

from typing import Final

from tallystick.kit.boxes.coverage import Coverage

NAME: Final = "x12"
NO_ISA, ENVELOPE, GROUP, SET = "no interchange", "an interchange", "a group", "a set"
FIELD, UNIT, COST = "a field", "a unit of measure", "no cost"
NO_PROCESS, UNKNOWN, REFUSED = "no process yet", "an unknown set", "refused by them"
GAP, EXCEPTION, SENT = "a gap", "an exception", "a set for warehouses"
CHARGE, TOTAL = "a charge", "a total"
KNOWN_WITHOUT_PROCESS: Final = {
    "850": "a purchase order",
    "855": "an acknowledgement of a purchase order",
    "860": "a change of a purchase order",
    "865": "an answer to a change of a purchase order",
    "810": "an invoice",
    "820": "a payment order",
    "830": "a planning schedule",
    "832": "a price catalogue",
    "846": "an inventory inquiry",
    "862": "a shipping schedule",
}
OURS_TO_SEND: Final = ("940", "943")

COVERAGE: Final = Coverage(
    source=NAME,
    translated={
        "945 warehouse shipping advice": "DispatchReported; what CP leaves behind becomes DispatchRefused",
        "944 warehouse stock transfer receipt advice": "ReceiptReported",
        "947 warehouse inventory adjustment advice": "AdjustmentReported",
        "856 ship notice": "InboundAnnounced: what comes and on which day; with `purchases=yes` ShipmentAdvised of its purchase",
        "855 purchase order acknowledgement": "PurchaseAcknowledged, with `purchases=yes`",
        "810 invoice": "SupplierInvoiceReported, with `purchases=yes`",
        "997 functional acknowledgement": "nothing where our group was accepted; else a fault that names group and sets",
        "ShipOrder": "940 warehouse shipping order, one interchange each",
        "each group": "is answered by a 997 once it is kept",
    },
    fields={
        "ISA06, ISA08, ISA13": "sender, receiver, control number: duplicates are known, gaps are told",
        "GS01, GS04, GS05, GS06; ST01, ST02; SE01, SE02; GE01, GE02; IEA01, IEA02": "the moment; counts and numbers that must agree",
        "W06: 02, 03, 04": "order, day, shipment (945)",
        "W12: 01, 03, 04, 05, 06-": "status, units shipped, units lacking, unit of measure, product (945)",
        "N9*LI, or LX: 01": "the line of the order, as our 940 said it (945)",
        "W17: 02, 03, 05": "day, receipt, announcement (944)",
        "W07: 01, 02, 03-": "units, unit of measure, product (944)",
        "W15: 01, 02": "day, adjustment (947)",
        "W19: 01, 02, 03, 04-": "reason, units (signed), unit of measure, product (947)",
        "BSN: 02, 03; DTM*017; LIN, SN1: 02, 03": "announcement, day it was written, day it is expected, products, units (856)",
        "PRF01; LIN01": "the purchase and its line (856, with `purchases=yes`)",
        "BAK: 03, 04; PO1: 01, 02, 03; ACK: 01, 02, 05; DTM*067, DTM*017": "purchase, day, line, units, what is sent and when (855)",
        "BIG: 01, 02, 04; IT1: 01, 02, 03, 04; TXI02; TDS01; CUR02": "day, invoice, purchase, line, units, price, tax, total (810)",
        "AK1, AK2, AK5, AK9": "which of our groups and sets were taken (997)",
    },
    ignored={
        "997 with AK9*A": "our group was accepted",
        "N1 to N4, PER, NTE, MSG": "names, addresses and notes: they stay in the sealed body",
        "G62, W27, W10, W76, W14, W03, CTT, TD1, TD3, TD5, MAN, PO4": "carriers, weights, packages and sums of the sets translated",
    },
    quarantined={
        NO_ISA: "it does not begin with an ISA of fixed width, so nothing says how it is to be read (EDIFACT, TRADACOMS, DEX)",
        ENVELOPE: "ISA and IEA do not agree, or IEA is missing: nobody knows whether it is whole",
        GROUP: "GS and GE do not agree, or GE is missing: the group is refused by 997",
        SET: "ST and SE do not agree, or SE is missing: the set is refused by 997, its group's others are taken",
        FIELD: "a needed segment or element is missing or cannot be read: the set is refused by 997",
        UNIT: "the book counts pieces; cases and pallets are not counted unless the setting `measures` says so",
        COST: "a receipt names no cost: say it in the setting `costs`, or receive the goods by another door",
        EXCEPTION: "W13 speaks of damaged, short or excess goods: a person decides what was received",
        CHARGE: "an 810 has a charge or an allowance beside its lines (SAC, ITA): a person books it",
        TOTAL: "an 810 does not come to the total it states",
        NO_PROCESS: "a set no process takes, or 855 and 810 without `purchases=yes`: kept, acknowledged, and tried again by a person",
        SENT: "940 and 943 go to warehouses: whoever sends them to us took us for one, and is refused by 997",
        UNKNOWN: "the set is none that this door knows: refused by 997",
        REFUSED: "the partner did not take a group of ours",
        GAP: "control numbers are missing: an interchange was lost, or comes later",
    },
)
