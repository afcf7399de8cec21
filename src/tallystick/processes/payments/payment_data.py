"""What a payment knows, and what follows from it by sums alone."""

from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.payments import CapturePayment, PaymentCaptured, RequestRefund
from tallystick.processes.members import refund_member
from tallystick.processes.table import Decision

VOID_REFUND: Final = 0
ORDER: Final = "order"


class PaymentData(Struct, frozen=True, gc=False, omit_defaults=True):
    """Minor units: *requested* of the customer, *owed* for what has left and not come back, *captured* by the provider.

    *asked* is what the captures asked for so far add up to. *given_back* is what refunds were asked for, *credited* what
    came back before it was paid: it goes back when it is taken. Once the order has *ended*, nothing beyond what is owed is
    kept; *give_backs* counts the refunds that no return asked for. *captures* and *payouts* are those booked, by their
    references; *disputes* the chargebacks, which come to *charged_back* and cost *dispute_fees*. *cut* is what was wanted
    at first and is not any more; *cut_back* what of it was taken and has been given back. Captures are to reach *ahead*
    even before goods leave.

    Of a marketplace alone: *refunds* are those it made, by their references, which come to *refunded_there*; both are in
    *given_back*. *parts* are an order's parts in payouts: gross, commission and tax withheld.

    *taken_over* is what an old system had captured and settled of it before this book began. *answers_to* is the member that
    asked, where it is not the order.
    """

    order: str
    channel: str
    provider: str
    currency: str
    requested: int
    owed: int = 0
    asked: int = 0
    captured: int = 0
    settled: int = 0
    given_back: int = 0
    give_backs: int = 0
    ended: bool = False
    credited: int = 0
    captures: dict[str, int] = {}
    payouts: dict[str, tuple[int, int]] = {}
    charged_back: int = 0
    dispute_fees: int = 0
    disputes: dict[str, tuple[int, int]] = {}
    cut: int = 0
    cut_back: int = 0
    ahead: int = 0
    refunded_there: int = 0
    refunds: dict[str, int] = {}
    parts: dict[str, tuple[int, int, int]] = {}
    taken_over: tuple[int, int] = (0, 0)
    answers_to: str = ""

    @property
    def told(self) -> str:
        """The member that is told what becomes of the money."""
        return self.answers_to or ORDER

    @property
    def is_short(self) -> bool:
        """Whether captures are still to come: for what is owed, or was asked for ahead of it."""
        return self.missing > 0 or (not self.ended and self.captured < self.ahead)

    @property
    def cut_open(self) -> int:
        """What was taken of what is not wanted any more, and has not been given back."""
        return max(0, min(self.cut, self.captured - self.requested) - self.cut_back)

    @property
    def kept(self) -> int:
        """What was captured and is not on its way back."""
        return self.captured - self.given_back

    @property
    def missing(self) -> int:
        """What is owed and not kept; below zero where more is kept."""
        return self.owed - self.kept

    @property
    def wanted(self) -> int:
        """What must still come before the order is as good as paid: the whole of it, or after its end what is owed."""
        return self.missing if self.ended else self.requested - self.captured

    @property
    def surplus(self) -> int:
        """What goes back to the customer: after the end all that nobody owes, before it what was credited or cut.

        Never more than is kept: goods paid back ahead that come under another return are credited twice, and paid once.
        """
        back = -self.missing if self.ended else min(-self.missing, self.credited + self.cut_open)
        return min(back, self.kept)


def asking(data: PaymentData) -> tuple[PaymentData, CapturePayment]:
    """Ask for what is owed and neither asked for nor kept yet."""
    amount = data.owed + data.given_back - max(data.asked, data.captured)
    asked = replace(data, asked=data.owed + data.given_back)
    return asked, CapturePayment(data.order, data.provider, data.currency, amount)


def giving_back(data: PaymentData, outcome: str, facts: tuple[PaymentCaptured, ...] = ()) -> Decision:
    """Ask a refund of its own for the surplus: number 0 first, then -1, -2 and so on."""
    amount, number = data.surplus, VOID_REFUND - data.give_backs
    after = replace(
        data,
        given_back=data.given_back + amount,
        give_backs=data.give_backs + 1,
        credited=max(0, data.credited - amount),
        cut_back=data.cut_back + min(data.cut_open, max(0, amount - data.credited)),
    )
    return Decision(outcome, after, facts, tells=((refund_member(number), refund_of(data, number, amount)),))


def refund_of(data: PaymentData, number: int, amount: int) -> RequestRefund:
    """Ask for *amount* to be paid back as refund *number*."""
    return RequestRefund(number, data.channel, data.provider, data.currency, amount)
