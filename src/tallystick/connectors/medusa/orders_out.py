"""What the book decides of orders: written down on the order first, then done, and looked for before it is done again."""

from typing import Any, Final

import msgspec

from tallystick.connectors.medusa.client import Client
from tallystick.connectors.medusa.marks import (
    CANCELED,
    Told,
    mark_of,
    marks_on,
    name_of,
    note_of,
    parcel_of,
    refund_of,
)
from tallystick.connectors.medusa.money import minor, number_of
from tallystick.connectors.medusa.setup import Setup
from tallystick.connectors.medusa.wire import Order, Payment
from tallystick.messages.channels import TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Acknowledgement, Misconfigured, Rejected

_ORDERS: Final = "/admin/orders"


class OrdersOut:
    """Acts on the orders of one shop."""

    def __init__(self, client: Client, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup

    def push(self, command: Told, key: str) -> Acknowledgement:
        """Make it so, once; raise `Rejected` where the key was used for something else."""
        order = self._order(command)
        done = self._done(order, command, key)
        if done is not None:
            return done
        if marks_on(order).get(name_of(key)) is None:
            self._see(order, command)
            self._client.post(f"{_ORDERS}/{order.id}", {"metadata": {name_of(key): mark_of(command)}})
        self._act(order, command, key)
        done = self._done(self._order(command), command, key)
        if done is None:
            raise Rejected(f"order {command.order}: the shop took {type(command).__name__} and nothing came of it")
        return done

    def became(self, command: Told, key: str) -> Acknowledgement | None:
        """Say whether *command* took effect under *key*."""
        return self._done(self._order(command), command, key)

    def _done(self, order: Order, command: Told, key: str) -> Acknowledgement | None:
        mark = marks_on(order).get(name_of(key))
        if mark is None:
            return None
        if mark != mark_of(command):
            raise Rejected(f"order {command.order} bears other content under the key {key}: see who used it")
        found = _evidence(order, command, key)
        return Acknowledgement(found) if found else None

    def _see(self, order: Order, command: Told) -> None:
        """Refuse before anything is written what can never be done."""
        try:
            if isinstance(command, CapturePayment | PayRefund):
                number_of(command.amount, command.currency)
        except AmountError as wrong:
            raise Rejected(f"order {command.order}: {wrong}") from wrong
        if isinstance(command, AuthorisePayment | CapturePayment | PayRefund):
            _payment(order, command)
        if isinstance(command, TellShipment):
            _lines(order, command)

    def _act(self, order: Order, command: Told, key: str) -> None:
        if isinstance(command, CapturePayment):
            payment = _payment(order, command)
            is_all = minor(payment.amount, order.currency_code) == command.amount
            told = {} if is_all else {"amount": number_of(command.amount, command.currency)}
            if not payment.captures:
                self._client.post(f"/admin/payments/{payment.id}/capture", told)
        elif isinstance(command, PayRefund):
            self._refund(order, command, key)
        elif isinstance(command, TellShipment):
            self._ship(order, command, key)
        elif not isinstance(command, AuthorisePayment) and order.status != CANCELED:
            self._client.post(f"{_ORDERS}/{order.id}/cancel", {})

    def _refund(self, order: Order, command: PayRefund, key: str) -> None:
        payment = _payment(order, command)
        whole = [minor(x.amount, order.currency_code) for x in payment.captures]
        is_all = not payment.refunds and whole == [command.amount]
        told = {} if is_all else {"amount": number_of(command.amount, command.currency)}
        self._client.post(f"/admin/payments/{payment.id}/refund", {**told, "note": note_of(command, key)})

    def _ship(self, order: Order, command: TellShipment, key: str) -> None:
        lines, parcel = _lines(order, command), parcel_of(order, key)
        if parcel is None:
            made = {"items": lines, "location_id": self._setup.stock_location, "metadata": {"tally_key": key}}
            self._client.post(f"{_ORDERS}/{order.id}/fulfillments", made)
            parcel = parcel_of(self._order(command), key)
        if parcel is not None and parcel.shipped_at is None:
            labels = [{"tracking_number": command.tracking, "tracking_url": "", "label_url": ""}]
            told = {"items": lines, "labels": labels if command.tracking else []}
            self._client.post(f"{_ORDERS}/{order.id}/fulfillments/{parcel.id}/shipments", told)
        if parcel is not None and command.is_delivered and parcel.delivered_at is None:
            self._client.post(f"{_ORDERS}/{order.id}/fulfillments/{parcel.id}/mark-as-delivered", {})

    def _order(self, command: Told) -> Order:
        found = self._client.order(self._setup.number(command.order))
        try:
            return msgspec.convert(found, Order)
        except msgspec.ValidationError as wrong:
            raise Misconfigured(f"the shop writes orders another way: {wrong}: see its release") from wrong


def _evidence(order: Order, command: Told, key: str) -> str:
    """Return what in the shop shows that a command took effect; nothing where it has not."""
    if isinstance(command, AuthorisePayment):
        return _payment(order, command).id
    if isinstance(command, CapturePayment):
        return next((c.id for p in order.payments for c in p.captures), "")
    if isinstance(command, PayRefund):
        found = refund_of(order, note_of(command, key))
        return found.id if found else ""
    if isinstance(command, TellShipment):
        parcel = parcel_of(order, key)
        is_there = parcel is not None and parcel.shipped_at and (parcel.delivered_at or not command.is_delivered)
        return parcel.id if parcel is not None and is_there else ""
    return order.id if order.status == CANCELED else ""


def _payment(order: Order, command: AuthorisePayment | CapturePayment | PayRefund) -> Payment:
    """Return the order's payment; raise `Rejected` where it has none, or less than is asked for."""
    if len(order.payments) != 1:
        raise Rejected(f"order {command.order} has {len(order.payments)} payments in the shop: one is understood")
    (payment,) = order.payments
    held = minor(payment.amount, order.currency_code)
    if command.amount > held:
        raise Rejected(f"order {command.order}: {command.amount} is asked for, its payment is of {held}")
    return payment


def _lines(order: Order, command: TellShipment) -> list[dict[str, Any]]:
    """Return the lines of a parcel by the shop's ids; raise `Rejected` for one the order has not."""
    known = dict(enumerate(order.lines, 1))
    for x in command.lines:
        if x.line not in known or known[x.line].variant_sku != x.sku:
            raise Rejected(f"order {command.order} has no line {x.line} of {x.sku} in the shop: see who changed it")
    return [{"id": known[x.line].id, "quantity": x.quantity} for x in command.lines]
