"""What an integrator's CloudEvents event says, and about which subject. Pure."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from tallystick.api.governance.validation import flaw_at, flaws_of
from tallystick.api.problems import Flaw
from tallystick.api.reports.shapes import ReportSent
from tallystick.messages import availability, masters, sales, stock
from tallystick.messages.books import entries
from tallystick.messages.buying import reports as buying
from tallystick.messages.catalogue import CATALOGUE, TYPES, Role, UnknownType
from tallystick.messages.golive.types import BY_ROLE as GOING_LIVE
from tallystick.messages.marketplaces.reports import MarketplaceChargeReported
from tallystick.messages.returning import policies as return_policies
from tallystick.messages.returning import reports as returning
from tallystick.messages.sourcing.policy import SourcingPolicyDeclared
from tallystick.messages.stewardship import governing, records
from tallystick.messages.stocking import corrections, counts
from tallystick.messages.stocking.types import COUNT_REPORTS, TRANSFER_REPORTS
from tallystick.processes.members import (
    OWNERSHIP_SUBJECT,
    PUBLICATION_SUBJECT,
    RETURN_POLICIES_SUBJECT,
    RULES_SUBJECT,
)
from tallystick.processes.stocking.soundness import HOMES as STOCKING
from tallystick.security.principal import Principal

OURS: Final = frozenset(
    {
        *(sales.DeadlinePassed, entries.ManualEntryApproved, entries.ManualEntryReversalApproved),
        *(records.ConflictSettled, records.PairJudged),
        corrections.CorrectionApproved,
        *GOING_LIVE["report"],
        returning.ReturnRefundApproved,
    }
)
"""What only the house itself says: its clock raises deadlines, its database books what was approved, it names who ruled, and its desk goes live."""
REPORTS: Final = frozenset(t.type for t in TYPES if t.role is Role.REPORT and t.struct not in OURS)
SUBJECT_LENGTH_MAX: Final = 200
_ROOTS: Final[dict[type[Struct], Callable[[Any, str], str]]] = {
    sales.SaleReported: lambda data, source: f"sale/{source}/{data.sale}",
    sales.CreditReported: lambda data, source: f"credit/{source}/{data.credit}",
    sales.BadDebtReported: lambda data, source: f"baddebt/{source}/{data.adjustment}",
    stock.AdjustmentReported: lambda data, source: f"count/{source}/{data.adjustment}",
    stock.ReceiptReported: lambda data, source: (
        f"inbound/{data.inbound}" if data.inbound else f"stock/{source}/{data.receipt}"
    ),
    records.MasterStated: lambda data, _: records.subject_of_record(data.kind, data.code),
    governing.OwnershipDeclared: lambda _, __: OWNERSHIP_SUBJECT,
    governing.PublicationDeclared: lambda _, __: PUBLICATION_SUBJECT,
    masters.PriceDeclared: lambda data, _: f"price/{data.channel}/{data.sku}",
    availability.AvailabilityRulesDeclared: lambda _, __: RULES_SUBJECT,
    SourcingPolicyDeclared: lambda _, __: RULES_SUBJECT,
    return_policies.ReturnPoliciesDeclared: lambda _, __: RETURN_POLICIES_SUBJECT,
    availability.AllocationRequested: lambda data, _: f"allocation/{data.allocation}",
    availability.InboundAnnounced: lambda data, _: f"inbound/{data.inbound}",
    availability.InboundCancelled: lambda data, _: f"inbound/{data.inbound}",
    **dict.fromkeys(buying.REPORTS, lambda data, _: f"purchase/{data.purchase}"),
    **dict.fromkeys(STOCKING, lambda data, _: STOCKING[type(data)](data)),
    MarketplaceChargeReported: lambda data, _: f"marketplace_charge/{data.channel}/{data.charge}",
}
_SCOPES: Final[dict[type[Struct], str]] = {
    availability.AvailabilityRulesDeclared: "availability:write",
    SourcingPolicyDeclared: "availability:write",
    availability.AllocationRequested: "availability:write",
    governing.OwnershipDeclared: "masters:steward",
    governing.PublicationDeclared: "masters:steward",
    return_policies.ReturnPoliciesDeclared: "returns:govern",
    **dict.fromkeys(buying.REPORTS, "purchases:write"),
    buying.InvoiceReleased: "purchases:release",
    **dict.fromkeys(TRANSFER_REPORTS, "transfers:write"),
    **dict.fromkeys(COUNT_REPORTS, "counts:plan"),
    counts.CountStarted: "counts:count",
    counts.CountTaken: "counts:count",
    corrections.CorrectionReported: "stock:adjust",
    corrections.CorrectionDropped: "stock:adjust",
    corrections.StockMoveReported: "stock:move",
}
"""Reports that take more than being an integrator."""


class NotAReport(Exception):
    """An event that cannot become a report, with everything wrong with it."""

    def __init__(self, *flaws: Flaw) -> None:
        """Keep what is wrong."""
        super().__init__("; ".join(f"{f.pointer}: {f.detail}" for f in flaws))
        self.flaws = list(flaws)


def report_of(sent: ReportSent, who: Principal, source: str) -> tuple[str, Struct]:
    """Return the subject an event is about and what it says; raise `NotAReport`."""
    if sent.type not in REPORTS:
        raise NotAReport(Flaw(f"{sent.type} is no report of others: see the page of messages", "/type"))
    data = _read(sent)
    scope = _SCOPES.get(type(data), "")
    if scope and scope not in who.scopes:
        raise NotAReport(Flaw(f"this report needs the scope {scope}", "/type"))
    subject = subject_of(data, source)
    if not subject.isprintable() or len(subject) > SUBJECT_LENGTH_MAX:
        raise NotAReport(Flaw(f"its number must be printable, and short: {SUBJECT_LENGTH_MAX} at most", "/data"))
    if sent.subject not in {None, subject}:
        raise NotAReport(Flaw(f"this report is about {subject}", "/subject"))
    return subject, data


def _read(sent: ReportSent) -> Struct:
    try:
        return CATALOGUE.decode(sent.type, bytes(sent.data))
    except UnknownType as unknown:
        raise NotAReport(Flaw(str(unknown), "/type")) from None
    except msgspec.ValidationError as wrong:
        raise NotAReport(*_inside_data(sent, str(wrong))) from None


def subject_of(data: Any, source: str) -> str:
    """Return the root a report belongs to: its order, or a record of its own, named with the source that keeps it."""
    root = _ROOTS.get(type(data))
    return root(data, source) if root is not None else f"order/{data.order}"


def _inside_data(sent: ReportSent, first: str) -> list[Flaw]:
    """Return everything wrong with the data of an event, its pointers seen from the event."""
    found = flaws_of(CATALOGUE.named(sent.type).struct, msgspec.json.decode(bytes(sent.data))) or [flaw_at(first)]
    return [Flaw(flaw.detail, "/data" + (flaw.pointer or "")) for flaw in found]


@lru_cache(1024)
def zone_known(name: str) -> bool:
    """Say whether *name* is a zone of the tz database."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
