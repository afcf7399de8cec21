"""The outbox: commands waiting for their partner, leased for a while, every attempt kept.

A lease asks for what is waiting, never for what is newer than a cursor: a row whose transaction commits late is simply
found the next time. Commands of one subject leave in order: the next one is leased when the one before is done. One that
nobody takes keeps no other back: a shop that is told nothing must not keep the customer's money held.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from tallystick.engine.delivery import Attempt, Leased, Span
from tallystick.messages.catalogue import CATALOGUE
from tallystick.storage.line import Line, line_over, told_when_away
from tallystick.storage.names import Names

_TAKE: Final = (
    "update outbox o set leased_until = $2, attempts = attempts + 1 from ({due}) p "
    "where o.event = p.event and o.n = p.n returning o.event, o.n, o.kind, o.subject, o.body, o.attempts"
)
# Numbers of two gates say nothing of which came first; the moments their batches were recorded do (decision 8).
_BEFORE: Final = (
    "case when b.event >> 52 = w.event >> 52 then (b.event, b.n) < (w.event, w.n) "
    "else ((select recorded_at from batch where id = b.event >> 12), b.event) < "
    "((select recorded_at from batch where id = w.event >> 12), w.event) end"
)
_DUE: Final = (
    "and starts_with(w.subject, $5) and (w.leased_until is null or w.leased_until <= $1) and not exists ("
    f"select 1 from outbox b where b.state = 0 and b.subject = w.subject and {_BEFORE} and ("
    "b.kind in (select id from kind where name = any({beside})) or exists ("
    "select 1 from connection_route t where t.kind = b.kind and t.address = b.address))) "
    "order by w.event, w.n limit $3 for update of w skip locked"
)
_KINDS: Final = "w.state = 0 and w.due <= $1 and w.kind in (select id from kind where name = any($4))"
_LEASE: Final = _TAKE.format(
    due=f"select event, n from outbox w where {_KINDS} and not exists (select 1 from connection_route r "
    f"where r.kind = w.kind and r.address = w.address) {_DUE.format(beside='$4')}"
)
_LEASE_OF: Final = _TAKE.format(
    due="select w.event, w.n from connection_route r join outbox w on w.kind = r.kind and w.address = r.address "
    f"where r.connection = $6 and {_KINDS} {_DUE.format(beside='$7')}"
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
# An acknowledgement says what they call it. One id for two of ours would be a guess: then it is linked to neither.
_AMBIGUOUS: Final = (
    "update identity_link set ended_at = clock_timestamp(), ended_by = 'ambiguous: also ' || $4 where connection = $1 "
    "and kind = $2 and foreign_id = $3 and ended_at is null and split_part(our_id, '#', 1) <> split_part($4, '#', 1)"
)
_ACKNOWLEDGED: Final = (
    "insert into identity_link (connection, kind, foreign_id, our_id, linked_by) select $1, $2, $3, $4, 'acknowledgement' "
    "where not exists (select 1 from identity_link where connection = $1 and kind = $2 and foreign_id = $3) "
    "on conflict do nothing"
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
        self.lane: int | None = None
        """The connection whose commands these are; None leaves to each its own, and takes what is nobody's."""
        self.beside: Collection[str] = ()
        """The types of commands that are taken beside all connections; those of a lane wait for them."""

    async def lease(self, span: Span, limit: int, kinds: Collection[str]) -> Sequence[Leased]:
        """Take up to *limit* commands of some *kinds* that are due, for nobody else during *span*."""
        with told_when_away():
            connection = await self._line.live()
            asked = (span.now, span.until, limit, list(kinds), self._prefix)
            if self.lane is None:
                rows = await connection.fetch(_LEASE, *asked)
            else:
                rows = await connection.fetch(_LEASE_OF, *asked, self.lane, list(self.beside))
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
                    if attempt.is_done and self.lane is not None and attempt.detail:
                        await self._link(connection, self.lane, (command, attempt.detail))
                else:
                    await connection.fetch(_AGAIN, command.event, command.n, attempt.again_at, command.attempt)

    async def _link(self, connection: asyncpg.Connection, lane: int, told: tuple[Leased, str]) -> None:
        """Keep what the partner calls it: by the command's name, and as ours its subject and key."""
        command, foreign_id = told
        link = (lane, CATALOGUE.named(command.type).name, foreign_id, f"{command.subject}#{command.key}")
        await connection.execute(_AMBIGUOUS, *link)
        await connection.execute(_ACKNOWLEDGED, *link)

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
