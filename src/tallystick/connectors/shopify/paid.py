"""Money of an order: held, taken, let go, paid back. Pure. A transaction is told by a webhook or asked beside the order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from tallystick.connectors.shopify.setup import Setup, tail
from tallystick.connectors.shopify.wire import FAILED, SUCCESS, Amount, Beside, Movement, Payment, Refund
from tallystick.kit.currencies import minor_of
from tallystick.kit.marks import Mark, marks_in
from tallystick.messages.payments import (
    CaptureReported,
    PaymentAuthorised,
    RefundFailed,
    RefundReported,
    VoidReported,
)

AUTHORIZATION, CAPTURE, SALE, VOID, REFUND = "authorization", "capture", "sale", "void", "refund"
Said = tuple[str, Struct, datetime]
"""What a report is known as within its order, what it says, and when that was."""


class Deal(Struct, frozen=True):
    """A successful transaction, however it was told."""

    id: str
    kind: str
    gateway: str
    amount: Amount
    currency: str
    at: datetime
    parent: str = ""

    @property
    def minor(self) -> int:
        """Its amount in minor units of its currency."""
        return minor_of(self.amount, self.currency)


class Claim(Struct, frozen=True):
    """A note of ours on an order: which command it is about, and the clerk's refund that counts as ours, if it is one."""

    mark: str
    refund: str = ""


def deal_of(payment: Payment) -> Deal | None:
    """Return a transaction of a webhook, None where it did not succeed."""
    if payment.status != SUCCESS:
        return None
    parent = str(payment.parent_id) if payment.parent_id else ""
    where = (payment.gateway, payment.amount, payment.currency)
    return Deal(str(payment.id), payment.kind, *where, payment.created_at, parent)


def deals_in(movements: Iterable[Movement]) -> list[Deal]:
    """Return the successful transactions of an order."""
    found = []
    for one in movements:
        if one.status.lower() == SUCCESS:
            money, parent = one.amount_set.presentment_money, one.parent_transaction
            what = (one.kind.lower(), one.gateway or "", money.amount, money.currency_code)
            found.append(Deal(tail(one.id), *what, one.created_at, tail(parent.id) if parent else ""))
    return found


def paid(order: str, deals: Sequence[Deal], setup: Setup) -> Iterator[Said]:
    """Say each capture, then what is held as one sum, or that nothing is held any more."""
    yield from taken(order, deals, setup)
    let_go = {d.parent for d in deals if d.kind == VOID}
    all_held = [d for d in deals if d.kind == AUTHORIZATION]
    held = [d for d in all_held if d.id not in let_go]
    if held:
        amount, numbers = sum(d.minor for d in held), "+".join(d.id for d in held)
        data = PaymentAuthorised(order, setup.provider(held[0].gateway), amount, held[0].id)
        yield f"payment/{numbers}/authorised/{amount}", data, max(d.at for d in held)
    elif all_held:
        last = max((d for d in deals if d.kind == VOID), key=lambda d: d.at)
        yield f"payment/{last.id}/voided", VoidReported(order), last.at


def taken(order: str, deals: Iterable[Deal], setup: Setup) -> Iterator[Said]:
    """Say each capture, and each sale, which is held and taken at once."""
    for one in deals:
        if one.kind in (CAPTURE, SALE) and one.minor > 0:
            data = CaptureReported(order, setup.provider(one.gateway), one.minor, one.id)
            yield f"payment/{one.id}/taken", data, one.at


def claims_in(beside: Beside) -> dict[str, Mark]:
    """Return which of a clerk's refunds counts as which of ours, by the refund's id."""
    found = {}
    for note in beside.metafields.nodes:
        try:
            claim = msgspec.json.decode(note.value, type=Claim)
        except msgspec.DecodeError:
            continue  # Somebody else writes in our namespace: what he says claims nothing.
        if claim.refund and (marks := marks_in(claim.mark)):
            found[claim.refund] = marks[0]
    return found


def refunded(refund: Refund, claims: Mapping[str, Mark], setup: Setup) -> Iterator[Said]:
    """Say what became of a refund of ours; one that a clerk made has no number until it is claimed for one."""
    marks = [*marks_in(refund.note), *([claims[str(refund.id)]] if str(refund.id) in claims else [])]
    number = next((mark.number for mark in marks if mark.number is not None), None)
    payments = [t for t in refund.transactions if t.kind == REFUND]
    if number is None or not payments:
        return
    order, name = setup.order(refund.order_id), f"refund/{refund.id}"
    back = [t for t in payments if t.status == SUCCESS]
    amount = sum(minor_of(t.amount, t.currency) for t in back)
    if amount and len(back) + _failed(payments) == len(payments):
        data: Struct = RefundReported(order, number, setup.provider(back[0].gateway), amount, f"refund-{refund.id}")
        yield f"{name}/paid/{amount}", data, refund.created_at
    elif _failed(payments) == len(payments):
        yield f"{name}/failed", RefundFailed(order, number, "the provider could not pay it back"), refund.created_at


def _failed(payments: Iterable[Struct]) -> int:
    return sum(getattr(p, "status", "") in FAILED for p in payments)
