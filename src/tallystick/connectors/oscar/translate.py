"""From oscar's words to ours. Pure."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.oscar.setup import Setup
from tallystick.connectors.oscar.wire import Counters, Head, Line, Order
from tallystick.kit.quarantine import fault_of
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced, ServiceLine
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.model.amount import AmountError, parse_decimal
from tallystick.ports.connector import Contact, Delivery, Report, Translation

ORDER, ENDED, STOCK = "order", "ended", "stock"
DECIMALS: Final = 2
_MEND: Final = "mend the order in the shop, or this body by `tally dead retry --set`, then drop this letter"
_DIGEST_LENGTH: Final = 16
_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Body(Struct, frozen=True):
    """A delivery of this door: an order, word that one has ended, or the shop's counters."""

    kind: str
    said: Any


def delivery_of(kind: str, said: Any, setup: Setup) -> Delivery:
    """Return what the shop said as a delivery, known by what it says: said again, it is the same one."""
    body = _encode({"kind": kind, "said": said})
    digest = hashlib.sha256(body).digest()
    mark = digest.hex()[:_DIGEST_LENGTH]
    if kind == STOCK:
        name = f"{setup.name}/counters/{said['as_of']}/{mark}"
        return Delivery(source=setup.name, id=name, subject=f"statement/{name}", body=body, digest=digest)
    head = said["head"]
    number = str(head.get("number") or "")
    name = setup.order(number) if number else f"unreadable/{mark}"
    return Delivery(
        source=setup.name,
        id=f"{name}/{kind}/{mark}",
        subject=f"order/{name}",
        body=body,
        digest=digest,
        person=_person(head),
        contact=_contact(head),
    )


def translation_of(delivery: Delivery, setup: Setup) -> Translation:
    """Translate a delivery. What cannot be read is a fault that names the field."""
    try:
        body = msgspec.json.decode(delivery.body, type=Body)
        if body.kind == STOCK:
            return Translation((_counted(delivery, msgspec.convert(body.said, Counters), setup),))
        order = msgspec.convert(body.said, Order)
        return Translation(_ended(order, setup) if body.kind == ENDED else _placed(order, setup))
    except (msgspec.ValidationError, AmountError) as wrong:
        return Translation(faults=(fault_of(delivery, str(wrong), _MEND),))


def _placed(order: Order, setup: Setup) -> tuple[Report, ...]:
    head, name = order.head, setup.order(order.head.number)
    person = _person(msgspec.to_builtins(head))
    placed = OrderPlaced(
        order=name,
        channel=setup.name,
        location=setup.location,
        currency=f"{head.currency}/{DECIMALS}",
        provider=setup.provider,
        lines=tuple(_line(number, line) for number, line in enumerate(order.lines, 1)),
        jurisdiction=_country(head),
        services=tuple(_services(order)),
        customer=(setup.pseudonym(setup.name, person) if person else None) or None,
        follows_parcels=True,
        already_sold=True,
    )
    digest = hashlib.sha256(_encode(placed)).hexdigest()[:_DIGEST_LENGTH]
    reports = [_report(f"placed/{digest}", placed, head, setup)]
    total = parse_decimal(head.total_incl_tax, DECIMALS)
    if setup.is_paid and total:
        reports.append(_report("paid", CaptureReported(name, setup.provider, total, head.number), head, setup))
    return tuple(reports)


def _ended(order: Order, setup: Setup) -> tuple[Report, ...]:
    """The shop does not say when it ended: it is dated when it was placed, for the book closes by its own days."""
    data = OrderCancellationRequested(setup.order(order.head.number), f"{order.head.status} in the shop")
    return (_report("cancelled", data, order.head, setup),)


def _services(order: Order) -> Iterator[ServiceLine]:
    """Return what is paid beside the goods: shipping and surcharges."""
    head = order.head
    beside = [(head.shipping_code, "shipping", head.shipping_excl_tax, head.shipping_incl_tax)]
    beside += [(x.name, "surcharges", x.excl_tax, x.incl_tax) for x in head.surcharges]
    for number, (name, service, without, with_tax) in enumerate(beside, len(order.lines) + 1):
        net, gross = parse_decimal(without, DECIMALS), parse_decimal(with_tax, DECIMALS)
        if net or gross:
            yield ServiceLine(number, name or service, service, 1, net, gross - net)


def _line(number: int, line: Line) -> OrderLine:
    net, gross = parse_decimal(line.price_excl_tax, DECIMALS), parse_decimal(line.price_incl_tax, DECIMALS)
    if line.quantity <= 0 or gross < net or net < 0:
        raise AmountError(f"lines/{number}: {line.quantity} units for {net} without and {gross} with tax")
    return OrderLine(number, line.sku, line.quantity, net, gross - net)


def _country(head: Head) -> str:
    """Return the code at the end of the link to the country."""
    return head.shipping_address.country.rstrip("/").rpartition("/")[2] if head.shipping_address else "none"


def _person(head: Any) -> str | None:
    """Return the shop's own name of a customer: the user, or a guest's address."""
    said = head.get("owner") or head.get("email")
    return str(said) if said else None


def _contact(head: Any) -> Contact | None:
    """Return how who ordered is written to, by the name on the parcel; the shop does not say in which language."""
    email, address = head.get("email"), head.get("shipping_address") or {}
    names = (str(address.get(name) or "") for name in ("first_name", "last_name")) if isinstance(address, dict) else ()
    return Contact(str(email), " ".join(filter(None, names))) if email else None


def _report(what: str, data: Struct, head: Head, setup: Setup) -> Report:
    name = setup.order(head.number)
    return _dated(f"{name}/{what}", f"order/{name}", data, (head.date_placed, setup))


def _dated(number: str, subject: str, data: Struct, when: tuple[datetime, Setup]) -> Report:
    at, setup = when
    return Report(
        id=number,
        subject=subject,
        data=data,
        time=at.astimezone(UTC),
        on=at.astimezone(setup.zone).date(),
        zone=str(setup.zone),
        correlation=subject.partition("/")[2],
    )


def _counted(delivery: Delivery, counters: Counters, setup: Setup) -> Report:
    lines = tuple(
        CountedUnits(r.partner_sku, r.allocated) for r in sorted(counters.records, key=lambda r: r.partner_sku)
    )
    data = StockStatementReported(delivery.id, setup.name, "promised", lines)
    return _dated(delivery.id, delivery.subject, data, (counters.as_of, setup))
