"""The front door of the simulated house: reports as CloudEvents into the real inbox, received by a virtual clock."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import msgspec
from msgspec import Raw
from msgspec.structs import replace

from tallystick.engine.gate_store import Pair
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope, Message
from tallystick.ports.connector import Delivery, Report, Translation
from tallystick.storage.inbox import Inbox, Waiting


def delivery_of(message: Message) -> Delivery:
    """Write a message as its sender would: a CloudEvent."""
    body = msgspec.json.encode(
        Envelope(
            id=message.id,
            source=message.source,
            type=CATALOGUE.of(type(message.data)).type,
            subject=message.subject,
            time=message.effective_at,
            data=Raw(msgspec.json.encode(message.data)),
        )
    )
    return Delivery(
        source=message.source, id=message.id, subject=message.subject, body=body, digest=sha256(body).digest()
    )


def parse(delivery: Delivery) -> Translation:
    """Read it again, as the worker does."""
    envelope = msgspec.json.decode(delivery.body, type=Envelope)
    report = Report(
        id=envelope.id,
        subject=envelope.subject,
        data=CATALOGUE.opened(envelope),
        time=envelope.time,
        on=envelope.time.date(),
        zone=envelope.zone,
    )
    return Translation((report,))


class DatedInbox:
    """The inbox, by a virtual clock: each delivery was received when the world says so, not when the server did."""

    def __init__(self, inbox: Inbox, received: dict[Pair, datetime]) -> None:
        """Read *inbox*; *received* knows when each delivery came."""
        self._inbox, self._received = inbox, received

    async def waiting(
        self, under_way: Sequence[int], limit: int, partitions: Sequence[int] | None, bytes_max: int
    ) -> Sequence[Waiting]:
        """See `engine.worker.InboxReader.waiting`."""
        found = await self._inbox.waiting(under_way, limit, partitions, bytes_max)
        return [replace(w, received_at=self._received[w.delivery.source, w.delivery.id]) for w in found]
