"""What a return under a policy and its order tell each other."""

from datetime import date

from msgspec import Struct

from tallystick.messages.returning.policies import ReturnPolicy
from tallystick.messages.returns import ReturnedLine
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import Units


class WeighReturn(Struct, frozen=True, gc=False):
    """Tell (return to order): may these lines come back under *rma*? *asked_on* is the day it was asked."""

    rma: str
    lines: tuple[HeldLine, ...]
    reason: str
    condition: str
    delivered_on: date | None
    asked_on: date


class ReturnUnruled(Struct, frozen=True, gc=False):
    """Tell (order to return): no policy is in force for its channel: it is permitted, and refunded when it is booked."""


class ReturnRefused(Struct, frozen=True, gc=False):
    """Tell (order to rma): the policy does not allow it, for *because*; *until* is the last day, where the window is why."""

    rma: str
    policy: str
    because: str
    until: date | None
    channel: str
    currency: str


class ReturnAllowed(Struct, frozen=True, gc=False):
    """Tell (order to rma): these units may come; *advanced* minor units of them are paid back already."""

    rma: str
    policy: ReturnPolicy
    lines: tuple[HeldLine, ...]
    is_free: bool
    advanced: int
    channel: str
    currency: str


class ParcelArrived(Struct, frozen=True, gc=False):
    """Tell (return to rma): goods are here, whatever was allowed."""

    rma: str
    location: str
    lines: tuple[ReturnedLine, ...]


class HoldReturned(Struct, frozen=True, gc=False):
    """Tell (rma to order): book these goods at *location* as waiting for inspection; *expected* of them were allowed."""

    rma: str
    location: str
    lines: tuple[HeldLine, ...]
    expected: tuple[HeldLine, ...]


class ReturnedUnits(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units of a line that stand at *location* for inspection: *known* ones left under the order, *strange* ones did not."""

    line: int
    sku: str
    location: str
    known: Units = 0
    strange: Units = 0


class ReturnedHeld(Struct, frozen=True, gc=False):
    """Tell (order to rma): they are booked, so many of each known."""

    lines: tuple[ReturnedUnits, ...]


class SentAgainUnits(Struct, frozen=True, gc=False):
    """Units that go to the customer again, with the cost they leave at."""

    line: int
    sku: str
    quantity: int
    cost: int


class SettleReturn(Struct, frozen=True, gc=False):
    """Tell (rma to order): credit *accepted* units less the fees, and count *rejected* ones as sent again.

    *fee_minor* is kept once, *fee_per_mille* of the credit; *label_minor* is what the customer pays for the label. Of
    the refund *advanced* is paid already. What would be paid above *approval_above* (None: no limit) is not booked.
    """

    rma: str
    accepted: tuple[HeldLine, ...]
    rejected: tuple[SentAgainUnits, ...]
    fee_minor: int
    fee_per_mille: int
    label_minor: int
    advanced: int
    approval_above: int | None


class ReturnSettledUp(Struct, frozen=True, gc=False):
    """Tell (order to rma): *credited* less *kept* is due, *from_advance* of it was paid before and *refund* is asked now.

    With *waits*, nothing of it is booked: *refund* is what somebody must approve.
    """

    credited: int
    kept: int
    from_advance: int
    refund: int
    waits: bool


class LapseReturn(Struct, frozen=True, gc=False):
    """Tell (rma to order): *lines* are not expected any more; *charge* minor units of what was advanced are owed again."""

    rma: str
    lines: tuple[HeldLine, ...]
    charge: int
