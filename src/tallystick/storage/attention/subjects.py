"""One subject as it stands: its processes, the commands it sent, and what of it still waits."""

from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.processes.family import Family, decode_family

_FIND: Final = (
    "select subject, kind, state from process where subject = $1 or (strpos($1, '/') = 0 and right(subject, $2) = $3) "
    "order by subject = $1 desc, subject limit 20"
)
_COMMANDS: Final = (
    "select o.event, k.name as type, o.body, o.state, o.attempts, o.due, "
    "(select a.outcome || ': ' || a.detail from attempt a where (a.event, a.n) = (o.event, o.n) order by a.attempt desc "
    "limit 1) as last from outbox o join kind k on k.id = o.kind where o.subject = $1 "
    "union all select x.event, k.name, x.body, case when x.closed_at is null then 3 else 4 end, 0, b.recorded_at, x.closed_as "
    "from kept_command x join kind k on k.id = x.kind join batch b on b.id = x.event >> 12 where x.subject = $1 order by 1"
)
_WAITING: Final = (
    "select s.name as source, d.ext_id, i.state, d.received_at from inbox i join delivery d on d.id = i.delivery "
    "join source s on s.id = d.source where i.subject = $1 order by i.position, i.delivery"
)


_DEADLINES: Final = "select member, version, due from timer where subject = $1 order by due, member"


class Found(Struct, frozen=True):
    """A subject the book knows, with the root of its family and that one's state."""

    subject: str
    kind: str
    state: str


class SentCommand(Struct, frozen=True):
    """A command: state 0 waiting, 1 done, 2 dead; 3 kept for an old system to do, 4 done by it. `last` is what came of it last."""

    event: int
    type: str
    body: bytes
    state: int
    attempts: int
    due: datetime
    last: str | None


class StillWaiting(Struct, frozen=True):
    """A delivery of the subject in the inbox: state 0 waiting, 1 early, 2 parked."""

    source: str
    id: str
    state: int
    received_at: datetime


async def find_subjects(connection: asyncpg.Connection, name: str) -> list[Found]:
    """Return the subjects called *name*, or, for a bare id, those that end in it; an exact one comes first."""
    rows = await connection.fetch(_FIND, name, len(name) + 1, f"/{name}")
    return [Found(*row) for row in rows]


async def family_of(connection: asyncpg.Connection, subject: str) -> Family:
    """Return the processes of *subject*, empty when there are none."""
    body = await connection.fetchval("select body from process where subject = $1", subject)
    return decode_family(body) if body else {}


async def commands_of(connection: asyncpg.Connection, subject: str) -> list[SentCommand]:
    """Return the commands *subject* has sent, in order."""
    return [SentCommand(*row) for row in await connection.fetch(_COMMANDS, subject)]


async def waiting_of(connection: asyncpg.Connection, subject: str) -> list[StillWaiting]:
    """Return the deliveries of *subject* that are not worked off yet."""
    return [StillWaiting(*row) for row in await connection.fetch(_WAITING, subject)]


async def deadlines_of(connection: asyncpg.Connection, subject: str, family: Family) -> list[tuple[str, datetime]]:
    """Return (member, due) of the deadlines that still mean something: the member stands where it stood when set."""
    rows = await connection.fetch(_DEADLINES, subject)
    return [(m, due) for m, version, due in rows if m in family and family[m].version == version]
