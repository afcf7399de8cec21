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


class Outbox:
    """Implements `engine.delivery.OutboxStore`."""

    def __init__(self, connection: asyncpg.Connection | Line, names: Names) -> None:
        """Use *connection* for short transactions of its own."""
        self._line, self._names = line_over(connection), names

    async def lease(self, span: Span, limit: int, kinds: Collection[str]) -> Sequence[Leased]:
        """Take up to *limit* commands of some *kinds* that are due, for nobody else during *span*."""
        with told_when_away():
            connection = await self._line.live()
            rows = await connection.fetch(_LEASE, span.now, span.until, limit, list(kinds))
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
