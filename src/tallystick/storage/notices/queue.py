"""Notices waiting for their addressee: leased for a while, every attempt kept, and whether one may have gone out already."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.engine.delivery import Attempt, Leased, Span
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.channels import TellCustomer
from tallystick.security.keyring import Keyring

TYPE: Final = CATALOGUE.of(TellCustomer).type
STATES: Final = {0: "waiting", 1: "sent", 2: "not sent"}
_LEASE: Final = (
    "update notice o set leased_until = $2, attempts = attempts + 1 from (select w.event, w.n from notice w "
    "where w.state = 0 and w.due <= $1 and (w.leased_until is null or w.leased_until <= $1) and not exists ("
    "select 1 from notice b where b.state = 0 and b.subject = w.subject and (b.made_at, b.event, b.n) < (w.made_at, w.event, w.n) "
    "and (b.attempts = 0 or b.attempts = 1 and b.leased_until > $1)) order by w.due, w.made_at, w.event, w.n limit $3 "
    "for update of w skip locked) p where o.event = p.event and o.n = p.n "
    "returning o.event, o.n, o.subject, o.body, o.attempts"
)
_RELEASE: Final = (
    "update notice set leased_until = null, attempts = attempts - 1 "
    "where event = $1 and n = $2 and attempts = $3 and state = 0"
)
_NOTE: Final = "insert into notice_attempt (event, n, at, outcome, detail) values ($1, $2, $3, $4, $5)"
_SETTLE: Final = (
    "update notice set state = $4, due = coalesce($5, due), leased_until = null, begun_at = null "
    "where event = $1 and n = $2 and attempts = $3 and state = 0"
)
_BEGIN: Final = (
    "update notice o set begun_at = clock_timestamp() from (select event, n, begun_at from notice "
    "where event = $1 and n = $2 for update) was where o.event = was.event and o.n = was.n "
    "returning was.begun_at is not null as before, o.resent"
)
_LIST: Final = (
    "select o.event, o.n, o.subject, o.kind, o.channel, o.customer, o.state, o.attempts, o.made_at, o.due, "
    "coalesce(a.outcome, '') as outcome, coalesce(a.detail, '') as detail, a.at from notice o left join lateral "
    "(select outcome, detail, at from notice_attempt a where a.event = o.event and a.n = o.n order by id desc limit 1) a "
    "on true where ($1::text is null or o.subject = $1) and ($2::int is null or o.state = $2) "
    "order by o.made_at desc, o.event desc, o.n desc limit $3"
)
_RESEND: Final = (
    "update notice set state = 0, due = $3, attempts = 0, resent = resent + 1, leased_until = null, begun_at = null "
    "where event = $1 and n = $2 and (leased_until is null or leased_until <= $3) returning subject"
)
_HASTEN: Final = "update notice set due = least(due, $1) where state = 0"
_KEEP: Final = (
    "insert into notice_secret (name, sealed) values ($1, $2) "
    "on conflict (name) do update set sealed = excluded.sealed, set_at = clock_timestamp()"
)


class NoNotice(LookupError):
    """There is no notice of that number, or it is being sent right now."""


class Begun(Struct, frozen=True):
    """Whether a letter of this notice was begun *before* and nobody knows what came of it; how often it was *resent*."""

    before: bool
    resent: int


class NoticeShown(Struct, frozen=True):
    """A notice as it stands, with what came of its last attempt. The addressee is a reference."""

    number: str
    order: str
    kind: str
    channel: str
    customer: str
    state: str
    attempts: int
    made_at: datetime
    due: datetime
    outcome: str
    detail: str
    at: datetime | None


class NoticeQueue:
    """Implements `engine.delivery.OutboxStore` for notices.

    Of one order the later waits for the first attempt of the earlier, and no longer: who cannot be told of one thing may
    be told of the next. Nothing else waits for anything.
    """

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Use connections of *pool*."""
        self._pool = pool

    async def lease(self, span: Span, limit: int, kinds: Collection[str]) -> Sequence[Leased]:  # noqa: ARG002 - there is one kind
        """Take up to *limit* notices that are due, for nobody else during *span*."""
        rows = await self._pool.fetch(_LEASE, span.now, span.until, limit)
        found = [Leased(r["event"], r["n"], TYPE, r["subject"], r["body"], r["attempts"]) for r in rows]
        return sorted(found, key=lambda c: (c.event, c.n))

    async def release(self, command: Leased) -> None:
        """Give back a notice nobody has tried to send."""
        await self._pool.execute(_RELEASE, command.event, command.n, command.attempt)

    async def settle(self, command: Leased, attempt: Attempt) -> None:
        """Note an attempt and what becomes of its notice, unless the lease was lost meanwhile."""
        state = 0 if attempt.again_at is not None else 1 if attempt.is_done else 2
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_NOTE, command.event, command.n, attempt.at, attempt.outcome, attempt.detail)
            await connection.execute(_SETTLE, command.event, command.n, command.attempt, state, attempt.again_at)

    async def begin(self, key: str) -> Begun:
        """Keep that a letter is being handed over, before it is; say whether one was before."""
        row = await self._pool.fetchrow(_BEGIN, *numbers_of(key))
        if row is None:
            raise NoNotice(f"there is no notice {key}")
        return Begun(row["before"], row["resent"])

    async def all(self, order: str | None, state: str | None, limit: int) -> list[NoticeShown]:
        """Return the newest notices: of one order, in one state, or all."""
        number = next((n for n, name in STATES.items() if name == state), None)
        rows = await self._pool.fetch(_LIST, order and f"order/{order}", number, limit)
        return [_shown(row) for row in rows]

    async def resend(self, key: str, now: datetime) -> str:
        """Have a notice sent again, as a new letter; return its subject. Raises `NoNotice`."""
        try:
            event, n = numbers_of(key)
        except ValueError:
            raise NoNotice(f"{key!r} is no number of a notice") from None
        row = await self._pool.fetchrow(_RESEND, event, n, now)
        if row is None:
            raise NoNotice(f"there is no notice {key} that is not being sent right now")
        subject: str = row["subject"]
        return subject

    async def hasten(self, now: datetime) -> None:
        """Try at once what waits: something was mended."""
        await self._pool.execute(_HASTEN, now)

    async def keep_secret(self, keyring: Keyring, name: str, secret: str) -> None:
        """Keep a secret, sealed; the one before it is gone."""
        await self._pool.execute(_KEEP, name, keyring.seal_credential(f"notices/{name}", secret))

    async def secret(self, keyring: Keyring, name: str) -> str:
        """Return a secret for whoever needs it; empty where none was given."""
        sealed = await self._pool.fetchval("select sealed from notice_secret where name = $1", name)
        return keyring.credential(f"notices/{name}", sealed) if sealed else ""

    async def secrets_set_at(self) -> datetime | None:
        """Return when a secret was given last: who sends letters knows an older one no more."""
        found: datetime | None = await self._pool.fetchval("select max(set_at) from notice_secret")
        return found


def _shown(row: asyncpg.Record) -> NoticeShown:
    event, n, subject, kind, channel, customer, state, *rest = row
    named = (f"{event:x}.{n}", subject.partition("/")[2], kind, channel, customer, STATES[state])
    return NoticeShown(*named, *rest)


def numbers_of(key: str) -> tuple[int, int]:
    """Return the event and place that a notice is known by; raise `ValueError`."""
    event, _, n = key.partition(".")
    return int(event, 16), int(n)
