"""What follows from an approval: each kind of proposal, and the report it becomes at the front door."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final

import msgspec
from msgspec import Raw

from tallystick.messages.books.entries import (
    ManualEntry,
    ManualEntryApproved,
    ManualEntryReversalApproved,
    ManualLine,
)
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.stocking.corrections import Correction, CorrectionApproved
from tallystick.processes.golive.approved import TAKEOVER, as_entry, reports_of_takeover, takeover_of
from tallystick.processes.soundness import manual_entry_flaw
from tallystick.security.proposals import EXPIRY_DAYS_DEFAULT, AccessRefused, NewProposal, Proposal

SOURCE: Final = "tallystick/approvals"
MANUAL_ENTRY: Final = "manual_entry"
STOCK_CORRECTION: Final = "stock_correction"
TEXT_LENGTH_MAX: Final = 400
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


def _booked(proposal: Proposal) -> list[Envelope]:
    entry = manual_entry_of(proposal)
    kind = ManualEntryReversalApproved if entry.reverses else ManualEntryApproved
    report = kind(proposal.id, entry, proposal.prepared_by, proposal.decided_by)
    booked = Envelope(
        id=f"proposal-{proposal.id}",
        source=SOURCE,
        type=CATALOGUE.of(kind).type,
        subject=proposal.subject,
        time=datetime.combine(entry.effective_on, time(), UTC),
        data=Raw(msgspec.json.encode(report)),
        correlationid=f"proposal-{proposal.id}",
    )
    return [booked]


def _corrected(proposal: Proposal) -> list[Envelope]:
    correction = _correction(proposal.body)
    report = CorrectionApproved(proposal.id, correction, proposal.prepared_by, proposal.decided_by)
    corrected = Envelope(
        id=f"proposal-{proposal.id}",
        source=SOURCE,
        type=CATALOGUE.of(CorrectionApproved).type,
        subject=proposal.subject,
        time=proposal.decided_at or proposal.prepared_at,
        data=Raw(msgspec.json.encode(report)),
        correlationid=f"proposal-{proposal.id}",
    )
    return [corrected]


def _taken_over(proposal: Proposal) -> list[Envelope]:
    return reports_of_takeover(proposal, SOURCE)


_FOLLOWS: Final[dict[str, Callable[[Proposal], list[Envelope]]]] = {
    MANUAL_ENTRY: _booked,
    STOCK_CORRECTION: _corrected,
    TAKEOVER: _taken_over,
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
