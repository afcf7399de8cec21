"""The decisions of an order that is held until it is screened: it waits, paid or not, and nothing is asked of its location.

An order has one room to wait in: for goods that lack, and for a word that it may go, are the same state.
"""

from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.fulfilment import StopShipment
from tallystick.messages.partners.screening import (
    BeginScreening,
    ScreeningDoubted,
    ScreeningFailed,
    ScreeningPassed,
    ScreenOrder,
)
from tallystick.messages.payments import ReleasePayment
from tallystick.messages.sales import CancelOrder, OrderPlaced
from tallystick.processes.members import SCREENING
from tallystick.processes.orders import order_steps, placing, waiting
from tallystick.processes.orders.order_data import OrderData
from tallystick.processes.table import Break, Decide, Decision, Ignored, Row, Step, Unexpected


def place(_: None, step: Step, view: View) -> Decision:
    """Place an order; one whose channel has a rule of screening is held from now on."""
    return _held(placing.place(None, step, view), step.data, step, view)


def place_offered(_: None, step: Step, view: View) -> Decision:
    """The same for an order that takes over a reservation."""
    return _held(placing.place_offered(None, step, view), step.data.placed, step, view)


def _held(decision: Decision, placed: OrderPlaced, step: Step, view: View) -> Decision:
    rule = view.rules(step.cause.recorded_at).screening(placed.channel)
    data = decision.data
    if rule is None or not isinstance(data, OrderData) or not (data.held or decision.outcome == "parked"):
        return decision
    amount = sum(x.net + x.tax for x in data.lines) + sum(x.net + x.tax for x in data.services)
    asked = ScreenOrder(
        data.order,
        data.channel,
        data.currency,
        max(0, amount),
        data.jurisdiction,
        placed.customer or "",
        placed.recipient,
        placed.contact,
        placed.payment_method,
    )
    told = (SCREENING, BeginScreening(asked, rule.hours, rule.otherwise))
    return replace(decision, data=replace(data, unscreened=True), tells=(*decision.tells, told))


def cleared(data: OrderData, step: Step, view: View) -> Decision:
    """It may go, once it is paid."""
    return Decision("cleared", replace(data, unscreened=False))


def go(data: OrderData, step: Step, view: View) -> Decision:
    """It may go: with all of it there, the location is asked for it."""
    return waiting.released(cleared(data, step, view))


def refuse(data: OrderData, step: Step, view: View) -> Decision:
    """It must not go: its goods are free, its money goes back."""
    return order_steps.shipment_stopped(data, step, view)


def stop(data: OrderData, step: Step, view: View) -> Decision:
    """Part of it has left ahead of everything; the rest stays."""
    return order_steps.stop(data, step, view)


def doubt(data: OrderData, step: Step, view: View) -> Decision:
    """A person must look at it."""
    told: ScreeningDoubted = step.data
    worth = sum(x.net + x.tax for x in data.lines if x.open)
    found = Break("screening_review", f"{data.order}: {told.because}", worth, data.currency)
    return Decision("doubted", data, breaks=(found,))


def rows(states: tuple[str, str, str, str], ends: tuple[str, str, str, str, str], parked: str) -> tuple[Row, ...]:
    """Return the rows of the states in which an order can be held, given where they lead; *parked* it has no location yet."""
    ranked, reserved, waits, ahead = states
    released, partly, cancelling, cancelled, shipped = ends
    return (
        *(Row(s, ScreeningDoubted, doubt, "doubted", s, moves=False) for s in (*states, parked)),
        *(Row(s, ScreeningPassed, cleared, "cleared", s, moves=False) for s in (ranked, reserved, ahead, parked)),
        Row(waits, ScreeningPassed, go, "cleared", waits, moves=False),
        Row(waits, ScreeningPassed, go, "released", released, waiting.ASKS),
        Row(waits, ScreeningPassed, go, "rest", partly, waiting.ASKS),
        Row(ahead, ScreeningFailed, stop, "stopping", cancelling, (StopShipment,)),
        *_refusing((ranked, reserved, waits, parked), (ranked, waits), (cancelled, shipped)),
    )


def _refusing(states: tuple[str, ...], may_have_sent: tuple[str, ...], ends: tuple[str, str]) -> tuple[Row, ...]:
    (cancelled, shipped), tells = ends, (CancelOrder, ReleasePayment)
    decide: Decide = refuse
    none = [Row(s, ScreeningFailed, decide, "none_left", cancelled, tells) for s in states]
    return (*none, *(Row(s, ScreeningFailed, decide, "some_left", shipped, tells) for s in may_have_sent))


def others(new: str, settled: tuple[str, ...]) -> tuple[Ignored | Unexpected, ...]:
    """Say what the tells mean where nothing is held."""
    tells = (ScreeningPassed, ScreeningFailed, ScreeningDoubted)
    because, defect = (
        "nothing of it is held any more",
        "a screening told an order that does not exist: report this as a defect",
    )
    return (*(Ignored(settled, t, because) for t in tells), *(Unexpected((new,), t, defect) for t in tells))
