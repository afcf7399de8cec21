"""What follows from an approval: each kind of proposal, and the report it becomes at the front door."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.messages.books.entries import ManualEntry, ManualEntryApproved, ManualEntryReversalApproved, ManualLine
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.returning.reports import RefundProposed, ReturnRefundApproved
from tallystick.processes.returning.soundness import refund_flaw
from tallystick.processes.soundness import manual_entry_flaw
from tallystick.security.proposals import EXPIRY_DAYS_DEFAULT, AccessRefused, NewProposal, Proposal

SOURCE: Final = "tallystick/approvals"
MANUAL_ENTRY: Final = "manual_entry"
RETURN_REFUND: Final = "return_refund"
_refund = msgspec.json.Decoder(RefundProposed).decode
_entry = msgspec.json.Decoder(ManualEntry).decode


def manual_entry_of(proposal: Proposal) -> ManualEntry:
    """Return the manual entry that *proposal* is."""
    return _entry(proposal.body)


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


def _booked(proposal: Proposal) -> Envelope:
    entry = manual_entry_of(proposal)
    kind = ManualEntryReversalApproved if entry.reverses else ManualEntryApproved
    report = kind(proposal.id, entry, proposal.prepared_by, proposal.decided_by)
    return _envelope(proposal, report, datetime.combine(entry.effective_on, time(), UTC))


def _refunded(proposal: Proposal) -> Envelope:
    report = ReturnRefundApproved(proposal.id, refund_of(proposal), proposal.prepared_by, proposal.decided_by)
    return _envelope(proposal, report, proposal.decided_at or proposal.prepared_at)


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


_FOLLOWS: Final[dict[str, Callable[[Proposal], Envelope]]] = {MANUAL_ENTRY: _booked, RETURN_REFUND: _refunded}


def report_of(proposal: Proposal) -> Envelope:
    """Return the report that an approved proposal becomes; raise `AccessRefused` for a kind nobody executes."""
    follow = _FOLLOWS.get(proposal.kind)
    if follow is None:
        raise AccessRefused(f"proposal {proposal.id} is a {proposal.kind}, which this release cannot carry out")
    return follow(proposal)
