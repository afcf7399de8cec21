"""What follows from an approval: each kind of proposal, and the report it becomes at the front door."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.messages.books.entries import (
    ManualEntry,
    ManualEntryApproved,
    ManualEntryReversalApproved,
    ManualLine,
)
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.returning.reports import RefundProposed, ReturnRefundApproved
from tallystick.messages.stocking.corrections import Correction, CorrectionApproved
from tallystick.processes.golive.approved import TAKEOVER, as_entry, reports_of_takeover, takeover_of
from tallystick.processes.returning.soundness import refund_flaw
from tallystick.processes.soundness import manual_entry_flaw
from tallystick.security.proposals import EXPIRY_DAYS_DEFAULT, AccessRefused, NewProposal, Proposal

SOURCE: Final = "tallystick/approvals"
MANUAL_ENTRY: Final = "manual_entry"
STOCK_CORRECTION: Final = "stock_correction"
TEXT_LENGTH_MAX: Final = 400
RETURN_REFUND: Final = "return_refund"
_refund = msgspec.json.Decoder(RefundProposed).decode
_entry = msgspec.json.Decoder(ManualEntry).decode
_correction = msgspec.json.Decoder(Correction).decode


def manual_entry_of(proposal: Proposal) -> ManualEntry:
    """Return the manual entry that *proposal* is, or, of another kind, what it would book, in the same words."""
    if proposal.kind == STOCK_CORRECTION:
        return _as_entry(_correction(proposal.body), proposal)
    return as_entry(takeover_of(proposal)) if proposal.kind == TAKEOVER else _entry(proposal.body)


def _as_entry(c: Correction, proposal: Proposal) -> ManualEntry:
    units = ", ".join(f"{x.quantity:+} {x.sku} {x.state} ({x.reason})" for x in c.lines)
    text = units if len(units) <= TEXT_LENGTH_MAX else f"{units[:TEXT_LENGTH_MAX]} … of {len(c.lines)} lines"
    reasons = {x.reason for x in c.lines}
    reason = reasons.pop() if len(reasons) == 1 else "miscount"
    line = ManualLine(1, f"stock_adjustments:{reason}:{c.location}", f"inventory:{c.location}", c.amount, text)
    return ManualEntry(c.currency, proposal.prepared_at.date(), f"{c.subject}: {c.reason}", (line,))


def propose_correction(correction: Correction, expires_days: int = EXPIRY_DAYS_DEFAULT) -> NewProposal:
    """Return the proposal to correct stock, by what waits for a second person."""
    body = msgspec.json.encode(correction)
    return NewProposal(STOCK_CORRECTION, body, correction.amount, correction.currency, expires_days)


def propose_entry(entry: ManualEntry, expires_days: int = EXPIRY_DAYS_DEFAULT) -> NewProposal:
    """Return the proposal to book *entry*; raise `AccessRefused` naming what makes it impossible to book."""
    flaw = manual_entry_flaw(entry)
    if flaw:
        raise AccessRefused(flaw)
    amount = sum(line.amount for line in entry.lines)
    return NewProposal(MANUAL_ENTRY, msgspec.json.encode(entry), amount, entry.currency, expires_days)


def refund_of(proposal: Proposal) -> RefundProposed:
    """Return the refund that *proposal* is."""
    return _refund(proposal.body)


def propose_refund(refund: RefundProposed, expires_days: int = EXPIRY_DAYS_DEFAULT) -> NewProposal:
    """Return the proposal to pay *refund*; raise `AccessRefused` naming what makes it impossible."""
    flaw = refund_flaw(refund)
    if flaw:
        raise AccessRefused(flaw)
    return NewProposal(RETURN_REFUND, msgspec.json.encode(refund), refund.amount, refund.currency, expires_days)


class Content(Struct, frozen=True):
    """What a proposal is about, for whoever looks at it: the day, the reason, and the lines a manual entry has."""

    on: date
    reason: str
    lines: tuple[ManualLine, ...] = ()
    reverses: int = 0


def content_of(proposal: Proposal) -> Content:
    """Return what *proposal* is about."""
    if proposal.kind == RETURN_REFUND:
        refund = refund_of(proposal)
        return Content(proposal.prepared_at.date(), f"refund of {refund.rma}: {refund.reason}")
    entry = manual_entry_of(proposal)
    return Content(entry.effective_on, entry.reason, entry.lines, entry.reverses)


def _booked(proposal: Proposal) -> list[Envelope]:
    entry = manual_entry_of(proposal)
    kind = ManualEntryReversalApproved if entry.reverses else ManualEntryApproved
    report = kind(proposal.id, entry, proposal.prepared_by, proposal.decided_by)
    return [_envelope(proposal, report, datetime.combine(entry.effective_on, time(), UTC))]


def _refunded(proposal: Proposal) -> list[Envelope]:
    report = ReturnRefundApproved(proposal.id, refund_of(proposal), proposal.prepared_by, proposal.decided_by)
    return [_envelope(proposal, report, proposal.decided_at or proposal.prepared_at)]


def _envelope(proposal: Proposal, report: Struct, when: datetime) -> Envelope:
    return Envelope(
        id=f"proposal-{proposal.id}",
        source=SOURCE,
        type=CATALOGUE.of(type(report)).type,
        subject=proposal.subject,
        time=when,
        data=Raw(msgspec.json.encode(report)),
        correlationid=f"proposal-{proposal.id}",
    )


def _corrected(proposal: Proposal) -> list[Envelope]:
    report = CorrectionApproved(proposal.id, _correction(proposal.body), proposal.prepared_by, proposal.decided_by)
    return [_envelope(proposal, report, proposal.decided_at or proposal.prepared_at)]


def _taken_over(proposal: Proposal) -> list[Envelope]:
    return reports_of_takeover(proposal, SOURCE)


_FOLLOWS: Final[dict[str, Callable[[Proposal], list[Envelope]]]] = {
    MANUAL_ENTRY: _booked,
    STOCK_CORRECTION: _corrected,
    TAKEOVER: _taken_over,
    RETURN_REFUND: _refunded,
}


def report_of(proposal: Proposal) -> Envelope:
    """Return the report that an approved proposal becomes, the first where there are several; see `reports_of`."""
    return reports_of(proposal)[0]


def reports_of(proposal: Proposal) -> list[Envelope]:
    """Return the reports that an approved proposal becomes; raise `AccessRefused` for a kind nobody executes."""
    follow = _FOLLOWS.get(proposal.kind)
    if follow is None:
        raise AccessRefused(f"proposal {proposal.id} is a {proposal.kind}, which this release cannot carry out")
    return follow(proposal)
