"""The decisions of a payment."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentAuthorised,
    PaymentCaptured,
    PaymentFailed,
    PaymentSecured,
    PaymentSettled,
    RequestPayment,
    RequestRefund,
    SettlementReported,
    VoidPayment,
)
from tallystick.processes.members import refund_member
from tallystick.processes.table import Break, Decision, Step

ORDER = "order"
VOID_REFUND = 0


class PaymentData(Struct, frozen=True, gc=False, omit_defaults=True):
    """Minor units: *requested* of the customer, *owed* for what has left, *asked* of the provider, *captured* by it."""

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


def ask(_: None, step: Step, view: View) -> Decision:
    """Ask the provider to hold the order's total."""
    told: RequestPayment = step.data
    order = step.cause.subject.partition("/")[2]
    data = PaymentData(order, told.channel, told.provider, told.currency, told.amount)
    return Decision("asked", data, commands=(AuthorisePayment(order, told.provider, told.currency, told.amount),))


def authorised(data: PaymentData, step: Step, view: View) -> Decision:
    """Less than was asked for is no payment; goods that left meanwhile are collected at once."""
    report: PaymentAuthorised = step.data
    if report.amount < data.requested:
        void = VoidPayment(data.order, data.provider)
        return Decision("short", data, commands=(void,), tells=((ORDER, PaymentFailed("authorised too little")),))
    if data.owed:
        after, command = _asking(data)
        return Decision("owed", after, commands=(command,), tells=((ORDER, PaymentSecured()),))
    return Decision("enough", data, tells=((ORDER, PaymentSecured()),))


def declined(data: PaymentData, step: Step, view: View) -> Decision:
    """No money."""
    return Decision("declined", data, tells=((ORDER, PaymentFailed(step.data.reason or "declined")),))


def remember(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods left before the money was held: owed as soon as it is."""
    return Decision("owed", replace(data, owed=data.owed + step.data.amount))


def collect(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods left: take their price."""
    after, command = _asking(replace(data, owed=data.owed + step.data.amount))
    return Decision("asked", after, commands=(command,))


def collect_more(data: PaymentData, step: Step, view: View) -> Decision:
    """More goods left: take what the captures so far do not cover."""
    data = replace(data, owed=data.owed + step.data.amount)
    if data.owed <= max(data.asked, data.captured):
        return Decision("covered", data)
    after, command = _asking(data)
    return Decision("asked", after, commands=(command,))


def let_go(data: PaymentData, step: Step, view: View) -> Decision:
    """Nobody needs the money any more."""
    return Decision("voiding", data, commands=(VoidPayment(data.order, data.provider),))


def voided(data: PaymentData, step: Step, view: View) -> Decision:
    """The customer's money is free again."""
    return Decision("voided", data)


def void_overdue(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider did not confirm: somebody must ask it."""
    found = Break("void_overdue", f"{data.order}: the provider did not confirm the void", data.requested, data.currency)
    return Decision("told", data, breaks=(found,))


def unpaid(data: PaymentData | None, step: Step, view: View) -> Decision:
    """Goods left without money behind them."""
    order = data.order if data else step.cause.subject.partition("/")[2]
    kept = data or PaymentData(order, "", "", view.currency, 0)
    found = Break("unpaid_goods", f"{order}: goods left, no payment holds", step.data.amount, kept.currency)
    return Decision("told", replace(kept, owed=kept.owed + step.data.amount), breaks=(found,))


def captured(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider took money: it owes it to us now."""
    after, fact, breaks = _capture(data, step.data)
    return Decision("all" if after.captured >= after.owed else "some", after, (fact,), breaks=breaks)


def taken_early(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider took the money without holding it first: that secures the order just as well."""
    after, fact, breaks = _capture(data, step.data)
    return Decision("taken", after, (fact,), tells=((ORDER, PaymentSecured()),), breaks=breaks)


def taken_late(data: PaymentData, step: Step, view: View) -> Decision:
    """Money taken that nobody wanted any more: booked, and given back but for what goods were sent for."""
    after, fact, breaks = _capture(data, step.data)
    decision = give_back(after, step, view)
    late = Break("captured_after_end", f"{data.order}: taken after the payment had ended", fact.amount, data.currency)
    return replace(decision, outcome="refund", facts=(fact,), breaks=(*breaks, late))


def give_back(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended: what was taken beyond the goods that left goes back."""
    amount = data.captured - data.owed - data.given_back
    if amount <= 0:
        return Decision("kept", data)
    refund = RequestRefund(VOID_REFUND, data.channel, data.provider, data.currency, amount)
    after = replace(data, given_back=data.given_back + amount)
    return Decision("refund", after, tells=((refund_member(VOID_REFUND), refund),))


def settled(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider paid out: bank and fee against what it owed."""
    report: SettlementReported = step.data
    after = replace(data, settled=data.settled + report.gross)
    fact = PaymentSettled(
        data.order,
        data.provider,
        report.bank,
        report.payout,
        data.currency,
        report.gross - report.fee,
        report.fee,
    )
    return Decision("all" if after.settled >= after.captured else "some", after, (fact,))


def _asking(data: PaymentData) -> tuple[PaymentData, CapturePayment]:
    amount = data.owed - max(data.asked, data.captured)
    return replace(data, asked=data.owed), CapturePayment(data.order, data.provider, data.currency, amount)


def _capture(data: PaymentData, report: CaptureReported) -> tuple[PaymentData, PaymentCaptured, tuple[Break, ...]]:
    after = replace(data, captured=data.captured + report.amount)
    fact = PaymentCaptured(data.order, data.channel, data.provider, data.currency, report.amount)
    over = after.captured - data.requested
    found = Break("over_captured", f"{data.order}: taken beyond what was asked", over, data.currency)
    return after, fact, (found,) if over > 0 else ()
