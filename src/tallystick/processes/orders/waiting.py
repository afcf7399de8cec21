"""The decisions of an order that waits for goods: served as they come, and released once nothing is owed any more."""

from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.availability import Question
from tallystick.decisions.holding import Holding, freed_facts, kept_facts
from tallystick.decisions.reservation import kept, room_there
from tallystick.decisions.rulebook import Terms
from tallystick.decisions.view import View
from tallystick.messages.fulfilment import ReleaseShipment
from tallystick.messages.oversells import TurnCame
from tallystick.messages.payments import PaymentSecured
from tallystick.messages.reservations import KeptLine, WantedLine
from tallystick.processes.orders import order_changes, order_dispatch, order_steps, places
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.table import Break, Decision, Step

ORDER = "order"
ASKS = (ReleaseShipment,)
LATE_HOURS = 36
"""A day is over everywhere west of Greenwich so long after it began in UTC."""


def secured(data: OrderData, step: Step, view: View) -> Decision:
    """The money is held: what is open may go, once all of it is there and nobody holds it."""
    if not data.owed and not data.unscreened:
        return order_steps.payment_secured(data, step, view)
    seconds = _seconds_to(data.expected_on, step.cause.recorded_at) if data.expected_on else None
    return Decision("waiting", data, within_seconds=seconds)


def secured_early(data: OrderData, step: Step, view: View) -> Decision:
    """The money is there before the order's rank is known: remembered."""
    return Decision("secured", replace(data, secured=True))


def paid_before(data: OrderData) -> tuple[tuple[str, Struct], ...]:
    """Tell the order again, once its rank is known, that its money is there."""
    return ((ORDER, PaymentSecured()),) if data.secured else ()


def serve(data: OrderData, step: Step, view: View) -> Decision:
    """Reserve what has come of what is owed: those whose turn it is come one after another."""
    lookup, question = view.rules(step.cause.recorded_at), Question(data.channel, step.cause.recorded_at.date())
    told: TurnCame = step.data
    rooms, lines, gone, come = {}, list[OpenLine](), list[KeptLine](), list[KeptLine]()
    for x in data.lines:
        if x.owed and x.sku not in rooms:
            # Safety stock alone is kept back: buffers and thresholds are about new promises.
            terms = Terms(lookup.terms("", x.sku, data.location).safety)
            room = rooms[x.sku] = room_there(view.layer(x.sku, data.location), terms, question)
            room.hold = min(room.hold, told.most.get(x.sku, 0))
        found = kept(WantedLine(x.line, x.sku, x.owed), rooms[x.sku]) if x.owed else KeptLine(x.line, x.sku)
        lines.append(replace(x, owed=x.owed - found.held, fenced=x.fenced + found.fenced) if found.held else x)
        if found.held:
            come.append(found)
            gone.append(KeptLine(x.line, x.sku, owed=found.held))
    facts = [
        f(Holding(data.order, data.location, data.channel, k)) for f, k in ((freed_facts, gone), (kept_facts, come))
    ]
    return Decision("held", replace(data, lines=tuple(lines)), (*facts[0], *facts[1]))


def serve_secured(data: OrderData, step: Step, view: View) -> Decision:
    """Reserve what has come; with all of it there, the location is asked for it."""
    return released(serve(data, step, view))


def cancel_line(data: OrderData, step: Step, view: View) -> Decision:
    """Take units off; if those were all it waited for, the rest may go."""
    decision = order_changes.cancel_line(data, step, view)
    return released(decision) if decision.outcome == "trimmed" else decision


def goods_left(data: OrderData, step: Step, view: View) -> Decision:
    """Goods left although nobody was asked for them; if those were all it waited for, the rest may go."""
    decision = order_dispatch.goods_left(data, step, view)
    return released(decision) if decision.outcome == "some_left" else decision


def fail(data: OrderData, step: Step, view: View) -> Decision:
    """The money is gone: nothing more of it goes; what has left is to be collected."""
    decision = order_steps.fail(data, step, view)
    if not any(x.sent for x in data.lines):
        return decision
    unpaid = order_steps.unpaid(data, step, view)
    return replace(decision, outcome="some_left", breaks=unpaid.breaks)


def overdue(data: OrderData, step: Step, view: View) -> Decision:
    """The goods did not come by the promised day, or for too long: somebody must tell the customer."""
    if not data.owed:
        return Decision("told", data)  # It waits for a word only, and that has a deadline of its own.
    worth = sum(x.net + x.tax for x in data.lines if x.open)
    by = f"by {data.expected_on}" if data.expected_on else "for too long"
    text = f"{data.order}: {data.owed} units at {data.location} have not come {by}"
    return Decision("told", data, breaks=(Break("backorder_overdue", text, worth, data.currency),))


def released(decision: Decision) -> Decision:
    """Ask the location for what is open once nothing of it is owed and nobody holds it; after goods that left, for the rest."""
    data = decision.data
    if not isinstance(data, OrderData) or data.owed or data.unscreened:
        return decision
    outcome = "rest" if any(x.sent for x in data.lines) else "released"
    return replace(decision, outcome=outcome, tells=(*decision.tells, *places.asked_to_send(data)))


def _seconds_to(day: date, now: datetime) -> int:
    over = datetime.combine(day, time(), UTC) + timedelta(hours=LATE_HOURS)
    return max(1, int((over - now).total_seconds()))
