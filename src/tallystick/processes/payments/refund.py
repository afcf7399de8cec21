"""The refund: asked of the provider, paid back, or failed and in somebody's hands."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.payments import PayRefund, RefundFailed, RefundPaid, RefundReported, RequestRefund
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.repeats import again, booked_already
from tallystick.processes.table import NEW, Break, Decision, Early, Ignored, Process, Row, Step, Unexpected

REQUESTED, PAID, FAILED = "REQUESTED", "PAID", "FAILED"


class RefundData(Struct, frozen=True, gc=False, omit_defaults=True):
    """What goes back, in minor units, how much of it has been paid, and under which references."""

    order: str
    number: int
    channel: str
    provider: str
    currency: str
    amount: int
    paid: int = 0
    payments: dict[str, int] = {}


def ask(_: None, step: Step, view: View) -> Decision:
    """Ask the provider to pay back."""
    told: RequestRefund = step.data
    order = step.cause.subject.partition("/")[2]
    data = RefundData(order, told.number, told.channel, told.provider, told.currency, told.amount)
    return Decision("asked", data, commands=(PayRefund(order, told.number, told.provider, told.currency, told.amount),))


def paid(data: RefundData, step: Step, view: View) -> Decision:
    """The customer has the money; another sum than we asked for, or the same twice, is somebody's case."""
    report: RefundReported = step.data
    known = data.payments.get(report.reference)
    if known is not None:
        what = f"{data.order} refund {data.number}: payment {report.reference}"
        return booked_already(data, known == report.amount, what)
    payments = {**data.payments, report.reference: report.amount} if report.reference else data.payments
    after = replace(data, paid=data.paid + report.amount, payments=payments)
    fact = RefundPaid(data.order, data.channel, data.provider, data.currency, report.amount)
    off = after.paid - data.amount
    found = Break("refund_differs", f"{data.order} refund {data.number}: paid {off:+} minor units", off, data.currency)
    return Decision("paid", after, (fact,), breaks=(found,) if off else ())


def failed(data: RefundData, step: Step, view: View) -> Decision:
    """The provider cannot pay: somebody must."""
    detail = f"{data.order} refund {data.number}: {step.data.reason}"
    return Decision("failed", data, breaks=(Break("refund_failed", detail, data.amount, data.currency),))


def overdue(data: RefundData, step: Step, view: View) -> Decision:
    """The provider did not answer in time."""
    detail = f"{data.order} refund {data.number}: not confirmed in time"
    return Decision("told", data, breaks=(Break("refund_overdue", detail, data.amount, data.currency),))


# fmt: off
ROWS = (
    #   in state    on message      decide   outcome   to state    tells         within
    Row(NEW,        RequestRefund,  ask,     "asked",  REQUESTED,  (PayRefund,), "refund_days_max"),
    Row(REQUESTED,  RefundReported, paid,    "paid",   PAID),
    Row(REQUESTED,  RefundFailed,   failed,  "failed", FAILED),
    Row(REQUESTED,  DeadlinePassed, overdue, "told",   REQUESTED),
    Row(FAILED,     RefundReported, paid,    "paid",   PAID),

    # Paid once more under another reference: the money is gone, so the book says so, and somebody is told.
    Row(PAID,       RefundReported, paid,    "paid",   PAID),
    *again(RefundReported, paid, PAID),
)

OTHERS = (
    Early((NEW,), RefundReported, "the return it pays for has not come yet"),
    Early((NEW,), RefundFailed, "the return it pays for has not come yet"),
    Ignored((REQUESTED, PAID, FAILED), RequestRefund, "asked for already"),
    Ignored((PAID, FAILED), RefundFailed, "it has been paid, or is in somebody's hands, already"),
    Ignored((PAID, FAILED), DeadlinePassed, "it has ended"),
    Unexpected((NEW,), DeadlinePassed, "a deadline of a refund that does not exist: report this as a defect"),
)
# fmt: on
REFUND = Process("refund", RefundData, ROWS, OTHERS)
