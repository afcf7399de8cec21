"""The decisions of a payment on its way to being taken: asked, held, owed, let go."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CollectPayment,
    ForgoPayment,
    PaymentAuthorised,
    PaymentFailed,
    PaymentSecured,
    RequestPayment,
    VoidPayment,
)
from tallystick.processes.payments.payment_data import PaymentData, asking, giving_back
from tallystick.processes.table import Break, Decision, Step


def ask(_: None, step: Step, view: View) -> Decision:
    """Ask the provider to hold the order's total."""
    told: RequestPayment = step.data
    order = step.cause.subject.partition("/")[2]
    data = PaymentData(
        order, told.channel, told.provider, told.currency, told.amount, cut=told.cut, answers_to=told.answers_to
    )
    command = AuthorisePayment(order, told.provider, told.currency, told.amount, told.method)
    return Decision("asked", data, commands=(command,))


def forgo(_: None, step: Step, view: View) -> Decision:
    """The order was refused: nothing is asked of the provider, and what it takes all the same is given back."""
    told: ForgoPayment = step.data
    order = step.cause.subject.partition("/")[2]
    return Decision("forgone", PaymentData(order, told.channel, told.provider, told.currency, told.amount, ended=True))


def authorised(data: PaymentData, step: Step, view: View) -> Decision:
    """Less than is wanted is no payment; goods that left meanwhile are collected at once."""
    report: PaymentAuthorised = step.data
    if report.amount < data.wanted:
        failed = (data.told, PaymentFailed("authorised too little"))
        if data.captured:
            return _with_part(data, (failed,), (_void(data),))
        return Decision("short", data, commands=(_void(data),), tells=(failed,))
    secured = (data.told, PaymentSecured())
    if data.missing > 0:
        after, command = asking(data)
        return Decision("owed", after, commands=(command,), tells=(secured,))
    return Decision("covered" if data.captured else "enough", data, tells=(secured,))


def authorised_late(data: PaymentData, step: Step, view: View) -> Decision:
    """Money held after it was given up: what is owed for goods that left is taken, and without such goods none."""
    report: PaymentAuthorised = step.data
    amount = min(data.owed, report.amount)
    if amount <= 0:
        return let_go(data, step, view)
    command = CapturePayment(data.order, data.provider, data.currency, amount)
    return Decision("owed", replace(data, asked=amount, ended=True), commands=(command,))


def declined(data: PaymentData, step: Step, view: View) -> Decision:
    """No money, or no more than a part."""
    failed = (data.told, PaymentFailed(step.data.reason or "declined"))
    if data.captured:
        return _with_part(data, (failed,), ())
    return Decision("declined", data, tells=(failed,))


def remember(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods left before the money was held: owed as soon as it is."""
    return Decision("owed", replace(data, owed=data.owed + step.data.amount))


def overdue(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider has not answered in time: a part that was taken stands, goods that left and stayed are told."""
    if not data.captured and data.missing <= 0:
        return let_go(data, step, view)
    found = Break(
        "authorisation_overdue", f"{data.order}: goods left, the provider is silent", data.missing, data.currency
    )
    return Decision("part" if data.captured else "told", data, breaks=(found,) if data.missing > 0 else ())


def collect(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods left: take what the captures so far, those under way included, do not cover."""
    data = replace(data, owed=data.owed + step.data.amount)
    if data.owed <= max(data.asked, data.captured) - data.given_back:
        return Decision("covered", data)
    after, command = asking(data)
    return Decision("asked", after, commands=(command,))


def capture_overdue(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider did not take what it was asked to: a part that was taken stands, and somebody must ask."""
    amount = max(data.asked - data.captured, data.missing)
    found = Break("capture_overdue", f"{data.order}: not taken in time", amount, data.currency)
    return Decision("part" if data.captured else "told", data, breaks=(found,))


def release(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended before the provider answered; what is owed for goods that left is still to be taken."""
    if data.missing > 0:
        return Decision("owed", replace(data, ended=True))
    if data.captured:
        return _with_part(data, (), (_void(data),))
    return let_go(data, step, view)


def end(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended while money for what left is still to be taken: nothing beyond it will be kept."""
    return Decision("kept", replace(data, ended=True))


def let_go(data: PaymentData, step: Step, view: View) -> Decision:
    """Nobody needs the money any more."""
    return Decision("voiding", replace(data, ended=True), commands=(_void(data),))


def voided(data: PaymentData, step: Step, view: View) -> Decision:
    """The customer's money is free again."""
    return Decision("voided", data)


def expired(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider let the money go on its own: nothing may leave any more."""
    return Decision("expired", data, tells=((data.told, PaymentFailed("the provider let the money go")),))


def void_overdue(data: PaymentData, step: Step, view: View) -> Decision:
    """The provider did not confirm: somebody must ask it."""
    found = Break("void_overdue", f"{data.order}: the provider did not confirm the void", data.requested, data.currency)
    return Decision("told", data, breaks=(found,))


def unpaid(data: PaymentData, step: Step, view: View) -> Decision:
    """Goods left without money behind them."""
    told: CollectPayment = step.data
    found = Break("unpaid_goods", f"{data.order}: goods left, no payment holds", told.amount, data.currency)
    return Decision("told", replace(data, owed=data.owed + told.amount), breaks=(found,))


def give_back(data: PaymentData, step: Step, view: View) -> Decision:
    """The order has ended: what was taken beyond the goods that left goes back."""
    data = replace(data, ended=True)
    return giving_back(data, "refund") if data.surplus > 0 else Decision("kept", data)


def _with_part(data: PaymentData, tells: tuple[tuple[str, Struct], ...], commands: tuple[VoidPayment, ...]) -> Decision:
    """No more will come than the part that was taken: what nobody owes of it goes back."""
    data = replace(data, ended=True)
    decision = giving_back(data, "part") if data.surplus > 0 else Decision("part", data)
    return replace(decision, tells=(*tells, *decision.tells), commands=commands)


def _void(data: PaymentData) -> VoidPayment:
    return VoidPayment(data.order, data.provider)
