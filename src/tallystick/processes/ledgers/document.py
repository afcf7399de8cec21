"""A document for another ledger: issued once; when its event is to be told otherwise, taken back and issued anew."""

from typing import Final

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.books.documents import (
    DocumentDrawn,
    DocumentIssued,
    LedgerDocument,
    PostDocument,
    ReverseDocument,
)
from tallystick.processes.ledgers.issuing import Kind, issue, rows
from tallystick.processes.table import Decision, Process, Step


class DocumentData(Struct, frozen=True):
    """The revision last issued and what it holds; once withdrawn, the revision that was taken back, without items."""

    revision: int
    document: LedgerDocument


_KIND: Final = Kind(
    lambda document, revision: DocumentData(revision, document),
    lambda d, revision: DocumentIssued(d.ledger, d.channel, d.day, d.name, revision, len(d.items)),
    lambda d, revision: PostDocument(d.channel, d, revision),
    lambda d, revision: ReverseDocument(d.channel, d, revision),
)


def draw(data: DocumentData | None, step: Step, view: View) -> Decision:
    """Say what the ledger must be told so that it holds what was drawn: nothing, a document, or its opposite before it."""
    report: DocumentDrawn = step.data
    return issue(_KIND, report.document, data.document if data else None, data.revision if data else 0)


DOCUMENT = Process("document", DocumentData, rows(DocumentDrawn, draw, PostDocument, ReverseDocument))
