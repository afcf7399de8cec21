"""What the book tells the shop of its orders: a status together with a note that bears the key, both or neither; and refunds."""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.woocommerce.client import WooCommerce
from tallystick.connectors.woocommerce.notes import CLAIM, NOTE, PARCEL, claims_in, note_of, texts_in, told_in
from tallystick.connectors.woocommerce.setup import Setup
from tallystick.connectors.woocommerce.wire import CANCELLED, COMPLETED, Order
from tallystick.kit.currencies import commodity_of, decimal_of, minor_of
from tallystick.kit.marks import Mark, bears, mark_of, marks_in, one_bears
from tallystick.messages.channels import TellShipment
from tallystick.messages.payments import AuthorisePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.ports.connector import Acknowledgement, Rejected

_SENT: Final = frozenset({COMPLETED, "refunded"})


class OrdersOut:
    """Does to orders of the shop what the book decided."""

    def __init__(self, client: WooCommerce, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup
        self._ways: dict[type[Struct], Callable[[Any, Order, Mark], None]] = {
            RefuseOrder: self._cancel,
            CancelOrder: self._cancel,
            TellShipment: self._send,
            AuthorisePayment: self._note_only,
            VoidPayment: self._note_only,
            PayRefund: self._pay_back,
        }

    def takes(self, command: Struct) -> bool:
        """Say whether *command* is one of these."""
        return type(command) in self._ways

    def push(self, command: Any, key: str) -> Acknowledgement:
        """Make it so, once."""
        order, mark = self._order(command), _mark(command, key)
        if not _is_done(command, order, mark):
            self._ways[type(command)](command, order, mark)
        return _acknowledged(command)

    def became(self, command: Any, key: str) -> Acknowledgement | None:
        """Say whether *command* took effect under *key*."""
        return _acknowledged(command) if _is_done(command, self._order(command), _mark(command, key)) else None

    def _cancel(self, command: RefuseOrder | CancelOrder, order: Order, mark: Mark) -> None:
        """End an order; what has been sent is not called back by a cancellation."""
        status = {} if order.status in _SENT else {"status": CANCELLED}
        self._change(order, [_note_about(mark, command.reason)], status)

    def _send(self, command: TellShipment, order: Order, mark: Mark) -> None:
        """Note the parcel; the order is completed with the parcel that holds the last of it."""
        units = {str(x.line): x.quantity for x in command.lines}
        _refuse_unknown(command, order)
        told = {"shipment": command.shipment, "lines": units, "carrier": command.carrier, "tracking": command.tracking}
        parcel = note_of(PARCEL, command.shipment, told)
        packed = [p.get("lines") or {} for p in told_in(order, PARCEL) if p.get("shipment") != command.shipment]
        packed.append(units)
        sent = {n: sum(p.get(n, 0) for p in packed) for n in map(str, range(1, len(order.lines) + 1))}
        is_all = all(sent[str(n)] >= line.quantity for n, line in enumerate(order.lines, 1))
        status = {"status": COMPLETED} if is_all and order.status != CANCELLED else {}
        self._change(order, [_note_about(mark, f"parcel {command.shipment}"), parcel], status)

    def _note_only(self, command: AuthorisePayment | VoidPayment, order: Order, mark: Mark) -> None:
        """The buyer paid at the shop's till, or did not: there is nothing to ask for there."""
        words = (
            f"asked to hold {command.amount} {command.currency}" if isinstance(command, AuthorisePayment) else "let go"
        )
        self._change(order, [_note_about(mark, words)], {})

    def _pay_back(self, command: PayRefund, order: Order, mark: Mark) -> None:
        """Pay back by the order's gateway, or note it where a clerk pays it; a clerk's own of this amount counts."""
        currency = commodity_of(order.currency)
        if command.currency != currency:
            raise Rejected(f"currency: order {command.order} is paid in {currency}, not {command.currency}")
        if made := _clerks(order, command.amount):
            return self._change(order, [note_of(CLAIM, made, {"refund": made, "mark": str(mark)})], {})
        amount, _ = decimal_of(command.amount, currency)
        told = {"amount": amount, "reason": str(mark), "api_refund": self._setup.pays_back, "api_restock": False}
        self._client.write("POST", f"/orders/{order.id}/refunds", told)
        return None

    def _change(self, order: Order, notes: list[Any], status: dict[str, str]) -> None:
        self._client.write("PUT", f"/orders/{order.id}", {"meta_data": notes, **status})

    def _order(self, command: Any) -> Order:
        number = self._setup.number(command.order)
        if not number.isdecimal():
            raise Rejected(f"order: the shop knows no {number!r}: see the setting `order_prefix`")
        try:
            return msgspec.convert(self._client.read(f"/orders/{number}"), Order)
        except msgspec.ValidationError as wrong:
            raise Rejected(f"order {command.order}: the shop's own answer cannot be read: {wrong}") from wrong


def _note_about(mark: Mark, words: str) -> dict[str, str]:
    return note_of(NOTE, mark.key, f"{words} {mark}")


def _mark(command: Any, key: str) -> Mark:
    return mark_of(command, key, command.number if isinstance(command, PayRefund) else None)


def _is_done(command: Any, order: Order, mark: Mark) -> bool:
    """Say whether the key's mark is on the order; raise `Rejected` where it is another command's."""
    if not isinstance(command, PayRefund):
        return one_bears(texts_in(order, NOTE), mark)
    claims = claims_in(order)
    ours = [r for r in order.refunds if bears(r.reason, mark) or bears(claims.get(str(r.id)), mark)]
    return sum(-minor_of(r.total, order.currency) for r in ours) >= command.amount


def _clerks(order: Order, amount: int) -> str:
    """Return the id of a refund of this amount that a clerk made and that counts for none of ours yet."""
    claims = claims_in(order)
    for refund in order.refunds:
        is_ours = marks_in(refund.reason) or str(refund.id) in claims
        if -minor_of(refund.total, order.currency) == amount and not is_ours:
            return str(refund.id)
    return ""


def _refuse_unknown(command: TellShipment, order: Order) -> None:
    lines = order.lines
    for x in command.lines:
        if not 0 < x.line <= len(lines) or lines[x.line - 1].sku != x.sku or x.quantity > lines[x.line - 1].quantity:
            raise Rejected(f"order {command.order}: {x.quantity} of line {x.line} ({x.sku}) are not in it")


def _acknowledged(command: Any) -> Acknowledgement:
    return Acknowledgement(f"order/{command.order}")
