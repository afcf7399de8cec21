"""Statements of partners: kept as they were said, the newest word of each counts. They move nothing in the book."""

import hashlib

import msgspec
from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.statements import (
    BankStatementReported,
    LedgerStatementReported,
    ProviderStatementReported,
    StockStatementReported,
    TillJournalReported,
)
from tallystick.processes.table import NEW, Decision, Process, Row, Step

KEPT = "KEPT"
KINDS = (
    StockStatementReported,
    ProviderStatementReported,
    BankStatementReported,
    TillJournalReported,
    LedgerStatementReported,
)


class StatementData(Struct, frozen=True, gc=False):
    """A digest of what was said last, and how often it was said otherwise before."""

    digest: str
    revisions: int = 0


def keep(data: StatementData | None, step: Step, view: View) -> Decision:
    """Keep a statement; the same again changes nothing, another under the same name takes its place."""
    digest = hashlib.sha256(msgspec.json.encode(step.data)).hexdigest()
    if data is None:
        return Decision("kept", StatementData(digest))
    if data.digest == digest:
        return Decision("repeated", data)
    return Decision("revised", StatementData(digest, data.revisions + 1))


ROWS = tuple(
    row
    for kind in KINDS
    for row in (
        Row(NEW, kind, keep, "kept", KEPT),
        Row(KEPT, kind, keep, "repeated", KEPT, moves=False),
        Row(KEPT, kind, keep, "revised", KEPT),
    )
)
STATEMENT = Process("statement", StatementData, ROWS)
