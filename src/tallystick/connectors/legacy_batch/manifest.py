"""What this door can do, and what it declares because batches do not say it."""

from typing import Final

from tallystick.connectors.legacy_batch.coverage import NAME
from tallystick.messages.books.ledger import PostJournal, ReverseJournal
from tallystick.messages.channels import TellShipment
from tallystick.messages.masters import ProductReported
from tallystick.messages.stock import ReceiptReported
from tallystick.ports.connector import Manifest, OutcomeAsked

MANIFEST: Final = Manifest(
    name=NAME,
    system="A legacy ERP by nightly fixed-width and CSV files",
    role="masters, opening stock and receipts in; dispatches and journals out",
    foreign_version="the layouts of `layouts.toml`, or of the setting `layouts`",
    auth="none: files in a folder of this machine",
    pulls=(ProductReported, ReceiptReported),
    pushes=(TellShipment, PostJournal, ReverseJournal),
    asks=(OutcomeAsked,),
    settings={
        "currency": "what stock is valued in, such as `EUR/2`",
        "zone": "the time zone in which its days end; UTC where it is left out",
        "locations": "its locations and ours, such as `01=WH1,02=WH2`; the same name where it is left out",
        "layouts": "a file of layouts of its own; ours where it is left out",
    },
    addressed_by={TellShipment: "channel"},
    proven_by="twin",
    declared={
        "folder": "Files are taken out of `in/` and put into `done/` once kept; ours appear in `out/`, whole or not at all.",
        "whole": "Header, trailer, count and control totals must match, or nothing of a file is taken.",
        "day": "What a batch says took effect at the end of the day its header names.",
        "version": "A product of a later day, or of a later batch of the same day, takes the place of an earlier one.",
        "batch": "A batch is known by its layout and number: again it is a duplicate; with other content a dead letter.",
        "gap": "A batch number that is missing is a dead letter until a person drops it.",
        "out": "A command is a file of its own: its batch number counts up over all layouts.",
        "reversal": "A reversal is written with its lines already turned round.",
    },
    not_held_to={"parse-more": "a layout names every column: a record of another width is refused with its file"},
)
