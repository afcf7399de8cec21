"""The decisions of a payment about money that moved: taken, paid out, and credited for goods that came back."""

from typing import Any

from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.payments import (
    CaptureReported,
    ChargebackReported,
    CreditPayment,
    PaymentCaptured,
    PaymentChargedBack,
    PaymentSecured,
    PaymentSettled,
    SettlementReported,
)
from tallystick.processes.members import refund_member
from tallystick.processes.payments.payment_data import PaymentData, giving_back, refund_of
from tallystick.processes.repeats import booked_already
from tallystick.processes.table import Break, Decision, Step


def captured(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider took money: it owes it to us now. What nobody owes us, or was credited before it was paid, goes back."""
    report: CaptureReported = step.data
    known = data.captures.get(report.reference)
    if known is not None:
        return booked_already(data, known == report.amount, f"{data.order}: capture {report.reference}")
    after, fact, breaks = _capture(data, report)
    if after.surplus > 0:
        late = (_late(after, fact),) if after.surplus > after.credited else ()
        return replace(giving_back(after, "all", (fact,)), breaks=(*breaks, *late))
    return Decision("some" if after.is_short else "all", after, (fact,), breaks=breaks)


def taken_early(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider took money without holding it first: all of it secures the order as well, a part is remembered."""
    decision = captured(data, step, view)
    after: Any = decision.data
    if not decision.facts:
        return decision
    if after.wanted > 0:
        return replace(decision, outcome="part")
    return replace(decision, outcome="taken", tells=(*decision.tells, (data.told, PaymentSecured())))


def taken_late(data: PaymentData, step: Step, view: View) -> Decision:
    """Money taken that nobody wanted any more: booked, and given back but for what goods were sent for."""
    decision = captured(replace(data, ended=True), step, view)
    if decision.tells:
        return replace(decision, outcome="refund")
    return replace(decision, outcome="refund", breaks=(*decision.breaks, _late(data, decision.facts[0])))


def settled(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider paid out: bank and fee against what it owed. More than it took is somebody's case."""
    report: SettlementReported = step.data
    part = (report.gross, report.fee)
    known = data.payouts.get(report.payout)
    if known is not None:
        return booked_already(data, known == part, f"{data.order}: payout {report.payout}")
    payouts = {**data.payouts, report.payout: part} if report.payout else data.payouts
    after = replace(data, settled=data.settled + report.gross, payouts=payouts)
    fact = PaymentSettled(
        data.order,
        data.provider,
        report.bank,
        report.payout,
        data.currency,
        report.gross - report.fee,
        report.fee,
    )
    over = after.settled - after.captured
    found = Break("over_settled", f"{data.order}: paid out beyond what was taken", over, data.currency)
    return Decision("all" if over >= 0 else "some", after, (fact,), breaks=(found,) if over > 0 else ())


def charged_back(data: PaymentData, step: Step, view: View) -> Decision:
    """The customer's bank took money back: posted, and a person decides whether to contest it."""
    report: ChargebackReported = step.data
    dispute = (report.amount, report.fee)
    known = data.disputes.get(report.reference)
    if known is not None:
        return booked_already(data, known == dispute, f"{data.order}: chargeback {report.reference}")
    after = replace(
        data,
        charged_back=data.charged_back + report.amount,
        dispute_fees=data.dispute_fees + report.fee,
        disputes={**data.disputes, report.reference: dispute},
    )
    fact = PaymentChargedBack(data.order, data.channel, data.provider, data.currency, *dispute)
    said = "taken back by the customer's bank" if report.amount > 0 else "won back from the customer's bank"
    found = Break("chargeback", f"{data.order}: {said} as {report.reference}", report.amount, data.currency)
    return Decision("posted", after, (fact,), breaks=(found,))


def credit(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods came back: less is owed. What was paid of it goes back now, the rest if it is taken after all."""
    told: CreditPayment = step.data
    back = min(told.amount, data.kept)
    unpaid = told.amount - back
    after = replace(
        data, owed=data.owed - told.amount, given_back=data.given_back + back, credited=data.credited + unpaid
    )
    # What has been asked for and not taken yet is on its way: it will be given back when it comes.
    never = min(unpaid, after.credited - max(0, data.asked - data.captured))
    found = Break("credit_without_payment", f"{data.order}: came back and was never paid", never, data.currency)
    refund = (refund_member(told.number), refund_of(data, told.number, back))
    return Decision("credited", after, tells=(refund,) if back else (), breaks=(found,) if never > 0 else ())


def _late(data: PaymentData, fact: Any) -> Break:
    return Break("captured_after_end", f"{data.order}: taken after the payment had ended", fact.amount, data.currency)


def _capture(data: PaymentData, report: CaptureReported) -> tuple[PaymentData, PaymentCaptured, tuple[Break, ...]]:
    captures = {**data.captures, report.reference: report.amount} if report.reference else data.captures
    after = replace(data, captured=data.captured + report.amount, captures=captures)
    fact = PaymentCaptured(data.order, data.channel, data.provider, data.currency, report.amount)
    over = after.captured - max(data.requested + data.cut, data.owed)
    found = Break("over_captured", f"{data.order}: taken beyond what was asked", over, data.currency)
    return after, fact, (found,) if over > 0 else ()
