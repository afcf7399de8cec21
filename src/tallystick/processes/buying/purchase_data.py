"""What a purchase knows: its lines as they stand, what is on its way, and what invoices wait for."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.buying.three_way_match import Counted
from tallystick.messages.availability import InboundAnnounced, InboundLine
from tallystick.messages.buying.reports import Matching, Tolerance

ORDERED_MEMBER = "inbound/ordered"
"""What was ordered and is on no advice yet is expected under this member of the family."""


class Advised(Struct, frozen=True, gc=False, omit_defaults=True):
    """A shipment on its way: units by line, and those that came under it."""

    expected_on: date
    units: dict[int, int]
    came: dict[int, int] = {}

    def left(self) -> dict[int, int]:
        """Units still to come."""
        found = {line: units - self.came.get(line, 0) for line, units in self.units.items()}
        return {line: units for line, units in found.items() if units > 0}


class Promised(Struct, frozen=True, gc=False):
    """What the supplier said of a line: how many units he will send, and when."""

    units: int
    expected_on: date


class Waiting(Struct, frozen=True, gc=False, omit_defaults=True):
    """An invoice that must not be paid yet: units it needs received, by line, and what is disputed, by line."""

    needs: dict[int, int] = {}
    disputed: dict[int, int] = {}
    units: dict[int, int] = {}


class PurchaseData(Struct, frozen=True, gc=False, omit_defaults=True):
    """The newest revision of the order, with what has become of it. `booked` are digests of what was booked, by its key."""

    purchase: str
    supplier: str
    location: str
    currency: str
    expected_on: date
    jurisdiction: str
    matching: Matching
    tolerance: Tolerance
    revision: int
    lines: tuple[Counted, ...]
    promised: dict[int, Promised] = {}
    advised: dict[str, Advised] = {}
    waiting: dict[str, Waiting] = {}
    booked: dict[str, str] = {}
    final: bool = False
    told_over: dict[int, int] = {}

    def line(self, number: int) -> Counted | None:
        """Return a line by its number."""
        return next((x for x in self.lines if x.line == number), None)

    def with_line(self, changed: Counted) -> "PurchaseData":
        """Return the purchase with one line changed."""
        return replace(self, lines=tuple(changed if x.line == changed.line else x for x in self.lines))

    def to_come(self, line: Counted) -> int:
        """Units of a line that are still expected: ordered or promised, less those that came and stayed."""
        if self.final:
            return 0
        promised = self.promised.get(line.line)
        wanted = min(promised.units, line.quantity) if promised else line.quantity
        return max(0, wanted - line.received)

    def invoiceable(self) -> dict[int, int]:
        """Units of each line that may be invoiced without waiting, those invoiced already included."""
        two_way = self.matching == "two_way"
        return {x.line: (x.quantity if two_way else x.received) + self.tolerance.units for x in self.lines}

    def short(self) -> int:
        """Units that were ordered and did not come, whatever the reason."""
        return sum(max(0, x.quantity - x.received) for x in self.lines)

    def received_not_invoiced(self) -> int:
        """Return what stands in GR/IR of this purchase, in minor units."""
        return sum(x.received_not_invoiced() for x in self.lines)


def expectations(data: PurchaseData) -> dict[str, InboundAnnounced]:
    """Return what is expected of a purchase, by the member of its family that watches it: advised first, the rest as ordered."""
    found = {}
    on_advice: dict[int, int] = {}
    for asn, advised in data.advised.items():
        left = {} if data.final else advised.left()
        found[f"inbound/{asn}"] = _announced(data, asn, advised.expected_on, left)
        for line, units in left.items():
            on_advice[line] = on_advice.get(line, 0) + units
    rest = {x.line: data.to_come(x) - on_advice.get(x.line, 0) for x in data.lines}
    day = max((p.expected_on for n, p in data.promised.items() if rest.get(n, 0) > 0), default=data.expected_on)
    found[ORDERED_MEMBER] = _announced(data, data.purchase, day, {n: units for n, units in rest.items() if units > 0})
    return found


def _announced(data: PurchaseData, name: str, day: date, units: dict[int, int]) -> InboundAnnounced:
    lines = tuple(InboundLine(x.line, x.sku, units[x.line]) for x in data.lines if x.line in units)
    return InboundAnnounced(name, data.location, day, lines, data.supplier)


def changed_expectations(before: PurchaseData | None, after: PurchaseData) -> tuple[tuple[str, InboundAnnounced], ...]:
    """Return what must be told to the watching members: only what is expected otherwise than before."""
    known = expectations(before) if before else {}
    return tuple(
        (member, told)
        for member, told in expectations(after).items()
        if told != known.get(member) and (told.lines or member in known)
    )
