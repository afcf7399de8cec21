"""Money of an order: taken, let go, paid back."""

import uuid
from typing import Any

from tallystick.connectors.shopify import questions
from tallystick.connectors.shopify.client import Shopify
from tallystick.connectors.shopify.effects.found import Found, Noted
from tallystick.connectors.shopify.paid import Deal
from tallystick.connectors.shopify.setup import gid, tail
from tallystick.kit.currencies import commodity_of, decimal_of
from tallystick.kit.marks import bears, marks_in
from tallystick.messages.payments import CapturePayment, PayRefund, VoidPayment
from tallystick.ports.connector import Rejected


class Money:
    """The payments of one shop's orders."""

    def __init__(self, client: Shopify) -> None:
        """Speak over *client*."""
        self._client = client

    def capture(self, command: CapturePayment, order: Found, noted: Noted) -> None:
        """Take what is not taken yet of an amount, from one authorisation after another."""
        held, wanted = order.held(), command.amount - (order.taken() - noted.taken)
        _refuse_other_currency(command, order)
        if wanted > sum(left for _, left in held):
            raise Rejected(f"order {command.order}: {wanted} cannot be taken: less is held in the shop")
        for deal, part in _shared_out(wanted, held):
            amount, currency = decimal_of(part, command.currency)
            told = {"id": order.id, "parentTransactionId": _gid(deal), "amount": amount, "currency": currency}
            self._client.tell(questions.CAPTURE, input=told).so()

    def let_go(self, _command: VoidPayment, order: Found, _noted: Noted) -> None:
        """Let go of all that is held."""
        for deal, _ in order.held():
            self._client.tell(questions.VOID, id=_gid(deal)).so()

    def pay_back(self, command: PayRefund, order: Found, noted: Noted) -> None:
        """Pay an amount back in one refund, from one payment after another."""
        _refuse_other_currency(command, order)
        there = order.refundable()
        if command.amount > sum(left for _, left in there):
            raise Rejected(f"order {command.order}: {command.amount} cannot be paid back: its payments have less left")
        payments = [_payment(deal, part, command, order) for deal, part in _shared_out(command.amount, there)]
        told = {"orderId": order.id, "note": noted.mark, "notify": False, "transactions": payments}
        self._client.tell(questions.REFUND, input=told, key=key_of(noted.mark)).so()


def is_taken(command: CapturePayment, order: Found, before: int) -> bool:
    """Say whether as much was taken since as *command* asks, or all of it by the shop itself before it asked."""
    return order.taken() - before >= command.amount or (not order.held() and order.taken() >= command.amount)


def paid_back(order: Found, mark: str, claimed: str) -> int:
    """Return what refunds come to that bear *mark*, or that were *claimed* for it by their id."""
    (wanted,) = marks_in(mark)
    ours = [r for r in order.refunds if bears(r.note, wanted) or (claimed and tail(r.id) == claimed)]
    return sum(order.refunded(r) for r in ours)


def key_of(words: str) -> str:
    """Return a key as Shopify wants it: a UUID, always the same for the same *words* (RFC 9562, version 5)."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"tallystick:{words}"))


def _shared_out(amount: int, there: list[tuple[Deal, int]]) -> list[tuple[Deal, int]]:
    found = []
    for deal, left in there:
        part = min(amount, left)
        if part > 0:
            found.append((deal, part))
            amount -= part
    return found


def _payment(deal: Deal, part: int, command: PayRefund, order: Found) -> dict[str, Any]:
    amount, _ = decimal_of(part, command.currency)
    where = {"orderId": order.id, "parentId": _gid(deal), "gateway": deal.gateway}
    return {**where, "kind": "REFUND", "amount": amount}


def _refuse_other_currency(command: CapturePayment | PayRefund, order: Found) -> None:
    paid_in = commodity_of(order.presentment_currency_code)
    if command.currency != paid_in:
        raise Rejected(f"currency: order {command.order} is paid in {paid_in}, not {command.currency}")


def _gid(deal: Deal) -> str:
    return gid("OrderTransaction", deal.id)
