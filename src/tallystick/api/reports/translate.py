"""What an integrator's CloudEvents event says, and about which subject. Pure."""

from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec import Struct

from tallystick.api.governance.validation import flaw_at, flaws_of
from tallystick.api.problems import Flaw
from tallystick.api.reports.shapes import ReportSent
from tallystick.messages import sales, stock
from tallystick.messages.catalogue import CATALOGUE, TYPES, Role, UnknownType

REPORTS: Final = frozenset(t.type for t in TYPES if t.role is Role.REPORT and t.struct is not sales.DeadlinePassed)
"""What integrators may report; deadlines are raised by our own clock only."""
SUBJECT_LENGTH_MAX: Final = 200
_ROOTS: Final[dict[type[Struct], tuple[str, str]]] = {
    sales.SaleReported: ("sale", "sale"),
    sales.CreditReported: ("credit", "credit"),
    sales.BadDebtReported: ("baddebt", "adjustment"),
    stock.ReceiptReported: ("stock", "receipt"),
    stock.AdjustmentReported: ("count", "adjustment"),
}


class NotAReport(Exception):
    """An event that cannot become a report, with everything wrong with it."""

    def __init__(self, *flaws: Flaw) -> None:
        """Keep what is wrong."""
        super().__init__("; ".join(f"{f.pointer}: {f.detail}" for f in flaws))
        self.flaws = list(flaws)


def report_of(sent: ReportSent, source: str) -> tuple[str, Struct]:
    """Return the subject an event is about and what it says; raise `NotAReport`."""
    if sent.type not in REPORTS:
        raise NotAReport(Flaw(f"{sent.type} is no report: see the page of messages", "/type"))
    try:
        data = CATALOGUE.decode(sent.type, bytes(sent.data))
    except UnknownType as unknown:
        raise NotAReport(Flaw(str(unknown), "/type")) from None
    except msgspec.ValidationError as wrong:
        raise NotAReport(*_inside_data(sent, str(wrong))) from None
    subject = subject_of(data, source)
    if not subject.isprintable() or len(subject) > SUBJECT_LENGTH_MAX:
        raise NotAReport(Flaw(f"its number must be printable, and short: {SUBJECT_LENGTH_MAX} at most", "/data"))
    if sent.subject not in {None, subject}:
        raise NotAReport(Flaw(f"this report is about {subject}", "/subject"))
    return subject, data


def subject_of(data: Any, source: str) -> str:
    """Return the root a report belongs to: its order, or a record of its own, named with the source that keeps it."""
    root, field = _ROOTS.get(type(data), ("order", "order"))
    name = getattr(data, field)
    return f"order/{name}" if root == "order" else f"{root}/{source}/{name}"


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
