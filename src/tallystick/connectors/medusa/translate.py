"""From Medusa's words to ours. Pure, and nothing is invented that the manifest does not declare."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.medusa.marks import CANCELED, PREFIX
from tallystick.connectors.medusa.money import commodity, minor, units
from tallystick.connectors.medusa.setup import Setup
from tallystick.connectors.medusa.wire import Item, Order, Payment
from tallystick.kit.quarantine import fault_of
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, RefundReported, VoidReported
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced, ServiceLine
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Delivery, Rejected, Report, Translation

REMEDY: Final = "see the order in the shop; when it is right there, it comes again with its next change"
_DIGEST_LENGTH: Final = 16


def delivery_of(order: Any, setup: Setup) -> Delivery:
    """Keep an order as it came, known by what it says: read again unchanged, it is the same."""
    if not isinstance(order, dict) or not order.get("id"):
        raise Rejected("the shop sent an order without id: ask its operators")
    body = json.dumps(order, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(json.dumps(_in_order(order), sort_keys=True).encode()).digest()
    name = setup.order(order["id"])
    mark = digest.hex()[:_DIGEST_LENGTH]
    return Delivery(source=setup.name, id=f"{name}@{mark}", subject=f"order/{name}", body=body, digest=digest)


def _in_order(said: Any) -> Any:
    """Return what was said with lists of things in the order of their ids: the shop tells them in any."""
    if isinstance(said, dict):
        return {name: _in_order(value) for name, value in said.items()}
    if isinstance(said, list):
        inner = [_in_order(value) for value in said]
        has_ids = all(isinstance(x, dict) and "id" in x for x in inner)
        return sorted(inner, key=lambda x: str(x["id"])) if has_ids else inner
    return said


def translation_of(delivery: Delivery, setup: Setup) -> Translation:
    """Say all that is known of an order; one that lacks something is a fault that names it."""
    try:
        order = msgspec.json.decode(delivery.body, type=Order)
        return Translation(tuple(_reports(order, setup)))
    except (msgspec.DecodeError, AmountError) as wrong:
        return Translation(faults=(fault_of(delivery, str(wrong), REMEDY),))


def _reports(order: Order, setup: Setup) -> Iterator[Report]:
    name = setup.order(order.id)
    yield _report("placed", _placed(order, name, setup), order.created_at, (name, setup))
    for payment in (p for c in order.payment_collections for p in c.payments):
        yield from _paid(order, payment, (name, setup))
    if order.status == CANCELED:
        data = OrderCancellationRequested(name, "cancelled in the shop")
        yield _report("cancelled", data, order.updated_at, (name, setup))


def _paid(order: Order, payment: Payment, who: tuple[str, Setup]) -> Iterator[Report]:
    """Yield what happened to a payment; a refund that is none of ours is for people."""
    (name, setup), currency = who, order.currency_code
    held = PaymentAuthorised(name, setup.provider, minor(payment.amount, currency), payment.id)
    yield _report(f"{payment.id}/authorised", held, payment.created_at, who)
    for x in payment.captures:
        data = CaptureReported(name, setup.provider, minor(x.amount, currency), x.id)
        yield _report(f"{payment.id}/{x.id}", data, x.created_at, who)
    if payment.canceled_at is not None and not payment.captures:
        yield _report(f"{payment.id}/void", VoidReported(name), payment.canceled_at, who)
    for x in payment.refunds:
        mark, _, number = (x.note or "").rpartition(" ")
        if mark.startswith(PREFIX) and number.isdecimal():
            back = RefundReported(name, int(number), setup.provider, minor(x.amount, currency), x.id)
            yield _report(f"{payment.id}/{x.id}", back, x.created_at, who)


def _placed(order: Order, name: str, setup: Setup) -> OrderPlaced:
    address = order.shipping_address
    return OrderPlaced(
        order=name,
        channel=setup.name,
        location=setup.location,
        currency=commodity(order.currency_code),
        provider=setup.provider,
        lines=tuple(_line(n, item, order.currency_code) for n, item in enumerate(order.lines, 1)),
        jurisdiction=(address.country_code if address else None) or "none",
        services=tuple(_services(order)),
    )


def _line(number: int, item: Item, currency: str) -> OrderLine:
    net = minor(item.subtotal, currency) - minor(item.discount_subtotal, currency)
    tax, quantity = minor(item.tax_total, currency), units(item.quantity)
    if quantity < 1 or net < 0 or tax < 0:
        raise AmountError(f"items/{number}: {quantity} units for {net} and a tax of {tax}: below what can be")
    return OrderLine(number, item.variant_sku, quantity, net, tax)


def _services(order: Order) -> Iterator[ServiceLine]:
    for number, x in enumerate(order.shipping_methods, len(order.items) + 1):
        currency = order.currency_code
        net, tax = minor(x.subtotal, currency) - minor(x.discount_subtotal, currency), minor(x.tax_total, currency)
        if net or tax:
            yield ServiceLine(number, x.name or "shipping", "shipping", 1, net, tax)


def _report(what: str, data: Struct, at: datetime, who: tuple[str, Setup]) -> Report:
    name, setup = who
    return Report(
        id=f"{name}/{what}",
        subject=f"order/{name}",
        data=data,
        time=at.astimezone(UTC),
        on=at.astimezone(setup.zone).date(),
        zone=str(setup.zone),
        correlation=name,
    )
