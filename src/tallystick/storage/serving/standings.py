"""Subjects as they stand and single recorded messages: what a customer's front end looks at all day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
from msgspec import Raw

from tallystick.ports.reading import CommandSent, Due, Recorded, Standing
from tallystick.processes.family import decode_family, tag_of

_FAMILIES: Final = "select subject, event, body from process where subject = any($1::text[])"
_COMMANDS: Final = (
    "select o.subject, k.name, o.state, o.attempts, o.due from outbox o join kind k on k.id = o.kind "
    "where o.subject = any($1::text[]) order by o.event, o.n"
)
_TIMERS: Final = "select subject, member, version, due from timer where subject = any($1::text[]) order by due"
_RECORDED: Final = (
    "select e.id, k.name, e.subject, e.body, e.answer from event e join kind k on k.id = e.kind where e.id = $1"
)
_FIRST: Final = (
    "select e.id, k.name, e.subject, e.body, e.answer from event e join kind k on k.id = e.kind "
    "join batch b on b.id = e.id >> 12 where e.subject = $1 and k.name = $2 order by b.recorded_at, e.id limit 1"
)
_STATES: Final = ("waiting", "done", "dead")


class Standings:
    """Implements `ports.reading.StandingReader` and `RecordReader`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Ask over *pool*."""
        self._pool = pool

    async def standings(self, subjects: Sequence[str]) -> Mapping[str, Standing]:
        """Return those of *subjects* that the book knows."""
        async with self._pool.acquire() as connection:
            families = await connection.fetch(_FAMILIES, subjects)
            known = [row["subject"] for row in families]
            commands = await connection.fetch(_COMMANDS, known)
            timers = await connection.fetch(_TIMERS, known)
        sent: defaultdict[str, list[CommandSent]] = defaultdict(list)
        for subject, kind, state, attempts, due in commands:
            sent[subject].append(CommandSent(kind, _STATES[state], attempts, due))
        due_of: defaultdict[str, list[asyncpg.Record]] = defaultdict(list)
        for row in timers:
            due_of[row["subject"]].append(row)
        return {
            subject: Standing(
                subject, event, tag_of(body), body, tuple(sent[subject]), _still_due(body, due_of[subject])
            )
            for subject, event, body in families
        }

    async def recorded(self, event: int) -> Recorded | None:
        """Return the message recorded as *event*."""
        return _recorded(await self._pool.fetch(_RECORDED, event))

    async def first_of(self, subject: str, type_name: str) -> Recorded | None:
        """Return the first message of a type that *subject* was told."""
        return _recorded(await self._pool.fetch(_FIRST, subject, type_name))


def _recorded(rows: Sequence[asyncpg.Record]) -> Recorded | None:
    return next(
        (Recorded(event, kind, subject, body, Raw(answer)) for event, kind, subject, body, answer in rows), None
    )


def _still_due(body: bytes, timers: Sequence[asyncpg.Record]) -> tuple[Due, ...]:
    """A deadline means something only while its member stands where it stood when it was set."""
    if not timers:
        return ()
    family = decode_family(body)
    return tuple(Due(m, due) for _, m, version, due in timers if m in family and family[m].version == version)
