"""A journal for another ledger: issued once, and when the book holds something else for its day, reversed and issued anew."""

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.books.ledger import JournalDrawn, JournalIssued, LedgerJournal, PostJournal, ReverseJournal
from tallystick.processes.table import NEW, Decision, Process, Row, Step

ISSUED, WITHDRAWN = "ISSUED", "WITHDRAWN"


class JournalData(Struct, frozen=True):
    """The revision last issued and what it holds; once withdrawn, the revision that was reversed, without lines."""

    revision: int
    journal: LedgerJournal


def draw(data: JournalData | None, step: Step, view: View) -> Decision:
    """Say what the ledger must be told so that it holds what was drawn: nothing, a journal, or a reversal before it."""
    report: JournalDrawn = step.data
    drawn, before = report.journal, data.journal if data else None
    stands = before is not None and bool(before.lines)
    if data is None and not drawn.lines:
        return Decision("empty", JournalData(0, drawn))
    if data is not None and (drawn == before or not (stands or drawn.lines)):
        return Decision("repeated", data)
    revision = data.revision if data else 0
    commands: tuple[Struct, ...] = (ReverseJournal(before, revision),) if before is not None and stands else ()
    if not drawn.lines:
        return _issued("withdrawn", JournalData(revision, drawn), commands)
    after = JournalData(revision + 1, drawn)
    return _issued("revised" if stands else "issued", after, (*commands, PostJournal(drawn, after.revision)))


def _issued(outcome: str, data: JournalData, commands: tuple[Struct, ...]) -> Decision:
    j = data.journal
    fact = JournalIssued(j.ledger, j.channel, j.day, data.revision, len(j.lines))
    return Decision(outcome, data, (fact,), commands)


_POST, _BOTH = (PostJournal,), (ReverseJournal, PostJournal)

JOURNAL = Process(
    "journal",
    JournalData,
    (
        Row(NEW, JournalDrawn, draw, "issued", ISSUED, _POST),
        Row(NEW, JournalDrawn, draw, "empty", WITHDRAWN),
        Row(ISSUED, JournalDrawn, draw, "repeated", ISSUED, moves=False),
        Row(ISSUED, JournalDrawn, draw, "revised", ISSUED, _BOTH),
        Row(ISSUED, JournalDrawn, draw, "withdrawn", WITHDRAWN, (ReverseJournal,)),
        Row(WITHDRAWN, JournalDrawn, draw, "repeated", WITHDRAWN, moves=False),
        Row(WITHDRAWN, JournalDrawn, draw, "issued", ISSUED, _POST),
    ),
)
