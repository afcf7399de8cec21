"""The decisions of an order on its way out: place, pay, release, ship, stop, cancel."""

from typing import Any

from msgspec.structs import replace

from tallystick.decisions.reservation import lines_without_stock
from tallystick.decisions.view import View
from tallystick.messages.fulfilment import ReleaseShipment, StopShipment
from tallystick.messages.payments import ForgoPayment, ReleasePayment, RequestPayment
from tallystick.messages.sales import CancelOrder, OrderPlaced, RefuseOrder
from tallystick.messages.stock import StockReleased, StockReserved
from tallystick.processes.members import FULFILMENT, PAYMENT
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.table import Break, Decision, Step


def place(_: None, step: Step, view: View) -> Decision:
    """Hold all lines or refuse the order: a promise is only made on stock that is there."""
    placed: OrderPlaced = step.data
    data = OrderData(
        placed.order,
        placed.channel,
        placed.location,
        placed.currency,
        placed.provider,
        placed.jurisdiction,
        tuple(OpenLine(x.line, x.sku, x.quantity, x.net, x.tax) for x in placed.lines),
    )
    total = sum(x.net + x.tax for x in placed.lines)
    payment = (placed.channel, placed.provider, placed.currency, total)
    lacking = lines_without_stock(placed.lines, placed.location, view)
    if lacking:
        command = RefuseOrder(placed.order, "no stock", lacking)
        forgo = ((PAYMENT, ForgoPayment(*payment)),)
        return Decision("refused", data, commands=(command,), tells=forgo, answer={"lines_without_stock": lacking})
    return Decision(
        "reserved",
        replace(data, held=True),
        (StockReserved(placed.order, placed.location, data.open_lines()),),
        tells=((PAYMENT, RequestPayment(*payment)),),
    )


def payment_secured(data: OrderData, step: Step, view: View) -> Decision:
    """The money is held: what is open may go."""
    return Decision("released", data, tells=((FULFILMENT, ReleaseShipment(data.location, data.open_lines())),))


def payment_failed(data: OrderData, step: Step, view: View) -> Decision:
    """No money, no goods: let go of the stock and tell the channel."""
    return _let_go("cancelled", data, step.data.reason)


def expire(data: OrderData, step: Step, view: View) -> Decision:
    """The payment did not come in time."""
    return _with_payment_released(_let_go("expired", data, "no payment in time"))


def cancel(data: OrderData, step: Step, view: View) -> Decision:
    """The customer stopped an order that was not released yet."""
    return _with_payment_released(_let_go("cancelled", data, step.data.reason))


def stop(data: OrderData, step: Step, view: View) -> Decision:
    """Ask the location to stop what has not left."""
    return Decision("stopping", data, tells=((FULFILMENT, StopShipment()),))


def unpaid(data: OrderData, step: Step, view: View) -> Decision:
    """Goods left and the payment failed: stop the rest, and somebody must collect."""
    owed = sum(x.sent_net + x.sent_tax for x in data.lines)
    found = Break("shipped_unpaid", f"{data.order}: goods left, the payment failed", owed, data.currency)
    breaks = (found,) if owed else ()
    if not (data.held and data.open_lines()):
        return Decision("shipped", data, breaks=breaks)
    return Decision("stopping", data, breaks=breaks, tells=((FULFILMENT, StopShipment()),))


def ended(data: OrderData, step: Step, view: View) -> Decision:
    """Everything had left before the money was there: what is owed of it is taken, and the rest let go."""
    return _with_payment_released(Decision("ended", data))


def too_late(data: OrderData, step: Step, view: View) -> Decision:
    """Everything has left: the customer can return it."""
    return Decision("too_late", data)


def shipment_stopped(data: OrderData, step: Step, view: View) -> Decision:
    """What is still open will not be sent: let go of it; the order ends with what left and stayed, if anything."""
    outcome = "some_left" if any(x.sent for x in data.lines) else "none_left"
    return _with_payment_released(_let_go(outcome, data, step.data.reason))


def _let_go(outcome: str, data: OrderData, reason: str) -> Decision:
    open_lines = data.open_lines()
    facts: tuple[Any, ...] = ()
    if data.held and open_lines:
        facts = (StockReleased(data.order, data.location, open_lines),)
    return Decision(outcome, replace(data, held=False), facts, (CancelOrder(data.order, reason),))


def _with_payment_released(decision: Decision) -> Decision:
    return replace(decision, tells=((PAYMENT, ReleasePayment()),))
