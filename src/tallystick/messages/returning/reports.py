"""What is reported of a return under a policy, beside its request and the parcels that come (messages/returns)."""

from msgspec import Struct

from tallystick.messages.returning.policies import Verdict
from tallystick.model.amount import PositiveMinor, PositiveUnits


class ReturnLabelled(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the customer has a label to send the goods with."""

    order: str
    rma: str
    carrier: str
    tracking: str = ""


class ReturnCancelled(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the customer keeps the goods."""

    order: str
    rma: str
    reason: str = ""


class InspectedLine(Struct, frozen=True, gc=False):
    """Units of an order line that somebody looked at, and what becomes of them."""

    line: int
    sku: str
    quantity: PositiveUnits
    verdict: Verdict


class ReturnInspected(Struct, frozen=True, gc=False):
    """Report: units that came to *location* were looked at. *inspection* names it: it is booked once."""

    order: str
    rma: str
    inspection: str
    location: str
    lines: tuple[InspectedLine, ...]


class RefurbishedLine(Struct, frozen=True, gc=False):
    """Units that were set aside to be refurbished: good again (`resell`), or not worth it (`scrap`)."""

    line: int
    sku: str
    quantity: PositiveUnits
    verdict: Verdict


class ReturnRefurbished(Struct, frozen=True, gc=False):
    """Report: units set aside at *location* were worked on. *work* names it: it is booked once."""

    order: str
    rma: str
    work: str
    location: str
    lines: tuple[RefurbishedLine, ...]


class RefundProposed(Struct, frozen=True):
    """What is proposed and approved, to the letter: a refund of at most *amount* minor units of *currency* under *rma*."""

    order: str
    rma: str
    currency: str
    amount: PositiveMinor
    reason: str


class ReturnRefundApproved(Struct, frozen=True):
    """Report: another person has approved proposal *proposal*. Users are named by number, never by name."""

    proposal: int
    refund: RefundProposed
    prepared_by: int
    approved_by: int

    @property
    def currency(self) -> str:
        """The currency of its amount."""
        return self.refund.currency


REPORTS = (ReturnLabelled, ReturnCancelled, ReturnInspected, ReturnRefurbished, ReturnRefundApproved)
