"""Reports that the house itself sends in at its front door: envelopes, kept in the inbox like anybody's deliveries."""

import hashlib
from typing import Final

import msgspec

from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.ports.connector import Delivery, Report, Translation

_ENCODE: Final = msgspec.json.Encoder().encode
_DECODE: Final = msgspec.json.Decoder(Envelope).decode


def delivery_of(envelope: Envelope) -> Delivery:
    """Return *envelope* as a delivery: known by its (source, id) for ever."""
    body = _ENCODE(envelope)
    return Delivery(
        source=envelope.source,
        id=envelope.id,
        subject=envelope.subject,
        body=body,
        digest=hashlib.sha256(body).digest(),
    )


def parse_envelope(delivery: Delivery) -> Translation:
    """Read an envelope back. Raises `msgspec.ValidationError` or `UnknownType` naming the field or the type."""
    envelope = _DECODE(delivery.body)
    report = Report(
        id=envelope.id,
        subject=envelope.subject,
        data=CATALOGUE.opened(envelope),
        time=envelope.time,
        on=envelope.time.date(),
        zone=envelope.zone,
    )
    return Translation((report,))
