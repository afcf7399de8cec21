"""The decisions of a payment that somebody asks for beside the order's own way: once more, now, not any more, less."""

from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.payments import (
    AuthorisationRequested,
    AuthorisePayment,
    CapturePayment,
    CaptureRequested,
    LowerPayment,
    PaymentFailed,
    PaymentSecured,
    VoidPayment,
)
from tallystick.processes.payments.payment_data import PaymentData, giving_back
from tallystick.processes.table import Decision, Step


def authorise_again(data: PaymentData, step: Step, view: View) -> Decision:
    """The customer tries once more: ask the provider for what is still wanted."""
    told: AuthorisationRequested = step.data
    command = AuthorisePayment(data.order, data.provider, data.currency, data.wanted, told.method)
    return Decision("asked", data, commands=(command,))


def capture_now(data: PaymentData, step: Step, view: View) -> Decision:
    """Take what is held before goods leave; no more than the order is for."""
    told: CaptureRequested = step.data
    so_far = max(data.asked, data.captured)
    at_most = 0 if data.ended else max(0, data.requested - so_far)
    amount = told.amount or at_most
    if not 0 < amount <= at_most:
        return Decision("refused", data, answer={"at_most": at_most})
    command = CapturePayment(data.order, data.provider, data.currency, amount)
    return Decision("asked", replace(data, asked=so_far + amount, ahead=so_far + amount), commands=(command,))


def void_now(data: PaymentData, step: Step, view: View) -> Decision:
    """Let the money go before it is taken: the order it was for gets none."""
    if data.captured or data.missing > 0:
        return Decision("refused", data, answer={"at_most": 0})
    failed = (data.told, PaymentFailed("let go on request"))
    return Decision(
        "voiding",
        replace(data, ended=True),
        commands=(VoidPayment(data.order, data.provider),),
        tells=(failed,),
    )


def cannot(data: PaymentData, step: Step, view: View) -> Decision:
    """The payment is not where this could be done: nothing is asked of the provider."""
    return Decision("refused", data, answer={"at_most": 0})


def lower(data: PaymentData, step: Step, view: View) -> Decision:
    """Less is wanted: what is held may stay, what was taken of it goes back."""
    told: LowerPayment = step.data
    after = replace(data, requested=data.requested - told.amount, cut=data.cut + told.amount)
    return giving_back(after, "refund") if after.surplus > 0 else Decision("lowered", after)


def lower_what_is_asked(data: PaymentData, step: Step, view: View) -> Decision:
    """Less is wanted, and what was taken already may be all of it."""
    decision = lower(data, step, view)
    after = decision.data
    assert isinstance(after, PaymentData)  # noqa: S101 - a payment's decision leaves a payment
    if not after.captured or after.wanted > 0:
        return decision
    return replace(decision, outcome="covered", tells=(*decision.tells, (data.told, PaymentSecured())))
