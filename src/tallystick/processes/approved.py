"""What follows from an approval: each kind of proposal, and the report it becomes at the front door."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final

import msgspec
from msgspec import Raw

from tallystick.messages.books.entries import ManualEntry, ManualEntryApproved, ManualEntryReversalApproved
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.processes.golive.approved import TAKEOVER, as_entry, reports_of_takeover, takeover_of
from tallystick.processes.soundness import manual_entry_flaw
from tallystick.security.proposals import EXPIRY_DAYS_DEFAULT, AccessRefused, NewProposal, Proposal

SOURCE: Final = "tallystick/approvals"
MANUAL_ENTRY: Final = "manual_entry"
_entry = msgspec.json.Decoder(ManualEntry).decode


def manual_entry_of(proposal: Proposal) -> ManualEntry:
    """Return the manual entry that *proposal* is; a takeover is shown as one."""
    return as_entry(takeover_of(proposal)) if proposal.kind == TAKEOVER else _entry(proposal.body)


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


def _taken_over(proposal: Proposal) -> list[Envelope]:
    return reports_of_takeover(proposal, SOURCE)


_FOLLOWS: Final[dict[str, Callable[[Proposal], list[Envelope]]]] = {MANUAL_ENTRY: _booked, TAKEOVER: _taken_over}


def report_of(proposal: Proposal) -> Envelope:
    """Return the report that an approved proposal becomes, the first where there are several; see `reports_of`."""
    return reports_of(proposal)[0]


def reports_of(proposal: Proposal) -> list[Envelope]:
    """Return the reports that an approved proposal becomes; raise `AccessRefused` for a kind nobody executes."""
    follow = _FOLLOWS.get(proposal.kind)
    if follow is None:
        raise AccessRefused(f"proposal {proposal.id} is a {proposal.kind}, which this release cannot carry out")
    return follow(proposal)
