"""What the book tells the shop of its orders. Each effect is looked for before it is made, and can be found afterwards."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.vendure import questions
from tallystick.connectors.vendure.client import Vendure
from tallystick.connectors.vendure.effects.found import lines_of, open_lines, order_named, paid_back, parcel_of
from tallystick.connectors.vendure.setup import Setup
from tallystick.connectors.vendure.wire import CANCELLED, Fulfillment, Order, Payment, Refund
from tallystick.kit.marks import Mark, mark_of, marks_in, one_bears
from tallystick.messages.channels import TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.ports.connector import Acknowledgement, Rejected

AUTHORIZED, SETTLED, FAILED = "Authorized", "Settled", "Failed"
SHIPPED, DELIVERED, PENDING = "Shipped", "Delivered", "Pending"
_STEPS: Final = {PENDING: SHIPPED, SHIPPED: DELIVERED}


class OrdersOut:
    """Does to orders of the shop what the book decided."""

    def __init__(self, client: Vendure, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup
        self._ways: dict[type[Struct], Callable[[Any, Order, Mark], None]] = {
            RefuseOrder: self._cancel,
            CancelOrder: self._cancel,
            CancelLines: self._cancel_lines,
            TellShipment: self._ship,
            AuthorisePayment: self._held,
            CapturePayment: self._capture,
            VoidPayment: self._void,
            PayRefund: self._refund,
        }
        self._shows: dict[type[Struct], Callable[[Any, Order], bool]] = {
            RefuseOrder: lambda _c, order: order.state == CANCELLED,
            CancelOrder: lambda _c, order: order.state == CANCELLED,
            TellShipment: _is_shipped,
            CapturePayment: lambda c, order: _sum(order, SETTLED) >= c.amount and not _in(order, AUTHORIZED),
            VoidPayment: lambda _c, order: not _in(order, AUTHORIZED),
        }
        """What shows in an order that a command took effect although its mark is missing: its answer was lost."""

    def takes(self, command: Struct) -> bool:
        """Say whether *command* is one of these."""
        return type(command) in self._ways

    def push(self, command: Any, key: str) -> Acknowledgement:
        """Make it so, once, and leave the key's mark on the order."""
        order, mark = self._order(command), _mark(command, key)
        if not _is_done(command, order, mark):
            self._ways[type(command)](command, order, mark)
        return _done(order)

    def became(self, command: Any, key: str) -> Acknowledgement | None:
        """Say whether *command* took effect under *key*."""
        order = self._order(command)
        shows = self._shows.get(type(command))
        done = _is_done(command, order, _mark(command, key)) or (shows is not None and shows(command, order))
        return _done(order) if done else None

    def _order(self, command: Any) -> Order:
        return order_named(self._client, self._setup.code(command.order))

    def _cancel(self, command: RefuseOrder | CancelOrder, order: Order, mark: Mark) -> None:
        """End what has not left. Vendure calls an order cancelled once nothing is left of it.

        Where the book names what will not come, only that is taken off: parcels may have left that the shop was not told of.
        """
        named = command.lines if isinstance(command, CancelOrder) else ()
        lines = open_lines(order, lines_of(named, order)) if named else open_lines(order)
        if order.state == CANCELLED or not lines:
            return self._note(order, "nothing was left to be cancelled", mark)
        whole = not named and not any(p.state != CANCELLED for p in order.fulfillments or ())
        told = {"orderId": order.id, "lines": lines, "reason": f"{command.reason} {mark}", "cancelShipping": whole}
        self._client.write(questions.CANCEL, input=told)
        return None

    def _cancel_lines(self, command: CancelLines, order: Order, mark: Mark) -> None:
        lines = lines_of(command.lines, order)
        told = {"orderId": order.id, "lines": lines, "reason": f"{command.reason} {mark}", "cancelShipping": False}
        self._client.write(questions.CANCEL, input=told)

    def _ship(self, command: TellShipment, order: Order, mark: Mark) -> None:
        """Make the parcel known under its tracking code, which is its number where it has none, and move it on."""
        tracking = tracking_of(command)
        parcel, lines = parcel_of(order, tracking), lines_of(command.lines, order)
        if parcel is None:
            arguments = [
                {"name": "method", "value": command.carrier or "parcel"},
                {"name": "trackingCode", "value": tracking},
            ]
            told = {"lines": lines, "handler": {"code": "manual-fulfillment", "arguments": arguments}}
            made = self._client.write(questions.FULFIL, input=told)
            self._move(made["id"], PENDING, command)
        else:
            _refuse_other(parcel, lines, tracking)
            self._move(parcel.id, parcel.state, command)
        self._note(order, f"parcel {tracking}", mark)

    def _move(self, parcel: str, state: str, command: TellShipment) -> None:
        wanted = DELIVERED if command.is_delivered else SHIPPED
        while state in _STEPS and state != wanted:
            state = _STEPS[state]
            self._client.write(questions.MOVE_FULFILMENT, id=parcel, state=state)

    def _held(self, command: AuthorisePayment, order: Order, mark: Mark) -> None:
        """The buyer paid at the shop's till: there is nothing to ask for, and what was held comes as a report."""
        self._note(order, f"asked to hold {command.amount} {command.currency}: the buyer paid at the till", mark)

    def _capture(self, command: CapturePayment, order: Order, mark: Mark) -> None:
        held, there = _in(order, AUTHORIZED), _sum(order, AUTHORIZED)
        if not held and _sum(order, SETTLED) < command.amount:
            raise Rejected(f"order {order.code}: nothing is held in the shop that could be taken")
        if command.amount < there:
            raise Rejected(
                f"order {order.code}: Vendure takes a payment as a whole, {there}, not {command.amount}: "
                "capture once all of it has left"
            )
        for payment in held:
            self._client.write(questions.SETTLE, id=payment.id)
        self._note(order, f"took {command.amount}", mark)

    def _void(self, _command: VoidPayment, order: Order, mark: Mark) -> None:
        for payment in _in(order, AUTHORIZED):
            self._client.write(questions.VOID, id=payment.id)
        self._note(order, "let go", mark)

    def _refund(self, command: PayRefund, order: Order, mark: Mark) -> None:
        """Pay back what is not paid back yet under this key, from one payment after another."""
        left = command.amount - paid_back(order, mark)
        if left == command.amount and (made := _clerks(order, command.amount)):
            return self._note(order, f"refund {made.id} is ours", mark)
        there = sum(_refundable(payment) for payment in _in(order, SETTLED))
        if there < left:
            raise Rejected(f"order {order.code}: {left} cannot be paid back: its payments have {there} left")
        for payment in _in(order, SETTLED):
            amount = min(left, _refundable(payment))
            if amount > 0:
                left -= amount
                self._client.write(questions.REFUND, input=_refund_input(payment, amount, mark))
        return None

    def _note(self, order: Order, text: str, mark: Mark) -> None:
        self._client.write(questions.NOTE, input={"id": order.id, "note": f"{text} {mark}", "isPublic": False})


def _mark(command: Any, key: str) -> Mark:
    return mark_of(command, key, command.number if isinstance(command, PayRefund) else None)


def _is_done(command: Any, order: Order, mark: Mark) -> bool:
    """Say whether the key's mark is on the order; raise `Rejected` where it is another command's."""
    if isinstance(command, PayRefund):
        return paid_back(order, mark) >= command.amount
    return one_bears(order.notes(), mark)


def _is_shipped(command: TellShipment, order: Order) -> bool:
    parcel = parcel_of(order, tracking_of(command))
    if parcel is None:
        return False
    return parcel.state == DELIVERED or (parcel.state == SHIPPED and not command.is_delivered)


def tracking_of(command: TellShipment) -> str:
    """Return the code a parcel is known by in the shop."""
    return command.tracking or command.shipment


def _done(order: Order) -> Acknowledgement:
    return Acknowledgement(f"order/{order.code}")


def _in(order: Order, state: str) -> list[Payment]:
    return [p for p in order.payments or () if p.state == state]


def _sum(order: Order, state: str) -> int:
    return sum(p.amount for p in _in(order, state))


def _refundable(payment: Payment) -> int:
    return payment.amount - sum(r.total for r in payment.refunds if r.state != FAILED)


def _refund_input(payment: Payment, amount: int, mark: Mark) -> dict[str, Any]:
    """Vendure wants all three of the old way as well: without them its own table refuses the row."""
    return {
        "paymentId": payment.id,
        "amount": amount,
        "lines": [],
        "shipping": 0,
        "adjustment": 0,
        "reason": str(mark),
    }


def _clerks(order: Order, amount: int) -> Refund | None:
    """Return a refund of this amount that a clerk made and that counts for none of ours yet."""
    notes = order.notes()
    for refund in order.refunds:
        is_claimed = marks_in(refund.reason) or any(f"refund {refund.id} " in n and marks_in(n) for n in notes)
        if refund.total == amount and refund.state != FAILED and not is_claimed:
            return refund
    return None


def _refuse_other(parcel: Fulfillment, lines: list[dict[str, Any]], tracking: str) -> None:
    there = {x.order_line_id: x.quantity for x in parcel.lines}
    if there != {x["orderLineId"]: x["quantity"] for x in lines}:
        raise Rejected(f"a parcel with other lines goes under {tracking!r} already")
