"""What is booked of returns under a policy."""

from msgspec import Struct

from tallystick.model.amount import Minor, Units


class HeldReturnLine(Struct, frozen=True, gc=False):
    """Units that came, with the cost they left at; at the cost known now where they never left under their order."""

    line: int
    sku: str
    quantity: Units
    cost: Minor


class ReturnHeld(Struct, frozen=True, gc=False):
    """Fact: goods are back and wait for somebody to look at them. Nothing is credited yet."""

    order: str
    rma: str
    channel: str
    location: str
    currency: str
    lines: tuple[HeldReturnLine, ...]


class MovedReturnLine(Struct, frozen=True, gc=False):
    """Units moved from one state to another on the shelf; no value moves."""

    line: int
    sku: str
    quantity: Units
    state: str
    to: str


class GoneReturnLine(Struct, frozen=True, gc=False):
    """Units that leave the shelf from *state*, and their cost."""

    line: int
    sku: str
    quantity: Units
    state: str
    cost: Minor


class ReturnSorted(Struct, frozen=True, gc=False):
    """Fact: what was looked at is *moved* where it belongs, *scrapped*, or *sent_again* to the customer."""

    order: str
    rma: str
    channel: str
    location: str
    currency: str
    moved: tuple[MovedReturnLine, ...] = ()
    scrapped: tuple[GoneReturnLine, ...] = ()
    sent_again: tuple[GoneReturnLine, ...] = ()


class CreditedLine(Struct, frozen=True, gc=False):
    """Units taken back, at the price they left with."""

    line: int
    sku: str
    quantity: Units
    net: Minor
    tax: Minor


class ReturnFee(Struct, frozen=True, gc=False):
    """What is kept of a return under *service*; its tax is the part of the sale's tax that is not given back."""

    service: str
    net: Minor
    tax: Minor


class ReturnCredited(Struct, frozen=True, gc=False):
    """Fact: the sale of units taken back is undone, less what is kept; *advanced* of it the customer has already."""

    order: str
    rma: str
    channel: str
    jurisdiction: str
    currency: str
    lines: tuple[CreditedLine, ...]
    fees: tuple[ReturnFee, ...]
    advanced: Minor


class RefundAdvanced(Struct, frozen=True, gc=False):
    """Fact: a refund is paid before the goods are here; until they are, the customer owes it."""

    order: str
    rma: str
    channel: str
    currency: str
    amount: Minor


class AdvanceCharged(Struct, frozen=True, gc=False):
    """Fact: nothing came, and the sale stands: what was advanced is owed like any price."""

    order: str
    rma: str
    channel: str
    currency: str
    amount: Minor
