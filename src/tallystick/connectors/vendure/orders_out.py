"""What the book tells the shop of its orders. Each effect is looked for before it is made, and can be found afterwards."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.vendure import questions
from tallystick.connectors.vendure.client import Vendure
from tallystick.connectors.vendure.found import is_noted, open_lines, order_named, paid_back, parcel_of
from tallystick.connectors.vendure.marks import Mark, mark_of, marks_in
from tallystick.connectors.vendure.setup import Setup
from tallystick.connectors.vendure.wire import CANCELLED, Fulfillment, Order, Payment, Refund
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.messages.storefront import TellShipment
from tallystick.ports.connector import Acknowledgement, Rejected

AUTHORIZED, SETTLED, FAILED = "Authorized", "Settled", "Failed"
SHIPPED, DELIVERED, PENDING = "Shipped", "Delivered", "Pending"
_STEPS: Final = {PENDING: SHIPPED, SHIPPED: DELIVERED}


class OrdersOut:
    """Does to orders of the shop what the book decided."""

    def __init__(self, client: Vendure, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup
        self._ways: dict[type[Struct], Callable[[Any, Order, Mark], Acknowledgement]] = {
            RefuseOrder: self._cancel,
            CancelOrder: self._cancel,
            TellShipment: self._ship,
            AuthorisePayment: self._held,
            CapturePayment: self._capture,
            VoidPayment: self._void,
            PayRefund: self._refund,
        }
        self._became: dict[type[Struct], Callable[[Any, Order, Mark], bool]] = {
            RefuseOrder: lambda _c, order, mark: order.state == CANCELLED or is_noted(order, mark),
            CancelOrder: lambda _c, order, mark: order.state == CANCELLED or is_noted(order, mark),
            TellShipment: self._is_shipped,
            AuthorisePayment: lambda _c, _o, _m: True,
            CapturePayment: lambda c, order, _m: _sum(order, SETTLED) >= c.amount and not _in(order, AUTHORIZED),
            VoidPayment: lambda _c, order, _m: not _in(order, AUTHORIZED),
            PayRefund: lambda c, order, mark: paid_back(order, mark) >= c.amount,
        }

    def takes(self, command: Struct) -> bool:
        """Say whether *command* is one of these."""
        return type(command) in self._ways

    def push(self, command: Any, key: str) -> Acknowledgement:
        """Make it so, once."""
        order = self._order(command)
        return self._ways[type(command)](command, order, self._mark(command, key))

    def became(self, command: Any, key: str) -> Acknowledgement | None:
        """Say whether *command* took effect under *key*."""
        order = self._order(command)
        done = self._became[type(command)](command, order, self._mark(command, key))
        return _done(order) if done else None

    def _order(self, command: Any) -> Order:
        return order_named(self._client, self._setup.code(command.order))

    def _mark(self, command: Any, key: str) -> Mark:
        return mark_of(command, key, command.number if isinstance(command, PayRefund) else None)

    def _cancel(self, command: RefuseOrder | CancelOrder, order: Order, mark: Mark) -> Acknowledgement:
        """End what has not left. Vendure calls an order cancelled once nothing is left of it."""
        lines = open_lines(order)
        if order.state == CANCELLED or is_noted(order, mark) or not lines:
            return _done(order)
        whole = not any(p.state != CANCELLED for p in order.fulfillments or ())
        told = {"orderId": order.id, "lines": lines, "reason": f"{command.reason} {mark}", "cancelShipping": whole}
        self._client.write(questions.CANCEL, input=told)
        if not whole:  # Such an order goes on, so nothing else would say that this was done.
            self._note(order, f"what had not left was cancelled {mark}")
        return _done(order)

    def _ship(self, command: TellShipment, order: Order, _mark: Mark) -> Acknowledgement:
        """Make the parcel known under its tracking code, which is its number where it has none, and move it on."""
        tracking = command.tracking or command.shipment
        parcel = parcel_of(order, tracking)
        lines = _lines_of(command, order)
        if parcel is None:
            arguments = [
                {"name": "method", "value": command.carrier or "parcel"},
                {"name": "trackingCode", "value": tracking},
            ]
            told = {"lines": lines, "handler": {"code": "manual-fulfillment", "arguments": arguments}}
            made = self._client.write(questions.FULFIL, input=told)
            self._move(made["id"], PENDING, command)
            return Acknowledgement(f"fulfillment/{made['id']}")
        _refuse_other(parcel, lines, tracking)
        self._move(parcel.id, parcel.state, command)
        return Acknowledgement(f"fulfillment/{parcel.id}")

    def _move(self, parcel: str, state: str, command: TellShipment) -> None:
        wanted = DELIVERED if command.is_delivered else SHIPPED
        while state in _STEPS and state != wanted:
            state = _STEPS[state]
            self._client.write(questions.MOVE_FULFILMENT, id=parcel, state=state)

    def _is_shipped(self, command: TellShipment, order: Order, _mark: Mark) -> bool:
        parcel = parcel_of(order, command.tracking or command.shipment)
        if parcel is None:
            return False
        return parcel.state == DELIVERED or (parcel.state == SHIPPED and not command.is_delivered)

    def _held(self, _command: AuthorisePayment, order: Order, _mark: Mark) -> Acknowledgement:
        """The buyer paid at the shop's till: there is nothing to ask for, and what was held comes as a report."""
        return _done(order)

    def _capture(self, command: CapturePayment, order: Order, _mark: Mark) -> Acknowledgement:
        held = _in(order, AUTHORIZED)
        if not held:
            if _sum(order, SETTLED) < command.amount:
                raise Rejected(f"order {order.code}: nothing is held in the shop that could be taken")
            return _done(order)
        if command.amount < _sum(order, AUTHORIZED):
            raise Rejected(
                f"order {order.code}: Vendure takes a payment as a whole, {_sum(order, AUTHORIZED)}, not {command.amount}: "
                "capture once all of it has left"
            )
        for payment in held:
            self._client.write(questions.SETTLE, id=payment.id)
        return _done(order)

    def _void(self, _command: VoidPayment, order: Order, _mark: Mark) -> Acknowledgement:
        for payment in _in(order, AUTHORIZED):
            self._client.write(questions.VOID, id=payment.id)
        return _done(order)

    def _refund(self, command: PayRefund, order: Order, mark: Mark) -> Acknowledgement:
        """Pay back what is not paid back yet under this key, from one payment after another."""
        left = command.amount - paid_back(order, mark)
        if left == command.amount and (made := _clerks(order, command.amount)):
            self._note(order, f"refund {made.id} is ours {mark}")
            return Acknowledgement(f"refund/{made.id}")
        for payment in _in(order, SETTLED):
            amount = min(left, _refundable(payment))
            if amount > 0:
                left -= amount
                self._client.write(questions.REFUND, input=_refund_input(payment, amount, mark))
        if left:
            raise Rejected(
                f"order {order.code}: {left} of {command.amount} cannot be paid back: no payment has it left"
            )
        return _done(order)

    def _note(self, order: Order, text: str) -> None:
        self._client.write(questions.NOTE, input={"id": order.id, "note": text, "isPublic": False})


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


def _lines_of(command: TellShipment, order: Order) -> list[dict[str, Any]]:
    """Return the shipment's lines as Vendure takes them; ours are numbered as they stand in its order."""
    found = []
    for line in command.lines:
        if not 0 < line.line <= len(order.lines) or order.lines[line.line - 1].product_variant.sku != line.sku:
            raise Rejected(f"order {order.code}: line {line.line} of {line.sku} is not in it")
        found.append({"orderLineId": order.lines[line.line - 1].id, "quantity": line.quantity})
    return found


def _refuse_other(parcel: Fulfillment, lines: list[dict[str, Any]], tracking: str) -> None:
    there = {x.order_line_id: x.quantity for x in parcel.lines}
    if there != {x["orderLineId"]: x["quantity"] for x in lines}:
        raise Rejected(f"a parcel with other lines goes under {tracking!r} already")
