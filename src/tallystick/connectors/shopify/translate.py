"""From Shopify's words to ours. Pure: what a delivery says does not depend on what came before it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.shopify.faults import ADDED, MEND, STRANGE_PARCEL, TOO_MANY, TOPIC, UNREADABLE, Unclear
from tallystick.connectors.shopify.paid import Said, claims_in, deal_of, deals_in, paid, refunded, taken
from tallystick.connectors.shopify.payouts import PAYOUT, settled
from tallystick.connectors.shopify.placed import edited_off, placed_of
from tallystick.connectors.shopify.setup import Setup
from tallystick.connectors.shopify.wire import (
    BESIDE_MAX,
    SUCCESS,
    Beside,
    Counters,
    Edit,
    Order,
    Payment,
    Refund,
    encode,
)
from tallystick.kit.marks import marks_in
from tallystick.kit.quarantine import fault_of, within_limits
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.sales import OrderCancellationRequested, OrderLineCancellationRequested
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Delivery, Report, Translation

ORDER, REFUND, PAYMENT, EDIT, STOCK, OTHER = "order", "refund", "payment", "edit", "stock", "other"
CANCEL, BACK, NOT_BACK = "cancel", ("return", "legacy_restock"), "no_restock"
_DIGEST_LENGTH: Final = 12


class Body(Struct, frozen=True):
    """A delivery of this door: what kind of thing the shop said, by which webhook if any, and what was asked beside it."""

    kind: str
    said: Any
    topic: str = ""
    beside: Any = None


def translation_of(delivery: Delivery, setup: Setup) -> Translation:
    """Translate a delivery. What cannot be read, or not be booked without guessing, is a fault."""
    try:
        body = msgspec.json.decode(delivery.body, type=Body)
        if body.kind == STOCK:
            return Translation((_counted(delivery, msgspec.convert(body.said, Counters), setup),))
        if body.kind == PAYOUT:
            return settled(delivery, body, setup)
        found = tuple(_TOLD[body.kind](body, setup)) if body.kind in _TOLD else ()
        return Translation(tuple(_report(one, delivery, setup) for one in found))
    except (msgspec.DecodeError, AmountError) as wrong:
        return Translation(faults=(fault_of(delivery, f"{UNREADABLE}: {wrong}", MEND),))
    except Unclear as unclear:
        return Translation(faults=(fault_of(delivery, str(unclear), MEND),))


def _order(body: Body, setup: Setup) -> Iterator[Said]:
    """Say what is known of an order in the order in which it may be folded: placed, ended, paid, sent, paid back."""
    order = msgspec.convert(body.said, Order)
    if order.test and not setup.takes_tests:
        return
    name, beside = setup.order(order.id), msgspec.convert(body.beside or {}, Beside)
    if max(len(beside.transactions), len(beside.metafields.nodes)) >= BESIDE_MAX:
        raise Unclear(TOO_MANY, f"transactions or metafields of {name}")
    placed = placed_of(order, setup)
    yield f"placed/{hashlib.sha256(encode(placed)).hexdigest()[:_DIGEST_LENGTH]}", placed, order.created_at
    if order.cancelled_at:
        reason = f"cancelled in the shop: {order.cancel_reason or 'no reason given'}"
        yield "cancelled", OrderCancellationRequested(name, reason), order.cancelled_at
    else:
        yield from _taken_off(order, name)
    yield from paid(name, deals_in(beside.transactions), setup)
    if setup.ships_there:
        yield from _sent(order, name)
    claims = claims_in(beside)
    for refund in order.refunds:
        yield from refunded(refund, claims, setup)
        if setup.takes_back_there:
            yield from _back(refund, order, setup)


def _taken_off(order: Order, name: str) -> Iterator[Said]:
    """Say which units a clerk took off an order that goes on; what we took off ourselves bears our mark.

    Units that an edit took off are told one by one, for an edit is not told by itself, only what it left.
    """
    numbers = _numbers(order)
    left = {x.id for parcel in order.fulfillments if parcel.status == SUCCESS for x in parcel.line_items}
    for refund in order.refunds:
        for x in refund.refund_line_items if not marks_in(refund.note) else ():
            if x.restock_type == CANCEL or (x.restock_type == NOT_BACK and x.line_item_id not in left):
                number = numbers[x.line_item_id]
                data = OrderLineCancellationRequested(name, number, x.quantity, "by the shop")
                yield f"taken-off/{refund.id}/{number}", data, refund.created_at
    for line in order.lines:
        for unit in range(1, edited_off(line, order) + 1):
            data = OrderLineCancellationRequested(name, numbers[line.id], 1, "edited in the shop")
            yield f"edited-off/{line.id}/{unit}", data, order.updated_at


def _sent(order: Order, name: str) -> Iterator[Said]:
    for parcel in order.fulfillments:
        lines = _held([(x.id, x.quantity) for x in parcel.line_items], order)
        if parcel.status == SUCCESS and lines:
            yield f"parcel/{parcel.id}", DispatchReported(name, f"{name}-{parcel.id}", lines), parcel.created_at


def _back(refund: Refund, order: Order, setup: Setup) -> Iterator[Said]:
    came = [(x.line_item_id, x.quantity) for x in refund.refund_line_items if x.restock_type in BACK]
    lines = tuple(ReturnedLine(x.line, x.sku, x.quantity, "sellable") for x in _held(came, order))
    if lines:
        name = f"refund-{refund.id}"
        data = ReturnReceived(setup.order(order.id), name, setup.location, lines, name)
        yield f"returned/{refund.id}", data, refund.created_at


def _held(units: list[tuple[int, int]], order: Order) -> tuple[HeldLine, ...]:
    """Return units of lines as ours; what is no goods was never kept."""
    numbers, skus = _numbers(order), {x.id: x.sku for x in order.lines if x.requires_shipping}
    return tuple(HeldLine(numbers[line], skus[line] or "", n) for line, n in units if n > 0 and skus.get(line))


def _numbers(order: Order) -> Mapping[int, int]:
    numbers = {line.id: number for number, line in enumerate(order.lines, 1)}
    named = {x.line_item_id for r in order.refunds for x in r.refund_line_items}
    named |= {x.id for parcel in order.fulfillments for x in parcel.line_items}
    if missing := named - numbers.keys():
        raise Unclear(STRANGE_PARCEL, f"line_items has no {sorted(missing)}")
    return numbers


def _refund(body: Body, setup: Setup) -> Iterator[Said]:
    """The money of a refund; its lines are numbered in the order, whose own webhook comes too."""
    yield from refunded(msgspec.convert(body.said, Refund), {}, setup)


def _payment(body: Body, setup: Setup) -> Iterator[Said]:
    """A capture or sale. What is held is one sum of several, which only the order's own list tells."""
    payment = msgspec.convert(body.said, Payment)
    deal = deal_of(payment)
    if deal and (setup.takes_tests or not payment.test):
        yield from taken(setup.order(payment.order_id), [deal], setup)


def _edit(body: Body, setup: Setup) -> Iterator[Said]:
    """What an edit takes off is told with the order; what it adds has no place in the book."""
    edit = msgspec.convert(body.said, Edit)
    if edit.additions:
        raise Unclear(ADDED, f"additions to {setup.order(edit.order_id)}")
    yield from ()


def _other(body: Body, _setup: Setup) -> Iterator[Said]:
    """Fulfilments and inventory levels, which are told otherwise; nothing else comes in here."""
    if body.topic.partition("/")[0] not in SILENT:
        raise Unclear(TOPIC, body.topic)
    yield from ()


SILENT: Final[Mapping[str, str]] = {
    "fulfillments": "a parcel is read with its order, whose own webhook comes too",
    "inventory_levels": "what the shop shows is asked for, not told",
}
"""Webhooks that are kept and say nothing, and why, by the first part of their topic."""
_TOLD: Final[Mapping[str, Callable[[Body, Setup], Iterator[Said]]]] = {
    ORDER: _order,
    REFUND: _refund,
    PAYMENT: _payment,
    EDIT: _edit,
    OTHER: _other,
}


def _report(said: Said, delivery: Delivery, setup: Setup) -> Report:
    what, data, at = said
    order = delivery.subject.partition("/")[2]
    return _dated((f"{order}/{what}", delivery.subject, order), data, at, setup)


def _dated(named: tuple[str, str, str | None], data: Struct, at: datetime, setup: Setup) -> Report:
    number, subject, correlation = named
    return Report(
        id=number,
        subject=subject,
        data=within_limits(data),
        time=at.astimezone(UTC),
        on=at.astimezone(setup.zone).date(),
        zone=str(setup.zone),
        correlation=correlation,
    )


def _counted(delivery: Delivery, counters: Counters, setup: Setup) -> Report:
    """The shop's own count of units in open orders, for reconciliation."""
    promised: dict[str, int] = {}
    for item in counters.items:
        if item.sku and item.inventory_level:
            promised[item.sku] = promised.get(item.sku, 0) + item.inventory_level.of("committed")
    lines = tuple(CountedUnits(sku, units) for sku, units in sorted(promised.items()))
    data = StockStatementReported(delivery.id, setup.name, "promised", lines)
    return _dated((delivery.id, delivery.subject, None), data, counters.as_of, setup)
