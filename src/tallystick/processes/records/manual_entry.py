"""The manual entry: approved by another person, then booked; reversed at most once, approved likewise.

Before its approval an entry is no business of the book: proposals and verdicts are kept, and held apart by the
database, beside it (storage/schema/0003_access.sql). The same database refuses an event here that nobody approved.
"""

from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from tallystick.decisions.view import View
from tallystick.journal.posting import PostingError
from tallystick.messages.books.entries import (
    ManualEntryApproved,
    ManualEntryPosted,
    ManualEntryReversalApproved,
    ManualEntryReversed,
    ManualLine,
    PostedLine,
)
from tallystick.processes.table import NEW, Decision, Early, Ignored, Process, Row, Step

POSTED, REVERSED = "POSTED", "REVERSED"
SUBJECT: Final = "entry/"


class ManualEntryData(Struct, frozen=True):
    """What was booked, as which proposals, and the proposal that took it back (0: none)."""

    proposal: int
    lines: tuple[ManualLine, ...]
    reversed_by: int = 0


def entry_subject(number: int) -> str:
    """Return the subject of manual entry *number*: the number of the proposal it was."""
    return f"{SUBJECT}{number}"


def post(_: None, step: Step, view: View) -> Decision:
    """Book what was approved."""
    report: ManualEntryApproved = step.data
    _require_subject(step, report.proposal)
    entry = report.entry
    people = (report.prepared_by, report.approved_by)
    fact = ManualEntryPosted(report.proposal, entry.currency, entry.reason, *people, _posted(entry.lines))
    answer = {"entry": report.proposal, "amount": sum(x.amount for x in entry.lines)}
    return Decision("posted", ManualEntryData(report.proposal, entry.lines), (fact,), answer=answer)


def reverse(data: ManualEntryData, step: Step, view: View) -> Decision:
    """Take back what was booked: its own lines, the other way round."""
    report: ManualEntryReversalApproved = step.data
    _require_subject(step, report.entry.reverses)
    entry = report.entry
    if entry.lines != data.lines:
        raise PostingError(f"proposal {report.proposal} names other lines than {step.cause.subject} has")
    people = (report.prepared_by, report.approved_by)
    fact = ManualEntryReversed(
        report.proposal, data.proposal, entry.currency, entry.reason, *people, _posted(data.lines)
    )
    after = ManualEntryData(data.proposal, data.lines, report.proposal)
    return Decision("reversed", after, (fact,), answer={"entry": data.proposal, "reversed_by": report.proposal})


def _posted(lines: tuple[ManualLine, ...]) -> tuple[PostedLine, ...]:
    return tuple(PostedLine(**asdict(line)) for line in lines)


def _require_subject(step: Step, number: int) -> None:
    """The database looks for an approval by the subject, so a report may not go by another one."""
    if step.cause.subject != entry_subject(number):
        raise PostingError(f"{step.cause.subject} is not {entry_subject(number)}, which this report is about")


MANUAL_ENTRY: Final = Process(
    "entry",
    ManualEntryData,
    (
        Row(NEW, ManualEntryApproved, post, "posted", POSTED),
        Row(POSTED, ManualEntryReversalApproved, reverse, "reversed", REVERSED),
    ),
    (
        Ignored((POSTED, REVERSED), ManualEntryApproved, "it is in the book already"),
        Ignored((REVERSED,), ManualEntryReversalApproved, "it is reversed already"),
        Early((NEW,), ManualEntryReversalApproved, "the entry it reverses is not in the book yet"),
    ),
)
