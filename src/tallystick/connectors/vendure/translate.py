"""From Vendure's words to ours. Pure: what a delivery says does not depend on what came before it."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.vendure.setup import Setup
from tallystick.connectors.vendure.wire import CANCELLED, Counters, Line, Order, Payment, Refund
from tallystick.kit.marks import marks_in
from tallystick.kit.quarantine import fault_of
from tallystick.messages.payments import (
    CaptureReported,
    PaymentAuthorised,
    RefundFailed,
    RefundReported,
    VoidReported,
)
from tallystick.messages.sales import (
    OrderCancellationRequested,
    OrderLine,
    OrderLineCancellationRequested,
    OrderPlaced,
    ServiceLine,
)
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Delivery, Report, Translation

ORDER, STOCK = "order", "stock"
CANCELLATION = "ORDER_CANCELLATION"
SETTLED, AUTHORIZED, FAILED = "Settled", "Authorized", "Failed"
_DECIMALS: Final = 2
_MEND: Final = "mend the order in Vendure, or this body by `tally dead retry --set`, then drop this letter"
_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Body(Struct, frozen=True):
    """A delivery of this door: an order as it stands, or the shop's counters."""

    kind: str
    order: Any = None
    stock: Any = None


class _Unclear(ValueError):
    """Something in an order that must not be guessed."""


def body_of(kind: str, **said: Any) -> bytes:
    """Return what is kept of what the shop said."""
    return _encode({"kind": kind, **said})


def translation_of(delivery: Delivery, setup: Setup) -> Translation:
    """Translate a delivery. What cannot be read, or not be booked without guessing, is a fault."""
    try:
        body = msgspec.json.decode(delivery.body, type=Body)
        if body.kind == STOCK:
            return Translation((_counted(delivery, msgspec.convert(body.stock, Counters), setup),))
        order = msgspec.convert(body.order, Order)
        return Translation(tuple(_reports(order, setup)))
    except msgspec.ValidationError as wrong:
        return Translation(faults=(fault_of(delivery, str(wrong), _MEND),))
    except _Unclear as unclear:
        return Translation(faults=(fault_of(delivery, str(unclear), _MEND),))


def _reports(order: Order, setup: Setup) -> Iterator[Report]:
    """Say what is known of an order in the order in which it may be folded: placed, ended, paid, paid back."""
    name, told = setup.order(order.code), _Teller(order, setup)
    placed = _placed(order, setup)
    yield told.report(f"placed/{hashlib.sha256(_encode(placed)).hexdigest()[:12]}", placed, order.order_placed_at)
    if order.state == CANCELLED:
        yield told.report("cancelled", OrderCancellationRequested(name, "cancelled in the shop"), order.updated_at)
    else:
        yield from _taken_off(order, told)
    yield from _paid(order, told, placed.provider)
    for refund in order.refunds:
        yield from _refunded(refund, told, placed.provider)


class _Teller(Struct, frozen=True):
    """Makes the reports of one order."""

    order: Order
    setup: Setup

    @property
    def name(self) -> str:
        """What we call the order."""
        return self.setup.order(self.order.code)

    def report(self, what: str, data: Struct, at: datetime) -> Report:
        """Return a report that is known as *what* of its order."""
        day = at.astimezone(self.setup.zone).date()
        zone = str(self.setup.zone)
        return Report(
            id=f"{self.name}/{what}",
            subject=f"order/{self.name}",
            data=data,
            time=at.astimezone(UTC),
            on=day,
            zone=zone,
            correlation=self.name,
        )


def _placed(order: Order, setup: Setup) -> OrderPlaced:
    payments = order.payments or ()
    providers = dict.fromkeys(setup.provider(p.method) for p in payments if p.state in (SETTLED, AUTHORIZED))
    if len(providers) > 1:
        raise _Unclear(
            f"payments: {', '.join(providers)} each took a part, and an order has one provider here: "
            "see the setting `providers`"
        )
    address, customer = order.shipping_address, order.customer
    return OrderPlaced(
        order=setup.order(order.code),
        channel=setup.name,
        location=setup.location,
        currency=f"{order.currency_code}/{_DECIMALS}",
        provider=next(iter(providers), setup.provider("")),
        lines=tuple(_line(number, line) for number, line in enumerate(order.lines, 1)),
        jurisdiction=(address and address.country_code) or "none",
        services=tuple(_services(order)),
        customer=(setup.pseudonym(setup.name, customer.id) if customer else None) or None,
        follows_parcels=True,
        already_sold=True,
    )


def _services(order: Order) -> Iterator[ServiceLine]:
    """Return what is paid beside the goods: shipping and surcharges. A cancelled shipping costs nothing any more."""
    beside = [
        (x.shipping_method.code, "shipping", x.discounted_price, x.discounted_price_with_tax)
        for x in order.shipping_lines
    ]
    beside += [(x.description, "surcharges", x.price, x.price_with_tax) for x in order.surcharges]
    for number, (name, service, net, gross) in enumerate(beside, len(order.lines) + 1):
        if net or gross:
            yield ServiceLine(number, name or service, service, 1, net, gross - net)


def _line(number: int, line: Line) -> OrderLine:
    """Return a line as it was ordered. Units cancelled since are taken off its price by the price of one."""
    units = line.order_placed_quantity or line.quantity
    if units <= 0:
        raise _Unclear(f"lines: line {line.id} has {units} units")
    net, gross = line.prorated_line_price, line.prorated_line_price_with_tax
    if units != line.quantity:
        net, gross = units * line.prorated_unit_price, units * line.prorated_unit_price_with_tax
    return OrderLine(number, line.product_variant.sku, units, net, gross - net)


def _paid(order: Order, told: _Teller, provider: str) -> Iterator[Report]:
    """Say each capture, then what is held beside them as one sum, or that nothing is held any more."""
    payments = order.payments or ()
    for one in payments:
        if one.state == SETTLED and one.amount > 0:
            taken = CaptureReported(told.name, provider, one.amount, _reference(one))
            yield told.report(f"payment/{one.id}/settled", taken, one.updated_at)
    held = [p for p in payments if p.state == AUTHORIZED]
    if held:
        amount, numbers = sum(p.amount for p in held), "+".join(p.id for p in held)
        data = PaymentAuthorised(told.name, provider, amount, _reference(held[0]))
        yield told.report(f"payment/{numbers}/authorised/{amount}", data, max(p.updated_at for p in held))
    elif payments and all(p.state == CANCELLED for p in payments):
        last = payments[-1]
        yield told.report(f"payment/{last.id}/cancelled", VoidReported(told.name), last.updated_at)


def _reference(payment: Payment) -> str:
    return payment.transaction_id or payment.id


def _refunded(refund: Refund, told: _Teller, provider: str) -> Iterator[Report]:
    """Say what became of a refund of ours; one that a clerk made has no number until it is claimed for one."""
    number = _number(refund, told.order)
    if number is None:
        return
    if refund.state == SETTLED:
        data: Struct = RefundReported(told.name, number, provider, refund.total, f"refund-{refund.id}")
        yield told.report(f"refund/{refund.id}/settled", data, refund.updated_at)
    elif refund.state == FAILED:
        data = RefundFailed(told.name, number, "the shop could not pay it back")
        yield told.report(f"refund/{refund.id}/failed", data, refund.updated_at)


def _number(refund: Refund, order: Order) -> int | None:
    """Return the number of our refund that this one pays: from its reason, or from a note that claims it."""
    claims = [note for note in order.notes() if f"refund {refund.id} " in note]
    for text in (refund.reason, *claims):
        for mark in marks_in(text):
            if mark.number is not None:
                return mark.number
    return None


def _taken_off(order: Order, told: _Teller) -> Iterator[Report]:
    """Say which units a clerk took off an order that goes on; what we took off ourselves bears our mark."""
    numbers = {line.id: number for number, line in enumerate(order.lines, 1)}
    for entry in order.history.items:
        if entry.type == CANCELLATION and not marks_in(entry.data.reason):
            for line in entry.data.lines:
                number = numbers[str(line["orderLineId"])]
                data = OrderLineCancellationRequested(told.name, number, line["quantity"], "by the shop")
                yield told.report(f"taken-off/{entry.id}/{number}", data, entry.created_at)


def _counted(delivery: Delivery, counters: Counters, setup: Setup) -> Report:
    lines = tuple(CountedUnits(v.sku, v.allocated) for v in sorted(counters.variants, key=lambda v: v.sku))
    data = StockStatementReported(delivery.id, setup.name, "promised", lines)
    at = counters.as_of.astimezone(UTC)
    return Report(
        id=delivery.id,
        subject=delivery.subject,
        data=data,
        time=at,
        on=at.astimezone(setup.zone).date(),
        zone=str(setup.zone),
    )
