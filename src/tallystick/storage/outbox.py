"""The outbox: commands waiting for their partner, leased for a while, every attempt kept.

A lease asks for what is waiting, never for what is newer than a cursor: a row whose transaction commits late is simply
found the next time. Commands of one subject leave in order: the next one is leased when the one before is done.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tallystick.engine.delivery import Attempt, Leased, Span
from tallystick.storage.line import Line, line_over, told_when_away
from tallystick.storage.names import Names

_LEASE: Final = (
    "update outbox o set leased_until = $2, attempts = attempts + 1 from ("
    "select event, n from outbox w where w.state = 0 and w.due <= $1 and w.kind in (select id from kind where name = any($4)) "
    "and starts_with(w.subject, $5) "
    "and (w.leased_until is null or w.leased_until <= $1) and not exists ("
    "select 1 from outbox b where b.state = 0 and b.subject = w.subject and (b.event, b.n) < (w.event, w.n)) "
    "order by w.event, w.n limit $3 for update skip locked) p "
    "where o.event = p.event and o.n = p.n returning o.event, o.n, o.kind, o.subject, o.body, o.attempts"
)
_NOTE: Final = "insert into attempt values ($1, $2, $3, $4, $5, $6) on conflict do nothing"
_DONE: Final = "update outbox set state = $3, leased_until = null where event = $1 and n = $2 and attempts = $4"
_AGAIN: Final = (
    "update outbox set due = $3, leased_until = null where event = $1 and n = $2 and attempts = $4 and state = 0"
)
_RELEASE: Final = "update outbox set leased_until = null, attempts = attempts - 1 where event = $1 and n = $2 and attempts = $3 and state = 0"
_REVIVE: Final = (
    "update outbox set state = 0, due = $3, attempts = 0 where event = $1 and n = $2 and state = 2 returning 1"
)
_ALONE: Final = 0x9055
_GIVE_WAY: Final = "select pg_advisory_unlock($1, hashtext(current_schema()))"
_TAKE_OVER: Final = (
    "update outbox set leased_until = null where state = 0 and leased_until is not null "
    "and kind in (select id from kind where name = any($1)) and starts_with(subject, $2)"
)
_IS_DUE: Final = (
    "select exists (select from outbox where state = 0 and due <= $1 "
    "and kind in (select id from kind where name = any($2)) and starts_with(subject, $3))"
)
_HASTEN: Final = (
    "update outbox set due = least(due, $1), leased_until = null where state = 0 and (due > $1 or leased_until > $1) "
    "and kind in (select id from kind where name = any($2)) and starts_with(subject, $3)"
)


class Outbox:
    """Implements `engine.delivery.OutboxStore`."""

    def __init__(self, connection: asyncpg.Connection | Line, names: Names, prefix: str = "") -> None:
        """Use *connection* for short transactions of its own; leave subjects that do not start with *prefix* alone."""
        self._line, self._names, self._prefix = line_over(connection), names, prefix

    async def lease(self, span: Span, limit: int, kinds: Collection[str]) -> Sequence[Leased]:
        """Take up to *limit* commands of some *kinds* that are due, for nobody else during *span*."""
        with told_when_away():
            connection = await self._line.live()
            rows = await connection.fetch(_LEASE, span.now, span.until, limit, list(kinds), self._prefix)
        if any(row["kind"] not in self._names.names["kind"] for row in rows):
            await self._names.load()
        named = self._names.names["kind"]
        found = [Leased(r["event"], r["n"], named[r["kind"]], r["subject"], r["body"], r["attempts"]) for r in rows]
        return sorted(found, key=lambda c: (c.event, c.n))

    async def settle(self, command: Leased, attempt: Attempt) -> None:
        """Note an attempt and what becomes of its command, unless the lease was lost to somebody else meanwhile."""
        with told_when_away():
            connection = await self._line.live()
            async with connection.transaction():
                await connection.fetch(
                    _NOTE, command.event, command.n, command.attempt, attempt.at, attempt.outcome, attempt.detail
                )
                if attempt.again_at is None:
                    state = 1 if attempt.is_done else 2
                    await connection.fetch(_DONE, command.event, command.n, state, command.attempt)
                else:
                    await connection.fetch(_AGAIN, command.event, command.n, attempt.again_at, command.attempt)

    async def release(self, command: Leased) -> None:
        """Give back a command nobody has tried to deliver: others may take it at once, and no attempt is counted."""
        with told_when_away():
            connection = await self._line.live()
            await connection.fetch(_RELEASE, command.event, command.n, command.attempt)

    async def revive(self, event: int, n: int, now: datetime) -> bool:
        """Give a dead command another round of attempts; say whether there was one."""
        connection = await self._line.live()
        return bool(await connection.fetch(_REVIVE, event, n, now))

    async def alone(self) -> bool:
        """Say whether nobody else empties this outbox whole, and keep others from it until one gives way or hangs up."""
        connection = await self._line.live()
        return bool(await connection.fetchval("select pg_try_advisory_lock($1, hashtext(current_schema()))", _ALONE))

    async def is_due(self, now: datetime, kinds: Collection[str]) -> bool:
        """Say whether a command of some *kinds* waits whose pause is over."""
        connection = await self._line.live()
        return bool(await connection.fetchval(_IS_DUE, now, list(kinds), self._prefix))

    async def give_way(self) -> None:
        """Let others be alone with it again."""
        connection = await self._line.live()
        await connection.fetchval(_GIVE_WAY, _ALONE)

    async def take_over(self, kinds: Collection[str]) -> None:
        """Take commands of some *kinds* from whoever leased them and has died: ask only when alone. Pauses stay.

        Only for partners that stand the same command from two sides at once: see that they do.
        """
        connection = await self._line.live()
        await connection.execute(_TAKE_OVER, list(kinds), self._prefix)

    async def hasten(self, now: datetime, kinds: Collection[str]) -> None:
        """Make commands of some *kinds* due now, also those that somebody has leased and may have died with.

        Only for partners that stand the same command from two sides at once: see that they do.
        """
        connection = await self._line.live()
        await connection.execute(_HASTEN, now, list(kinds), self._prefix)
