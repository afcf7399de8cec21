"""What of the legacy ERP's batches is translated, sent and quarantined, by name."""

from typing import Final

from tallystick.kit.boxes.coverage import Coverage

NAME: Final = "legacy-batch"
LAYOUT, ENCODING, CONTROL, FIELD = "no layout", "an encoding", "control totals", "a field"
NO_PROCESS, GAP = "no process yet", "a gap"

COVERAGE: Final = Coverage(
    source=NAME,
    translated={
        "product": "ProductReported, one for each record",
        "opening": "ReceiptReported with the origin `opening`, by location",
        "receipt": "ReceiptReported with the origin `supplier`, one for each receipt",
        "TellShipment": "a file of the layout that means `dispatch`",
        "PostJournal, ReverseJournal": "a file of the layout that means `journal`",
    },
    fields={
        "header: file, written, batch": "which layout, which day, which batch of it",
        "trailer: records, and every column with `sums`": "must be what the records come to",
        "product: sku, name, unit, kind, is_active": "the product; active unless it says N or 0",
        "opening: location, sku, quantity, value": "stock declared to have stood there",
        "receipt: receipt, line, location, sku, quantity, value": "goods that came in, at what they cost",
        "dispatch: order, shipment, channel, carrier, tracking, delivered, line, sku, quantity": "what left",
        "journal: link, verb, day, book, currency, line, code, account, amount": "an entry, a debit above zero",
    },
    ignored={"columns without `means`": "the layout's own, kept with the record"},
    quarantined={
        LAYOUT: "the header names no layout of the connection, or a record has not the width or the cells of it",
        ENCODING: "a byte that the layout's encoding does not have",
        CONTROL: "header, trailer, count or a control total do not match: the file is quarantined whole",
        FIELD: "a cell that is no day, number or amount: the file is quarantined whole, for its totals mean nothing",
        NO_PROCESS: "locations: no message holds a location's name yet",
        GAP: "a batch number is missing: a night was lost, or comes later",
    },
)
