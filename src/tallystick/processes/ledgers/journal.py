"""A journal for another ledger: issued once, and when the book holds something else for its day, reversed and issued anew."""

from typing import Final

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.books.ledger import JournalDrawn, JournalIssued, LedgerJournal, PostJournal, ReverseJournal
from tallystick.processes.ledgers.issuing import Kind, issue, rows
from tallystick.processes.table import Decision, Process, Step


class JournalData(Struct, frozen=True):
    """The revision last issued and what it holds; once withdrawn, the revision that was reversed, without lines."""

    revision: int
    journal: LedgerJournal


_KIND: Final = Kind(
    lambda journal, revision: JournalData(revision, journal),
    lambda j, revision: JournalIssued(j.ledger, j.channel, j.day, revision, len(j.lines)),
    PostJournal,
    ReverseJournal,
)


def draw(data: JournalData | None, step: Step, view: View) -> Decision:
    """Say what the ledger must be told so that it holds what was drawn: nothing, a journal, or a reversal before it."""
    report: JournalDrawn = step.data
    return issue(_KIND, report.journal, data.journal if data else None, data.revision if data else 0)


JOURNAL = Process("journal", JournalData, rows(JournalDrawn, draw, PostJournal, ReverseJournal))
