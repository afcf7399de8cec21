"""The decisions of a payment that a marketplace has: its buyer has paid it, and it owes us what leaves and stays.

Nothing is asked of it. What left, what it took and what it paid back must come to the same in the end; until then we wait.
"""

from typing import Final

from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.marketplaces.facts import MarketplaceSettled
from tallystick.messages.marketplaces.reports import MarketplaceRefundReported, MarketplaceSettlementReported
from tallystick.messages.payments import (
    CaptureReported,
    CollectPayment,
    CreditPayment,
    ForgoPayment,
    LowerPayment,
    PaymentCaptured,
    PaymentSecured,
    PayRefund,
    RefundPaid,
    RequestPayment,
)
from tallystick.processes.payments.payment_data import ORDER, PaymentData
from tallystick.processes.payments.payment_steps import ask, forgo
from tallystick.processes.repeats import booked_already
from tallystick.processes.table import Break, Decision, Step

EVEN: Final = "even"
OPEN: Final = "open"


def entrust(data: None, step: Step, view: View) -> Decision:
    """A provider is asked for the money; a marketplace has it, so that the goods may go at once."""
    told: RequestPayment = step.data
    decision = ask(None, step, view)
    if not told.is_paid:
        return decision
    return Decision("entrusted", decision.data, tells=((ORDER, PaymentSecured()),))


def entrust_nothing(data: None, step: Step, view: View) -> Decision:
    """The order was refused: a provider is asked for nothing, and a marketplace may show what it took all the same."""
    told: ForgoPayment = step.data
    decision = forgo(None, step, view)
    return replace(decision, outcome="entrusted") if told.is_paid else decision


def owed(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods left: the marketplace owes us what they were sold for."""
    told: CollectPayment = step.data
    return _weighed(replace(data, owed=data.owed + told.amount))


def took(data: PaymentData, step: Step, view: View) -> Decision:
    """The marketplace shows what it took from the buyer, tax included: it owes us that."""
    report: CaptureReported = step.data
    known = data.captures.get(report.reference)
    if known is not None:
        return booked_already(data, known == report.amount, f"{data.order}: capture {report.reference}")
    captures = {**data.captures, report.reference: report.amount} if report.reference else data.captures
    after = replace(data, captured=data.captured + report.amount, captures=captures)
    fact = PaymentCaptured(data.order, data.channel, data.provider, data.currency, report.amount)
    over = after.captured - max(data.requested + data.cut, data.owed)
    found = Break("over_captured", f"{data.order}: taken beyond what was ordered", over, data.currency)
    return _weighed(after, fact, (found,) if over > 0 else ())


def paid_back(data: PaymentData, step: Step, view: View) -> Decision:
    """The marketplace paid the buyer back, asked or not: that has happened, and what we are owed is less by it."""
    report: MarketplaceRefundReported = step.data
    known = data.refunds.get(report.reference)
    if known is not None:
        return booked_already(data, known == report.amount, f"{data.order}: refund {report.reference}")
    after = replace(
        data,
        given_back=data.given_back + report.amount,
        refunded_there=data.refunded_there + report.amount,
        refunds={**data.refunds, report.reference: report.amount},
    )
    return _weighed(after, RefundPaid(data.order, data.channel, data.provider, data.currency, report.amount))


def credited(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods came back, or cost less: what the marketplace has not paid back of it already, it is asked to."""
    told: CreditPayment = step.data
    after = replace(data, owed=data.owed - told.amount)
    left = min(told.amount, -after.missing)
    asked = (PayRefund(data.order, told.number, data.provider, data.currency, left),) if left > 0 else ()
    return replace(_weighed(after), commands=asked)


def lowered(data: PaymentData, step: Step, view: View) -> Decision:
    """Less was ordered than at first: nothing has been taken for what will not come."""
    told: LowerPayment = step.data
    return Decision("lowered", replace(data, requested=data.requested - told.amount, cut=data.cut + told.amount))


def ended(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended: the marketplace owes what left of it."""
    return Decision("ended", replace(data, ended=True))


def settled(data: PaymentData, step: Step, view: View) -> Decision:
    """The marketplace paid out: bank, commission and withheld tax against what it owed. More than it took is somebody's case."""
    report: MarketplaceSettlementReported = step.data
    part = (report.gross, report.commission, report.tax_withheld)
    known = data.parts.get(report.payout)
    if known is not None:
        return booked_already(data, known == part, f"{data.order}: payout {report.payout}")
    after = replace(data, settled=data.settled + report.gross, parts={**data.parts, report.payout: part})
    fact = MarketplaceSettled(
        data.order,
        data.channel,
        data.provider,
        report.bank,
        report.payout,
        data.currency,
        report.gross - report.commission - report.tax_withheld,
        report.commission,
        report.tax_withheld,
    )
    over = after.settled - after.captured
    found = Break("over_settled", f"{data.order}: paid out beyond what was taken", over, data.currency)
    return Decision("posted", after, (fact,), breaks=(found,) if over > 0 else ())


def overdue(data: PaymentData, step: Step, view: View) -> Decision:
    """What left, what the marketplace took and what it paid back still do not fit: somebody must ask it."""
    what = (
        "owed by the marketplace, which shows nothing of it"
        if data.missing > 0
        else "kept by it, and nothing left for it"
    )
    found = Break("marketplace_differs", f"{data.order}: {abs(data.missing)} {what}", data.missing, data.currency)
    return Decision("told", data, breaks=(found,))


def _weighed(
    data: PaymentData, fact: PaymentCaptured | RefundPaid | None = None, breaks: tuple[Break, ...] = ()
) -> Decision:
    """Say whether what left comes to what the marketplace took and kept."""
    return Decision(OPEN if data.missing else EVEN, data, (fact,) if fact else (), breaks=breaks)
