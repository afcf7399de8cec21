"""Returns under a policy of which something is open, the longest untouched first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.processes.family import data_of, decode_family

_ORDERS: Final = (
    "select p.body, b.recorded_at from process p join batch b on b.id = p.event >> 12 "
    "where p.kind = 'order' and position('\"rma/'::bytea in p.body) > 0 order by 2"
)
_ROWS_AT_ONCE: Final = 1000
AWAITED: Final = frozenset({"AUTHORISED", "LABELLED", "PARTLY"})


class OpenReturn(Struct, frozen=True):
    """A return: units awaited, to be inspected and set aside; minor units that wait for approval, and that are owed for it.

    `moved_at` is when its order was last told of.
    """

    order: str
    rma: str
    state: str
    moved_at: datetime
    expected: int
    held: int
    aside: int
    waits_for: int
    advanced: int


async def open_returns(connection: asyncpg.Connection) -> list[OpenReturn]:
    """Return the returns whose goods or money wait for something."""
    found: list[OpenReturn] = []
    async with connection.transaction(readonly=True):
        cursor = await connection.cursor(_ORDERS)
        while rows := await cursor.fetch(_ROWS_AT_ONCE):
            for body, moved_at in rows:
                found += _open(body, moved_at)
    return found


def _open(body: bytes, moved_at: datetime) -> Iterator[OpenReturn]:
    family = decode_family(body)
    for name in [n for n in family if n.startswith("rma/")]:
        data: Any = data_of(family, name)
        awaited = sum(x.quantity for x in data.expected) if family[name].state in AWAITED else 0
        held = sum(x.known + x.strange for x in data.held)
        aside = sum(x.quantity for x in data.aside)
        if awaited or held or aside or data.waits_for or data.advanced:
            state = family[name].state
            yield OpenReturn(data.order, data.rma, state, moved_at, awaited, held, aside, data.waits_for, data.advanced)
