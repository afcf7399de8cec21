"""Stripe's events to our reports. Pure, and nothing is invented that the manifest does not declare."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from tallystick.connectors.stripe.faults import REMEDY, Unclear
from tallystick.connectors.stripe.money import Digits
from tallystick.connectors.stripe.objects import Event, Intent, Refund
from tallystick.connectors.stripe.payouts import PAID, SETTLED, parts_of
from tallystick.kit.quarantine import fault_of
from tallystick.messages.payments import (
    CaptureReported,
    PaymentAuthorised,
    PaymentDeclined,
    RefundFailed,
    RefundReported,
    SettlementReported,
    VoidReported,
)
from tallystick.model.amount import AmountError
from tallystick.ports.connector import Connection, Delivery, Fault, Rejected, Report, Translation

MARK: Final = "tally_"
"""What a capture of ours is known by in the metadata: this and its key, shortened; the value is its amount."""
_FAILED: Final = ("failed", "canceled")


def delivery_of(source: str, event: Any) -> Delivery:
    """Keep an event as it came, known by its id: pulled or sent by webhook, it is the same."""
    try:
        name, about = str(event["id"]), event["data"]["object"]
        order = str((about.get("metadata") or {}).get("order") or about["id"])
    except (KeyError, TypeError, AttributeError) as wrong:
        raise Rejected(f"Stripe sent an event without id or object ({wrong}): see its dashboard") from wrong
    body = json.dumps(event, ensure_ascii=False, sort_keys=True).encode()
    told = json.dumps({k: v for k, v in event.items() if k not in _PASSING}, sort_keys=True).encode()
    return Delivery(source=source, id=name, subject=f"order/{order}", body=body, digest=hashlib.sha256(told).digest())


_PASSING: Final = ("pending_webhooks", "request")
"""What an event says of its own sending, and so differs each time it is seen."""


def translation_of(delivery: Delivery, connection: Connection) -> Translation:
    """Read an event; one that lacks something is a fault that names it, one of another kind says nothing."""
    digits = Digits(connection.settings.get("digits", ""))
    faults: list[Fault] = []
    try:
        if delivery.id.endswith(SETTLED):
            event, told, faults = parts_of(delivery, connection, digits)
        else:
            event = msgspec.json.decode(delivery.body, type=Event)
            read = _READ.get(event.type)
            told = read(event, connection.name, digits) if read else []
        return Translation(tuple(_report(event, data, connection) for data in told), tuple(faults))
    except (msgspec.DecodeError, AmountError, Unclear) as wrong:
        return Translation(faults=(fault_of(delivery, str(wrong), REMEDY),))


def mark_of(key: str) -> str:
    """Return the name in metadata of what was done under *key*; Stripe allows forty characters."""
    return MARK + hashlib.sha256(key.encode()).hexdigest()[:24]


def _authorised(event: Event, provider: str, digits: Digits) -> list[Struct]:
    """Held money; once some of it is taken, the event says that, and the hold is known."""
    intent = msgspec.json.decode(event.data.object, type=Intent)
    if intent.amount_received:
        return _captured(event, provider, digits)
    held = digits.ours(intent.amount, intent.currency)
    return [PaymentAuthorised(_order(intent.metadata), provider, held, intent.id)]


def _declined(event: Event, _provider: str, _digits: Digits) -> list[Struct]:
    intent = msgspec.json.decode(event.data.object, type=Intent)
    failure = intent.last_payment_error
    reason = (failure.decline_code or failure.code) if failure else ""
    return [PaymentDeclined(_order(intent.metadata), reason)]


def _captured(event: Event, provider: str, digits: Digits) -> list[Struct]:
    """Name each capture by its mark, so that one seen again is known; what bears no mark was taken by somebody else."""
    intent = msgspec.json.decode(event.data.object, type=Intent)
    order, told = _order(intent.metadata), list[Struct]()
    if intent.capture_method != "manual":
        held = digits.ours(intent.amount, intent.currency)
        told.append(PaymentAuthorised(order, provider, held, intent.id))
    marked = {name: _marked(value) for name, value in sorted(intent.metadata.items()) if name.startswith(MARK)}
    rest = intent.amount_received - sum(marked.values())
    if rest < 0:
        raise Unclear(f"amount_received {intent.amount_received} is less than our captures in metadata say")
    if rest:
        marked[f"others_{intent.amount_received}"] = rest
    for name, taken in marked.items():
        told.append(CaptureReported(order, provider, digits.ours(taken, intent.currency), f"{intent.id}/{name}"))
    return told


def _marked(value: str) -> int:
    if not value.isdecimal():
        raise Unclear(f"metadata {value!r} of a capture of ours is no amount")
    return int(value)


def _voided(event: Event, _provider: str, _digits: Digits) -> list[Struct]:
    return [VoidReported(_order(msgspec.json.decode(event.data.object, type=Intent).metadata))]


def _refunded(event: Event, provider: str, digits: Digits) -> list[Struct]:
    """A refund that is under way says nothing yet."""
    refund = msgspec.json.decode(event.data.object, type=Refund)
    order, number = _order(refund.metadata), refund.metadata.get("number", "")
    if not number.isdecimal():
        raise Unclear("the refund has no number in its metadata: it was made in Stripe, not by an order's process")
    if refund.status in _FAILED:
        return [RefundFailed(order, int(number), refund.failure_reason or refund.status)]
    if refund.status != "succeeded":
        return []
    amount = digits.ours(refund.amount, refund.currency)
    return [RefundReported(order, int(number), provider, amount, refund.id)]


def _order(metadata: Mapping[str, str]) -> str:
    order = metadata.get("order", "")
    if not order:
        raise Unclear("metadata has no order")
    return order


Reading = Callable[[Event, str, Digits], list[Struct]]
_READ: Final[Mapping[str, Reading]] = {
    "payment_intent.amount_capturable_updated": _authorised,
    "payment_intent.payment_failed": _declined,
    "payment_intent.succeeded": _captured,
    "payment_intent.canceled": _voided,
    "refund.created": _refunded,
    "refund.updated": _refunded,
    "refund.failed": _refunded,
}
PULLED: Final[Mapping[type[Struct], str]] = {
    PaymentAuthorised: "payment_intent.amount_capturable_updated",
    PaymentDeclined: "payment_intent.payment_failed",
    CaptureReported: "payment_intent.succeeded",
    VoidReported: "payment_intent.canceled",
    RefundReported: "refund.*",
    SettlementReported: PAID,
}
"""Which events tell of each kind."""


def _report(event: Event, data: Struct, connection: Connection) -> Report:
    zone = connection.settings.get("zone", "UTC")
    at = datetime.fromtimestamp(event.created, UTC)
    order = getattr(data, "order", "")
    reference = getattr(data, "reference", "") or order
    return Report(
        id=f"{event.id}/{type(data).__name__}/{reference}",
        subject=f"order/{order}",
        data=data,
        time=at,
        on=at.astimezone(ZoneInfo(zone)).date(),
        zone=zone,
    )
