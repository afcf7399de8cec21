"""The correction: posted at once, or, above a limit, when a second person has approved it."""

from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.journal.posting import PostingError
from tallystick.messages.sales import DeadlinePassed
from tallystick.messages.stock import ValuedLine
from tallystick.messages.stocking.corrections import (
    CorrectedLine,
    Correction,
    CorrectionApproved,
    CorrectionDropped,
    CorrectionLine,
    CorrectionReported,
    PostCorrection,
    StockCorrected,
)
from tallystick.processes.limits import ADJUSTMENT_MINOR_MAX
from tallystick.processes.members import CORRECTION as MEMBER
from tallystick.processes.records.recorded_sales import shortage_breaks
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.stocking.shelving import digest_of, taken
from tallystick.processes.table import NEW, Break, Decision, Early, Ignored, Process, Row, Step

WAITING, POSTED, DROPPED = "WAITING", "POSTED", "DROPPED"
WAITS = "correction_waits"
"""Told as long as a correction waits; closed by the approval, or when it is dropped."""


class CorrectionData(Struct, frozen=True, omit_defaults=True):
    """What is to be corrected, what it was worth when it was reported, and the proposal that was approved (0: none)."""

    subject: str
    correction: str
    location: str
    currency: str
    reason: str
    lines: tuple[CorrectionLine, ...]
    amount: int
    digest: str
    counted_by: tuple[str, ...] = ()
    proposal: int = 0

    def to_approve(self) -> Correction:
        """Return what a second person is asked to approve."""
        return Correction(
            self.subject, self.location, self.currency, self.reason, self.lines, self.amount, self.counted_by
        )


def report(data: CorrectionData | None, step: Step, view: View) -> Decision:
    """Post what somebody says; what is worth more than the limit waits."""
    told: CorrectionReported = step.data
    digest = digest_of(told)
    if data is not None:
        return booked_already(data, data.digest == digest, f"correction {data.correction}")
    lines = tuple(replace(x, reason=x.reason or told.reason) for x in told.lines)
    amount = worth(lines, told.location, view)
    fresh = CorrectionData(
        step.cause.subject, told.correction, told.location, told.currency, told.reason, lines, amount, digest
    )
    return _posted_or_held(fresh, ADJUSTMENT_MINOR_MAX, view)


def post_count(data: None, step: Step, view: View) -> Decision:
    """Post what a count found."""
    told: PostCorrection = step.data
    amount = worth(told.lines, told.location, view)
    fresh = CorrectionData(
        step.cause.subject,
        told.count,
        told.location,
        told.currency,
        "count",
        told.lines,
        amount,
        digest_of(told),
        told.counted_by,
    )
    return _posted_or_held(fresh, min(told.limit, ADJUSTMENT_MINOR_MAX), view)


def approve(data: CorrectionData, step: Step, view: View) -> Decision:
    """Post what was approved, at what it is worth now."""
    told: CorrectionApproved = step.data
    if told.correction != data.to_approve():
        raise PostingError(f"proposal {told.proposal} is not about what waits as {data.subject}")
    return replace(_posted(replace(data, proposal=told.proposal), view), explains=(WAITS,))


def drop(data: CorrectionData, step: Step, view: View) -> Decision:
    """Post nothing after all."""
    return Decision("dropped", data, explains=(WAITS,))


def overdue(data: CorrectionData, step: Step, view: View) -> Decision:
    """Nobody has approved it, and nobody has dropped it."""
    text = f"{data.subject}: a correction of {data.location} has waited too long for a second person"
    return Decision("told", data, breaks=(Break("correction_overdue", text, data.amount, data.currency),))


def worth(lines: tuple[CorrectionLine, ...], location: str, view: View) -> int:
    """Return what lines are worth by what is known now, found and lost units alike: nothing is netted."""
    shelf = Shelf(view)
    return sum(shelf.known_cost(x.sku, location, abs(x.quantity)) for x in lines)


def _posted_or_held(data: CorrectionData, limit: int, view: View) -> Decision:
    if data.amount <= limit:
        return _posted(data, view)
    text = f"{data.subject}: correcting {data.location} is worth more than one person may decide"
    return Decision("waits", data, breaks=(Break("correction_waits", text, data.amount, data.currency),))


def _posted(data: CorrectionData, view: View) -> Decision:
    shelf, found, lost = Shelf(view), list[CorrectedLine](), list[CorrectedLine]()
    for x in data.lines:
        if x.quantity > 0:
            value = shelf.known_cost(x.sku, data.location, x.quantity)
            shelf.put(ValuedLine(x.line, x.sku, x.quantity, value), data.location, x.state)
            found.append(CorrectedLine(x.line, x.sku, x.quantity, value, x.state, x.reason))
        else:
            for state, units, cost in taken(shelf, x.sku, data.location, (x.state, -x.quantity)):
                lost.append(CorrectedLine(x.line, x.sku, units, cost, state, x.reason))
    fact = StockCorrected(data.correction, data.location, data.currency, tuple(found), tuple(lost), data.proposal)
    answer: dict[str, Any] = {"found": sum(x.quantity for x in found), "lost": sum(x.quantity for x in lost)}
    facts = shelf.facts(data.location, (fact,))
    return Decision("posted", data, facts, breaks=shortage_breaks(shelf, view), answer=answer)


_UNTIL = "correction_approval_days_max"
ROWS = (
    Row(NEW, CorrectionReported, report, "posted", POSTED),
    Row(NEW, CorrectionReported, report, "waits", WAITING, within=_UNTIL),
    *again(CorrectionReported, report, WAITING, POSTED, DROPPED),
    Row(NEW, PostCorrection, post_count, "posted", POSTED),
    Row(NEW, PostCorrection, post_count, "waits", WAITING, within=_UNTIL),
    Row(WAITING, CorrectionApproved, approve, "posted", POSTED),
    Row(WAITING, CorrectionDropped, drop, "dropped", DROPPED),
    Row(WAITING, DeadlinePassed, overdue, "told", WAITING),
)
OTHERS = (
    Early((NEW,), CorrectionApproved, "what is approved has not come yet"),
    Early((NEW,), CorrectionDropped, "what is dropped has not come yet"),
    Ignored((POSTED,), CorrectionApproved, "it is in the book already"),
    Ignored((DROPPED,), CorrectionApproved, "it was dropped before: what is to be corrected is reported anew"),
    Ignored((POSTED, DROPPED), CorrectionDropped, "it is posted or dropped already"),
    Ignored((WAITING, POSTED, DROPPED), PostCorrection, "a count is posted once"),
    Ignored((NEW, POSTED, DROPPED), DeadlinePassed, "nothing waits"),
)
CORRECTION = Process(MEMBER, CorrectionData, ROWS, OTHERS)
