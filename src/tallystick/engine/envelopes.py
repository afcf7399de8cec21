"""Deliveries in our own words: a CloudEvents envelope with one report of the catalogue in it."""

import hashlib
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from tallystick.messages.catalogue import CATALOGUE, Role
from tallystick.messages.envelope import Envelope
from tallystick.ports.connector import Delivery, Report, Translation

_ENCODE: Final = msgspec.json.Encoder().encode
_ENVELOPE: Final = msgspec.json.Decoder(Envelope)


def delivery_of(envelope: Envelope) -> Delivery:
    """Return *envelope* as a delivery, known by its (source, id) for ever."""
    body = _ENCODE(envelope)
    return Delivery(
        source=envelope.source,
        id=envelope.id,
        subject=envelope.subject,
        body=body,
        digest=hashlib.sha256(body).digest(),
    )


def read_envelope(delivery: Delivery) -> Translation:
    """Translate a delivery that needs no translator; raise `ValueError` naming what in its envelope is wrong."""
    envelope = _ENVELOPE.decode(delivery.body)
    if CATALOGUE.named(envelope.type).role is not Role.REPORT:
        raise ValueError(f"type: {envelope.type} is no report, and nothing else comes in from outside")
    data = CATALOGUE.opened(envelope)
    time = envelope.time.astimezone(UTC)
    on = _day(time, envelope.zone)
    report = Report(
        id=envelope.id,
        subject=envelope.subject,
        data=data,
        time=time,
        on=on,
        zone=envelope.zone,
        correlation=envelope.correlationid,
        causation=envelope.causationid,
        traceparent=envelope.traceparent,
    )
    return Translation((report,))


def _day(time: datetime, zone: str) -> date:
    try:
        return time.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"zone: {zone!r} is no time zone; say one such as Europe/Vienna") from unknown
