"""An order of the old system comes into the book as it stands there: nothing of it is refused, and nobody is asked twice."""

from msgspec import Struct

from tallystick.decisions.holding import Holding, kept_facts
from tallystick.decisions.view import View
from tallystick.messages.golive.facts import OpenOrderDeclared
from tallystick.messages.golive.reports import OpenOrder, OrderTakenOver
from tallystick.messages.golive.tells import PaymentTakenOver, ShipmentTakenOver
from tallystick.processes.members import FULFILMENT, PAYMENT
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.table import Break, Decision, Step


def take_over(_: None, step: Step, view: View) -> Decision:
    """Hold what is open of it, as far as it is there; what is not there is owed, and told to a person.

    From there it goes every order's way: its payment says at once whether it is secured.
    """
    report: OrderTakenOver = step.data
    taken = report.taken
    lines = _lines(taken, view)
    is_open, lacks = any(x.open for x in lines), sum(x.owed for x in lines)
    data = OrderData(
        *(taken.order, taken.channel, taken.location, report.currency, taken.provider, taken.jurisdiction),
        lines,
        held=is_open,
        since=step.cause.effective_at if lacks else None,
    )
    sent, total = sent_worth(taken), open_worth(taken) + sent_worth(taken)
    facts = (
        OpenOrderDeclared(
            *(taken.order, taken.channel, taken.provider, report.takeover, report.currency),
            receivable=sent - taken.captured,
            clearing=taken.captured - taken.settled,
        ),
        *kept_facts(Holding(taken.order, taken.location, taken.channel, data.kept_lines())),
    )
    payment = PaymentTakenOver(
        *(taken.channel, taken.provider, report.currency, total, sent),
        *(taken.captured, taken.settled, taken.authorised),
        ended=not is_open,
    )
    has_sent = any(x.sent for x in lines)
    tells: tuple[tuple[str, Struct], ...] = ((PAYMENT, payment), *_shipment(taken, data))
    text = f"{taken.order}: {lacks} units promised by {report.takeover} are not at {taken.location}"
    breaks = (Break("taken_over_short", text, lacks),) if lacks else ()
    outcome = ("ahead" if has_sent else "reserved") if is_open else "ended"
    return Decision(outcome, data, facts, tells=tells, breaks=breaks)


def open_worth(taken: OpenOrder) -> int:
    """Return what is still to be sent is sold for, tax included."""
    return sum(x.net + x.tax for x in taken.lines)


def sent_worth(taken: OpenOrder) -> int:
    """Return what has left and stayed was sold for, tax included."""
    return sum(x.sent_net + x.sent_tax for x in taken.lines)


def _shipment(taken: OpenOrder, data: OrderData) -> tuple[tuple[str, Struct], ...]:
    """What the location was asked already it is not asked again; of what left before it is known that nobody asked us."""
    lines = data.open_lines() if taken.asked else ()
    if lines or any(x.sent for x in taken.lines):
        return ((FULFILMENT, ShipmentTakenOver(data.location, lines)),)
    return ()


def _lines(taken: OpenOrder, view: View) -> tuple[OpenLine, ...]:
    """Open each line; two of one product share what is there."""
    free: dict[str, int] = {}
    lines = []
    for x in taken.lines:
        if x.sku not in free:
            layer = view.layer(x.sku, taken.location)
            free[x.sku] = max(0, layer.sellable - layer.plans.fenced)
        held = min(x.open, free[x.sku])
        free[x.sku] -= held
        sent = (x.sent, x.sent_net, x.sent_tax, x.sent_cost)
        lines.append(OpenLine(x.line, x.sku, x.open, x.net, x.tax, *sent, owed=x.open - held))
    return tuple(lines)
