"""What this door can do, and what it declares because a Tryton warehouse does not say it."""

from typing import Final

from tallystick.messages.fulfilment import (
    DispatchReported,
    RecallLines,
    RecallShipment,
    RedirectShipment,
    ShipOrder,
)
from tallystick.messages.returns import ReturnReceived
from tallystick.messages.stock import AdjustmentReported, ReceiptReported
from tallystick.ports.connector import Manifest, OutcomeAsked

NAME: Final = "tryton-warehouse"
PAGE_SIZE_MAX: Final = 200
PUSHES: Final = (ShipOrder, RecallShipment, RecallLines, RedirectShipment)

DECLARED: Final = {
    "key": (
        "Tryton has no idempotency keys: a shipment carries our order and key in its reference, is created as a draft, "
        "looked up, kept once, and only then handed to the warehouse."
    ),
    "lines": (
        "Tryton's moves know products, not order lines: the lines asked for stand in a note on the shipment, and units "
        "are told to lines of their product in that order."
    ),
    "short": "What a finished shipment left behind will not be sent: it is told as a refusal.",
    "recall": (
        "Units are taken out of a shipment while nothing of it is picked: it is lowered, and a cancelled shipment of its own "
        "says that they will not come. Once picked, they are refused as too late."
    ),
    "recipient": (
        "Whom a shipment goes to stands in its notes, as the vault's reference, the last one counting. With the setting "
        "`addresses=yes` name and address are looked up in the vault and written as its delivery address; erase them there "
        "too. Once it has left (with addresses: once it is picked), another recipient is refused as too late."
    ),
    "location": "A warehouse's code is the location's name here; a warehouse without a code is nobody's.",
    "returns": (
        "A customer's return names the order and the RMA in its reference. Where its goods were put decides what "
        "becomes of them: the storage zone is sellable; zones coded QUA and DAM are quarantine and damaged."
    ),
    "value": "A receipt is worth what the supplier's moves say; a move without a price is quarantined.",
    "customer": "Shipments go to one collective customer; without `addresses=yes` no personal data reaches this door.",
    "day": "The day is Tryton's effective date, the moment when the document was last written, in UTC.",
}

MANIFEST: Final = Manifest(
    name=NAME,
    system="Tryton (warehouse)",
    role="warehouse: takes shipments to send, tells dispatches, receipts, returns and counts",
    foreign_version="8.2 (JSON-RPC), module stock",
    auth="user and password; the session is renewed when it ends",
    pulls=(DispatchReported, ReceiptReported, ReturnReceived, AdjustmentReported),
    pushes=PUSHES,
    asks=(OutcomeAsked,),
    secrets={"password": "the password of the Tryton user"},
    settings={
        "database": "the name of the Tryton database",
        "user": "the Tryton user to come in as",
        "customer": "the code of the party that shipments go to",
        "addresses": (
            "`yes` writes recipients' names and addresses on shipments; may be left out: then all go to the customer's own"
        ),
        "company": "which company is meant; may be left out where there is only one",
    },
    addressed_by=dict.fromkeys(PUSHES, "location"),
    page_size_max=PAGE_SIZE_MAX,
    guide="tryton.md",
    proven_by="live",
    declared=DECLARED,
)
