"""Cases of customer service, to be listed."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tallystick.processes.family import data_of, decode_family
from tallystick.processes.members import CASE

_CASES: Final = (
    "select p.body, p.state, b.recorded_at from process p join batch b on b.id = p.event >> 12 "
    "where p.kind = 'case' and ($1 or p.state = 'OPEN') order by b.recorded_at, p.subject"
)


class KnownCase(Struct, frozen=True):
    """A case: what it is about, who asks (the vault's reference), how often the customer wrote, and when it last moved."""

    case: str
    state: str
    topic: str
    channel: str
    order: str
    rma: str
    customer: str
    because: str
    said: int
    moved_at: Any


async def cases(connection: asyncpg.Connection, *, closed: bool = False) -> Sequence[KnownCase]:
    """Return the open cases, the longest untouched first; with *closed*, all of them."""
    return [_known(row) for row in await connection.fetch(_CASES, closed)]


def _known(row: Any) -> KnownCase:
    x: Any = data_of(decode_family(row["body"]), CASE)
    about = (x.case, row["state"], x.topic, x.channel, x.order, x.rma, x.customer, x.because, x.said)
    return KnownCase(*about, row["recorded_at"])
