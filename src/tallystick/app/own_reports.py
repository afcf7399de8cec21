"""Reports of our own that go in at the front door like anybody's: what reconciliation found, as CloudEvents."""

from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.ports.connector import Delivery, Report, Translation
from tallystick.security.keyring import digest

SOURCE: Final = "reconciliation"
_DECODER: Final = msgspec.json.Decoder(Envelope)


def delivery_of(name: str, subject: str, data: Struct, at: datetime) -> Delivery:
    """Put a report of ours, known by *name* for ever, into a delivery."""
    envelope = Envelope(
        id=name,
        source=SOURCE,
        type=CATALOGUE.of(type(data)).type,
        subject=subject,
        time=at,
        data=Raw(msgspec.json.encode(data)),
    )
    body = msgspec.json.encode(envelope)
    return Delivery(source=SOURCE, id=name, subject=subject, body=body, digest=digest(body))


def parse(delivery: Delivery) -> Translation:
    """Open an envelope with one report in it."""
    envelope = _DECODER.decode(delivery.body)
    data, time = CATALOGUE.opened(envelope), envelope.time.astimezone(UTC)
    report = Report(id=envelope.id, subject=envelope.subject, data=data, time=time, on=time.date(), zone=envelope.zone)
    return Translation((report,))
