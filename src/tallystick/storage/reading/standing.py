"""Where a book stands, as the core sees it: families, shelves, what waits at both doors. For laying it beside another book."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.journal.layer import Layer
from tallystick.model.amount import UNITS_PREFIX
from tallystick.processes.family import Family, decode_family
from tallystick.storage.batches.batch_rows import decode_plans

_FAMILIES: Final = "select subject, body from process order by subject"
_LAYERS: Final = (
    "select c.name, l.name, plans, sellable, reserved, quarantine, damaged, refurbish, short, short_value, value, last_cost, owed, event "
    "from stock s join commodity c on c.id = s.id >> 32 join location l on l.id = (s.id >> 16) & 65535 order by 1, 2"
)
_INBOX: Final = (
    "select s.name, d.ext_id, i.state from inbox i join delivery d on d.id = i.delivery "
    "join source s on s.id = d.source order by i.position, i.delivery"
)
_OUTBOX: Final = "select event, n, subject, state, due, leased_until from outbox where state <> 1 order by event, n"
_BREAKS: Final = "select event, kind, detail from break order by event, n"

Layers = dict[tuple[str, str], Layer]


class Unsent(Struct, frozen=True):
    """A command that is not done: *state* 0 waits until *due*, and for its lease to end; 2 is given up."""

    event: int
    n: int
    subject: str
    state: int
    due: datetime
    leased_until: datetime | None

    @property
    def free_at(self) -> datetime:
        """When it may be taken next."""
        return max(self.due, self.leased_until or self.due)


async def families(connection: asyncpg.Connection) -> dict[str, Family]:
    """Return every family by subject."""
    return {subject: decode_family(body) for subject, body in await connection.fetch(_FAMILIES)}


async def layers(connection: asyncpg.Connection) -> Layers:
    """Return every stock layer by product and location."""
    rows = await connection.fetch(_LAYERS)
    return {(row[0].removeprefix(UNITS_PREFIX), row[1]): _layer(row[3:], row[2]) for row in rows}


def _layer(numbers: Sequence[Any], plans: str | None) -> Layer:
    layer = Layer(*numbers)
    layer.plans = decode_plans(plans)
    return layer


async def waiting(connection: asyncpg.Connection) -> dict[tuple[str, str], int]:
    """Return the deliveries in the inbox, in order, by (source, id): 0 waits, 1 is early, 2 is parked."""
    return {(source, ext_id): state for source, ext_id, state in await connection.fetch(_INBOX)}


async def unsent(connection: asyncpg.Connection) -> list[Unsent]:
    """Return the commands that are not done, in order."""
    return [Unsent(*row) for row in await connection.fetch(_OUTBOX)]


async def breaks(connection: asyncpg.Connection) -> list[tuple[int, str, str]]:
    """Return (event, kind, detail) of every break, in order."""
    return [tuple(row) for row in await connection.fetch(_BREAKS)]
