"""From WooCommerce's words to ours. Pure: what a delivery says does not depend on what came before it."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.woocommerce.faults import (
    MEND,
    NO_GOODS,
    NO_SKU,
    OTHER_TOTAL,
    STRANGE_LINE,
    STRANGE_REFUND,
    TOO_MANY,
    TOPIC,
    UNREADABLE,
    Unclear,
)
from tallystick.connectors.woocommerce.notes import claims_in
from tallystick.connectors.woocommerce.setup import Setup
from tallystick.connectors.woocommerce.wire import (
    CANCELLED,
    PENDING,
    REFUNDED,
    Amount,
    Order,
    Refund,
    encode,
    moment,
)
from tallystick.kit.currencies import commodity_of, minor_of
from tallystick.kit.marks import marks_in
from tallystick.kit.quarantine import fault_of, within_limits
from tallystick.messages.payments import CaptureReported, RefundReported, VoidReported
from tallystick.messages.sales import (
    OrderCancellationRequested,
    OrderLine,
    OrderLineCancellationRequested,
    OrderPlaced,
    ServiceLine,
)
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Delivery, Report, Translation

REFUNDS_MAX: Final = 100
_DIGEST_LENGTH: Final = 12
Said = tuple[str, Struct, datetime]
"""What a report is known as within its order, what it says, and when that was."""


class Body(Struct, frozen=True):
    """A delivery of this door: an order, by which webhook if any, and its refunds with their lines, where they were asked."""

    said: Any
    topic: str = ""
    refunds: tuple[Any, ...] | None = None


def translation_of(delivery: Delivery, setup: Setup) -> Translation:
    """Translate a delivery. What cannot be read, or not be booked without guessing, is a fault."""
    try:
        body = msgspec.json.decode(delivery.body, type=Body)
        _refuse_other(body.topic)
        order = msgspec.convert(body.said, Order)
        refunds = None if body.refunds is None else msgspec.convert(body.refunds, tuple[Refund, ...])
        found = tuple(_said(order, refunds, setup))
        return Translation(tuple(_report(one, setup.order(order.id), setup) for one in found))
    except (msgspec.DecodeError, AmountError) as wrong:
        return Translation(faults=(fault_of(delivery, f"{UNREADABLE}: {wrong}", MEND),))
    except Unclear as unclear:
        return Translation(faults=(fault_of(delivery, str(unclear), MEND),))


def _refuse_other(topic: str) -> None:
    if topic and topic.partition(".")[0] != "order":
        raise Unclear(TOPIC, topic)


def _said(order: Order, refunds: tuple[Refund, ...] | None, setup: Setup) -> Iterator[Said]:
    """Say what is known of an order in the order in which it may be folded: placed, paid, ended or cut, paid back."""
    if order.status in PENDING and not order.date_paid_gmt:
        return
    name, placed = setup.order(order.id), _placed(order, setup)
    yield (
        f"placed/{hashlib.sha256(encode(placed)).hexdigest()[:_DIGEST_LENGTH]}",
        placed,
        moment(order.date_created_gmt),
    )
    total = minor_of(order.total, order.currency)
    if order.date_paid_gmt and total:
        data = CaptureReported(name, placed.provider, total, order.transaction_id or str(order.id))
        yield "paid", data, moment(order.date_paid_gmt)
    if _has_ended(order):
        data_of_end = OrderCancellationRequested(name, f"{order.status} in the shop")
        yield "cancelled", data_of_end, moment(order.date_modified_gmt)
        if not order.date_paid_gmt:
            yield "unpaid", VoidReported(name), moment(order.date_modified_gmt)
    elif refunds is not None:
        yield from _taken_off(order, refunds, name)
    yield from _paid_back(order, name, placed.provider)


def _has_ended(order: Order) -> bool:
    """Say whether what has not left will not leave. An order paid back as a whole after it was sent has left."""
    return order.status == CANCELLED or (order.status == REFUNDED and order.date_completed_gmt is None)


def _placed(order: Order, setup: Setup) -> OrderPlaced:
    goods = tuple(_goods(order))
    if not goods:
        raise Unclear(NO_GOODS, f"line_items of {order.id}")
    address = order.shipping if order.shipping and order.shipping.country else order.billing
    person = str(order.customer_id) if order.customer_id else (order.billing and order.billing.email) or ""
    return OrderPlaced(
        order=setup.order(order.id),
        channel=setup.name,
        location=setup.location,
        currency=commodity_of(order.currency),
        provider=setup.provider(order.payment_method),
        lines=goods,
        jurisdiction=(address and address.country) or "none",
        services=tuple(_services(order, goods)),
        customer=(setup.pseudonym(setup.name, person) if person else None) or None,
    )


def _goods(order: Order) -> Iterator[OrderLine]:
    for number, line in enumerate(order.lines, 1):
        net, tax = _priced(line.total, line.total_tax, order)
        if line.quantity <= 0 or net < 0 or tax < 0:
            raise Unclear(STRANGE_LINE, f"line_items: line {line.id}: {line.quantity} units for {net} and {tax} tax")
        if not line.sku:
            raise Unclear(NO_SKU, f"line_items: line {line.id} has no sku")
        yield OrderLine(number, line.sku, line.quantity, net, tax)


def _services(order: Order, goods: tuple[OrderLine, ...]) -> Iterator[ServiceLine]:
    """Return what is paid beside goods, and what rounding makes of taxes: a shop may round them once for an order."""
    beside = [
        (x.method_id or "shipping", "shipping", _priced(x.total, x.total_tax, order)) for x in order.shipping_lines
    ]
    beside += [("fee", "fees", _priced(x.total, x.total_tax, order)) for x in order.fee_lines]
    found = sum(x.net + x.tax for x in goods) + sum(net + tax for _, _, (net, tax) in beside)
    off = minor_of(order.total, order.currency) - found
    if abs(off) > len(goods) + len(beside):
        raise Unclear(OTHER_TOTAL, f"total is {found + off}, and what is read comes to {found}")
    for number, (code, service, (net, tax)) in enumerate([*beside, ("rounding", "rounding", (off, 0))], len(goods) + 1):
        if net or tax:
            yield ServiceLine(number, code, service, 1, net, tax)


def _priced(total: Amount, tax: Amount, order: Order) -> tuple[int, int]:
    return minor_of(total, order.currency), minor_of(tax, order.currency)


def _taken_off(order: Order, refunds: tuple[Refund, ...], name: str) -> Iterator[Said]:
    """Say which units a clerk took off before the order was sent; what we paid back ourselves bears our mark."""
    numbers = {str(line.id): number for number, line in enumerate(order.lines, 1)}
    if len(refunds) >= REFUNDS_MAX:
        raise Unclear(TOO_MANY, f"refunds of {order.id}")
    for refund in refunds:
        if marks_in(refund.reason) or _came_after(refund, order):
            continue
        for x in refund.line_items:
            if x.line not in numbers:
                raise Unclear(STRANGE_REFUND, f"line_items has no {x.line or 'line'} that refund {refund.id} is for")
            if x.quantity < 0:
                data = OrderLineCancellationRequested(name, numbers[x.line], -x.quantity, "by the shop")
                yield f"taken-off/{refund.id}/{numbers[x.line]}", data, moment(refund.date_created_gmt)


def _came_after(refund: Refund, order: Order) -> bool:
    """Say whether an order was sent before it was paid back: then nothing is taken off it."""
    sent = order.date_completed_gmt
    return sent is not None and moment(sent) <= moment(refund.date_created_gmt)


def _paid_back(order: Order, name: str, provider: str) -> Iterator[Said]:
    """Say which refunds of ours are paid: WooCommerce keeps none that its gateway has refused. A clerk's has no number."""
    claims = claims_in(order)
    for refund in order.refunds:
        marks = (*marks_in(refund.reason), *marks_in(claims.get(str(refund.id))))
        number = next((m.number for m in marks if m.number is not None), None)
        amount = -minor_of(refund.total, order.currency)
        if number is not None and amount > 0:
            data = RefundReported(name, number, provider, amount, f"refund-{refund.id}")
            yield f"refund/{refund.id}", data, moment(order.date_modified_gmt)


def _report(said: Said, order: str, setup: Setup) -> Report:
    what, data, at = said
    return Report(
        id=f"{order}/{what}",
        subject=f"order/{order}",
        data=within_limits(data),
        time=at,
        on=at.astimezone(setup.zone).date(),
        zone=str(setup.zone),
        correlation=order,
    )
