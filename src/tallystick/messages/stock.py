"""Stock: what comes in, is found, lost, promised and let go."""

from msgspec import Struct

from tallystick.model.amount import Minor, NaturalMinor, PositiveUnits, SignedUnits, Units


class ReceiptLine(Struct, frozen=True, gc=False):
    """Goods that came in; *value* is the cost of the whole line."""

    line: int
    sku: str
    quantity: PositiveUnits
    value: NaturalMinor


class DeclaredCost(Struct, frozen=True, gc=False):
    """A unit cost somebody declared, in minor units: used only while the book knows no better."""

    sku: str
    unit_cost: NaturalMinor


class ReceiptReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: goods came in. *origin* is `supplier` or, marked as declared rather than seen, `opening`.

    *inbound* names the announcement they came under, if any; the subject is then `inbound/{inbound}`.
    """

    receipt: str
    location: str
    currency: str
    origin: str
    lines: tuple[ReceiptLine, ...]
    declared_costs: tuple[DeclaredCost, ...] = ()
    inbound: str = ""


class AdjustmentLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units counted over (positive) or under (negative) the book, never none, with the reason the counter gave."""

    line: int
    sku: str
    quantity: SignedUnits
    reason: str = ""


class AdjustmentReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a count, a find, a write-off. *unstocked* lines are codes that no shelf holds (postage, vouchers)."""

    adjustment: str
    location: str
    currency: str
    lines: tuple[AdjustmentLine, ...] = ()
    unstocked: tuple[AdjustmentLine, ...] = ()


class HeldLine(Struct, frozen=True, gc=False):
    """Units of one order line held or let go."""

    line: int
    sku: str
    quantity: PositiveUnits


class StockReserved(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods are promised to one order. *holder* names the reservation that holds them; empty: the order itself."""

    order: str
    location: str
    lines: tuple[HeldLine, ...]
    holder: str = ""


class StockReleased(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a promise ended without goods leaving."""

    order: str
    location: str
    lines: tuple[HeldLine, ...]
    holder: str = ""


class StockOwed(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: units are promised that are not there to be reserved: expected, or within a channel's oversell tolerance."""

    order: str
    location: str
    lines: tuple[HeldLine, ...]
    holder: str = ""


class StockNoLongerOwed(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: what was owed has left, or is not wanted any more."""

    order: str
    location: str
    lines: tuple[HeldLine, ...]
    holder: str = ""


class ValuedLine(Struct, frozen=True, gc=False):
    """Units with the value that moves along with them."""

    line: int
    sku: str
    quantity: Units
    value: Minor


class GoodsReceived(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods came into a location: *supplied* by a supplier, or an *opening* stock that was declared."""

    receipt: str
    location: str
    currency: str
    supplied: tuple[ValuedLine, ...] = ()
    opening: tuple[ValuedLine, ...] = ()
    declared_costs: tuple[DeclaredCost, ...] = ()


class StockAdjusted(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: the count was corrected: units *found* and *lost*, and the same of codes that no shelf holds."""

    adjustment: str
    location: str
    currency: str
    found: tuple[ValuedLine, ...] = ()
    lost: tuple[ValuedLine, ...] = ()
    found_unstocked: tuple[HeldLine, ...] = ()
    lost_unstocked: tuple[HeldLine, ...] = ()


class ShortageCovered(Struct, frozen=True, gc=False):
    """Fact: goods moved that the book did not have; they are taken from `outside:unexplained` at the last known cost."""

    location: str
    currency: str
    lines: tuple[ValuedLine, ...]


class ExplainedLine(Struct, frozen=True, gc=False):
    """Units that had been missing: *value* is what they came in at, *difference* what the suspense held beyond that."""

    line: int
    sku: str
    quantity: Units
    value: Minor
    difference: Minor


class ShortageExplained(Struct, frozen=True, gc=False):
    """Fact: units that came in are the ones an earlier movement had lacked; the unexplained ones are paid back."""

    location: str
    currency: str
    lines: tuple[ExplainedLine, ...]
