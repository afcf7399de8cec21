"""What this door can do, and what it declares because the files do not say it."""

from typing import Final

from tallystick.connectors.statement_files.client import SOURCE
from tallystick.connectors.statement_files.layouts import LAYOUTS
from tallystick.messages.statements import (
    BankStatementReported,
    LedgerStatementReported,
    ProviderStatementReported,
    StockStatementReported,
    TillJournalReported,
)
from tallystick.ports.connector import Manifest

DECLARED: Final = {
    **{f"{kind} file": f"Columns {', '.join(columns)}, in any order." for kind, columns in LAYOUTS.items()},
    "whole": "A statement with a row that cannot be read is kept as dead letters and not compared: a gap would be a lie.",
    "revised": "A statement under a name that was there before takes its place.",
    "moment": "A stock count is of the moment it names; any other statement is of the end, in UTC, of the day it names.",
    "people": (
        "Names of private persons have no place in these files: leave their bank lines out. Only parties that pay out to "
        "us are compared."
    ),
    "complete": "A count names every product that is there: what it does not name, it has none of.",
}

MANIFEST: Final = Manifest(
    name=SOURCE,
    system="Statements of stock and money, as CSV",
    role="what partners say they hold, took, paid and owe",
    foreign_version="the columns named below",
    auth="none: files",
    pulls=(
        StockStatementReported,
        ProviderStatementReported,
        BankStatementReported,
        TillJournalReported,
        LedgerStatementReported,
    ),
    setup=(
        "Load a file; its kind is seen by its columns. Then compare:\n"
        "    tally reconcile load FILE\n"
        "    tally reconcile run"
    ),
    guide="how-to/controller.md",
    proven_by="samples",
    declared=DECLARED,
    not_held_to={
        "pull-named": "a file is read as a whole, whatever kinds of message are in it",
        "parse-more": "a file with a column that is none of its kind is refused as a whole",
    },
)
