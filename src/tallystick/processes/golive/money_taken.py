"""The payment of an order taken over: it stands as the old system left it, and asks nobody for anything."""

from tallystick.decisions.view import View
from tallystick.messages.golive.tells import PaymentTakenOver
from tallystick.messages.payments import PaymentSecured
from tallystick.processes.payments.payment_data import ORDER, PaymentData
from tallystick.processes.table import Decision, Step


def take_payment(_: None, step: Step, view: View) -> Decision:
    """Know what was taken, paid out and is held; a capture for goods that left was asked for by the old system."""
    told: PaymentTakenOver = step.data
    is_held = told.captured + told.authorised >= told.amount
    asks = is_held and told.owed > told.captured
    data = PaymentData(
        *(step.cause.subject.partition("/")[2], told.channel, told.provider, told.currency, told.amount),
        owed=told.owed,
        asked=told.owed if asks else told.captured,
        captured=told.captured,
        settled=told.settled,
        ended=told.ended,
        taken_over=(told.captured, told.settled),
    )
    if not is_held:
        return Decision("requested", data)
    return Decision(_state(told, asks=asks), data, tells=((ORDER, PaymentSecured()),))


def _state(told: PaymentTakenOver, *, asks: bool) -> str:
    if asks:
        return "capturing"
    if told.captured:
        return "settled" if told.settled >= told.captured else "captured"
    return "authorised"
