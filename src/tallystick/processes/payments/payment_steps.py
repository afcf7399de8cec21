"""The decisions of a payment."""

from typing import Any

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
    """Minor units: *requested* of the customer, *owed* for what has left, *asked* of the provider, *captured* by it.

    Once the order has *ended*, what is captured beyond what is owed goes back: *given_back*, in so many *give_backs*.
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

    @property
    def kept(self) -> int:
        """What was captured and is not on its way back."""
        return self.captured - self.given_back


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
    if data.owed <= max(data.asked, data.captured) - data.given_back:
        return Decision("covered", data)
    after, command = _asking(data)
    return Decision("asked", after, commands=(command,))


def release(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended before the provider answered; what is owed for goods that left is still to be taken."""
    if data.owed:
        return Decision("owed", replace(data, ended=True))
    return let_go(data, step, view)


def end(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended while money for what left is still to be taken: nothing beyond it will be kept."""
    return Decision("kept", replace(data, ended=True))


def let_go(data: PaymentData, step: Step, view: View) -> Decision:
    """Nobody needs the money any more."""
    return Decision("voiding", replace(data, ended=True), commands=(VoidPayment(data.order, data.provider),))


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
    """The provider took money: it owes it to us now. After the end of the order, what nobody owes goes back."""
    after, fact, breaks = _capture(data, step.data)
    if after.ended and after.kept > after.owed:
        return replace(_given_back(after, "all", (fact,)), breaks=(*breaks, _late(after, fact)))
    return Decision("all" if after.kept >= after.owed else "some", after, (fact,), breaks=breaks)


def taken_early(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider took the money without holding it first: that secures the order just as well."""
    decision = captured(data, step, view)
    secured = (ORDER, PaymentSecured())
    if decision.outcome == "some":
        taken: Any = decision.data
        after, command = _asking(taken)
        return replace(decision, outcome="owed", data=after, commands=(command,), tells=(secured,))
    return replace(decision, outcome="taken", tells=(*decision.tells, secured))


def taken_late(data: PaymentData, step: Step, view: View) -> Decision:
    """Money taken that nobody wanted any more: booked, and given back but for what goods were sent for."""
    decision = captured(replace(data, ended=True), step, view)
    if decision.tells:
        return replace(decision, outcome="refund")
    return replace(decision, outcome="refund", breaks=(*decision.breaks, _late(data, decision.facts[0])))


def give_back(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended: what was taken beyond the goods that left goes back."""
    data = replace(data, ended=True)
    if data.kept <= data.owed:
        return Decision("kept", data)
    return _given_back(data, "refund", ())


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


def _given_back(data: PaymentData, outcome: str, facts: tuple[PaymentCaptured, ...]) -> Decision:
    """Ask a refund of its own for what is kept beyond what is owed: number 0 first, then -1, -2 and so on."""
    amount, number = data.kept - data.owed, VOID_REFUND - data.give_backs
    refund = RequestRefund(number, data.channel, data.provider, data.currency, amount)
    after = replace(data, given_back=data.given_back + amount, give_backs=data.give_backs + 1)
    return Decision(outcome, after, facts, tells=((refund_member(number), refund),))


def _late(data: PaymentData, fact: Any) -> Break:
    return Break("captured_after_end", f"{data.order}: taken after the payment had ended", fact.amount, data.currency)


def _asking(data: PaymentData) -> tuple[PaymentData, CapturePayment]:
    """Ask for what is owed and neither asked for nor kept yet."""
    amount = data.owed + data.given_back - max(data.asked, data.captured)
    asked = replace(data, asked=data.owed + data.given_back)
    return asked, CapturePayment(data.order, data.provider, data.currency, amount)


def _capture(data: PaymentData, report: CaptureReported) -> tuple[PaymentData, PaymentCaptured, tuple[Break, ...]]:
    after = replace(data, captured=data.captured + report.amount)
    fact = PaymentCaptured(data.order, data.channel, data.provider, data.currency, report.amount)
    over = after.captured - data.requested
    found = Break("over_captured", f"{data.order}: taken beyond what was asked", over, data.currency)
    return after, fact, (found,) if over > 0 else ()
