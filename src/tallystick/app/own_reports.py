"""Reports of our own that go in at the front door like anybody's: what reconciliation found, as CloudEvents."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.engine.envelopes import delivery_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.ports.connector import Delivery

SOURCE: Final = "reconciliation"


def delivery_named(name: str, subject: str, data: Struct, at: datetime) -> Delivery:
    """Put a report of ours, known by *name* for ever, into a delivery."""
    return delivery_of(
        Envelope(
            id=name,
            source=SOURCE,
            type=CATALOGUE.of(type(data)).type,
            subject=subject,
            time=at,
            data=Raw(msgspec.json.encode(data)),
        )
    )
