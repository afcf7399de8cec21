"""Subscribers: who is told of what, how far each has been told, and what failed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from tallystick.engine.telling import Failed, News, Round, Subscriber
from tallystick.ports.publishing import Address
from tallystick.security.keyring import Keyring
from tallystick.storage.serving.news import NEWS, Teaching

ROTATION_HOURS: Final = 24
FAILURES_SHOWN_MAX: Final = 10
_ADD: Final = (
    "with s as (insert into subscriber (name, url, is_private, types, secrets, credentials) values ($1, $2, $3, $4, $5, $7) "
    "on conflict do nothing returning id) insert into subscriber_position (subscriber, gate, event) "
    "select s.id, g.id, case when $6 then g.id::bigint << 52 else g.batch << 12 | 4095 end from s, gate g returning subscriber"
)
_BEHIND: Final = (
    "select count(*) from subscriber_position p join gate g on g.id = p.gate "
    "where p.subscriber = s.id and g.batch << 12 | 4095 > p.event"
)
_LEASE: Final = (
    "update subscriber set leased_until = $2 where id in (select id from subscriber s where paused_because is null "
    f"and due <= $1 and (leased_until is null or leased_until <= $1) and ({_BEHIND}) > 0 for update skip locked) "
    "returning id, name, url, is_private, types, secrets, credentials, failures"
)
_TOLD: Final = (
    "update subscriber_position p set event = u.e from (select unnest($2::smallint[]), unnest($3::bigint[])) u(g, e) "
    "where p.subscriber = $1 and p.gate = u.g and p.event < u.e"
)
_DONE: Final = "update subscriber set failures = 0, leased_until = null where id = $1"
_FAILED: Final = (
    "with f as (insert into subscriber_failure values ($1, $2, $3, $4)) update subscriber set failures = failures + 1, "
    "leased_until = null, due = coalesce($5, due), paused_because = $6 where id = $1"
)
_PAUSE: Final = "update subscriber set paused_because = $2 where name = $1 returning id"
_RESUME: Final = "update subscriber set paused_because = null, failures = 0, due = now() where name = $1 returning id"
_LIST: Final = (
    "select s.id, s.name, s.url, s.is_private, s.types, s.created_at, s.paused_because, s.failures, s.due, "
    f"({_BEHIND}) as gates_behind, "
    "(select f.detail from subscriber_failure f where f.subscriber = s.id order by f.at desc limit 1) as last_failure "
    "from subscriber s order by s.name"
)


class NoSubscriber(LookupError):
    """There is no subscriber of that name, or there is one already."""


class Secret(Struct):
    """A signing secret; None while it has no end."""

    key: bytes
    until: datetime | None = None


class SubscriberShown(Struct, frozen=True):
    """A subscriber as it stands; `gates_behind` counts the gates that moved since it was last told everything."""

    id: int
    name: str
    url: str
    is_private: bool
    types: list[str]
    created_at: datetime
    paused_because: str | None
    failures: int
    due: datetime
    gates_behind: int
    last_failure: str | None


class Subscribers:
    """Implements `engine.telling.SubscriberStore`, and what commands need beside it."""

    def __init__(self, pool: asyncpg.Pool, keyring: Keyring, book: str) -> None:
        """Keep secrets sealed with *keyring*; messages name *book* as their source."""
        self._pool, self._keyring, self._teaching = pool, keyring, Teaching(book)

    async def add(self, name: str, address: Address, types: Sequence[str], *, from_start: bool) -> None:
        """Add a subscriber, told of everything from now on, or *from_start*; raise `NoSubscriber` where there is one."""
        sealed = self._sealed([Secret(key) for key in address.secrets])
        credentials = self._keyring.seal(address.credentials.encode()) if address.credentials else None
        row = (name, address.url, address.is_private, list(types), sealed, from_start, credentials)
        rows = await self._pool.fetch(_ADD, *row)
        if not rows:
            raise NoSubscriber(f"there is a subscriber {name!r} already")

    async def all(self) -> list[SubscriberShown]:
        """Return every subscriber, by name."""
        return [SubscriberShown(*row) for row in await self._pool.fetch(_LIST)]

    async def pause(self, name: str, because: str | None) -> None:
        """Pause a subscriber, or go on with None; raise `NoSubscriber`."""
        rows = await (self._pool.fetch(_PAUSE, name, because) if because else self._pool.fetch(_RESUME, name))
        if not rows:
            raise NoSubscriber(f"there is no subscriber {name!r}")

    async def rotate(self, name: str, key: bytes, now: datetime) -> None:
        """Sign with a new secret from now on, and for a day with the old one too."""
        row = await self._pool.fetchrow("select id, secrets from subscriber where name = $1", name)
        if row is None:
            raise NoSubscriber(f"there is no subscriber {name!r}")
        kept = [s for s in self._opened(row["secrets"]) if s.until is None]
        until = now + timedelta(hours=ROTATION_HOURS)
        secrets = [Secret(key), *(Secret(s.key, until) for s in kept)]
        await self._pool.execute("update subscriber set secrets = $2 where id = $1", row["id"], self._sealed(secrets))

    async def named(self, name: str, now: datetime) -> Subscriber:
        """Return one subscriber; raise `NoSubscriber`."""
        row = await self._pool.fetchrow(
            "select id, name, url, is_private, types, secrets, credentials, failures from subscriber where name = $1",
            name,
        )
        if row is None:
            raise NoSubscriber(f"there is no subscriber {name!r}")
        return self._subscriber(row, now)

    async def lease(self, now: datetime, until: datetime) -> Sequence[Subscriber]:
        """Take subscribers that are due, for nobody else until *until*."""
        return [self._subscriber(row, now) for row in await self._pool.fetch(_LEASE, now, until)]

    async def news(self, subscriber: Subscriber, limit: int) -> Round:
        """Return events after the subscriber's position.

        The heads of the gates are read before the events are: whatever a head counts is among the events, if all are.
        """
        async with self._pool.acquire() as connection:
            heads = [row[0] for row in await connection.fetch("select batch << 12 | 4095 from gate")]
            rows = await connection.fetch(NEWS, subscriber.id, limit)
        news = tuple(News(row["id"], self._teaching.told(row, subscriber.types)) for row in rows)
        return Round(news, tuple(heads) if len(rows) < limit else ())

    async def of_event(self, subscriber: Subscriber, event: int) -> News:
        """Return what of one event a subscriber is told; raise `NoSubscriber` where there is no such event."""
        rows = await self._pool.fetch(f"{self._teaching.EVENT} where e.id = $1", event)
        if not rows:
            raise NoSubscriber(f"there is no event {event}")
        return News(event, self._teaching.told(rows[0], subscriber.types))

    async def told(self, subscriber: Subscriber, events: Sequence[int]) -> None:
        """Move the position past *events*."""
        last: Mapping[int, int] = _last_by_gate(events)
        if last:
            await self._pool.fetch(_TOLD, subscriber.id, list(last), list(last.values()))

    async def failed(self, subscriber: Subscriber, failure: Failed) -> None:
        """Note a failed attempt and give the subscriber back."""
        f = failure
        because = f.paused_because or None
        await self._pool.fetch(_FAILED, subscriber.id, f.at, f.message, f.detail, f.again_at, because)

    async def done(self, subscriber: Subscriber) -> None:
        """Give the subscriber back."""
        await self._pool.fetch(_DONE, subscriber.id)

    def _subscriber(self, row: asyncpg.Record, now: datetime) -> Subscriber:
        valid = tuple(s.key for s in self._opened(row["secrets"]) if s.until is None or s.until > now)
        credentials = self._keyring.unseal(row["credentials"]).decode() if row["credentials"] else ""
        address = Address(row["url"], valid, row["is_private"], credentials)
        return Subscriber(row["id"], row["name"], address, frozenset(row["types"]), row["failures"])

    def _sealed(self, secrets: Sequence[Secret]) -> bytes:
        return self._keyring.seal(msgspec.json.encode(secrets))

    def _opened(self, sealed: bytes) -> list[Secret]:
        return msgspec.json.decode(self._keyring.unseal(sealed), type=list[Secret])


def _last_by_gate(events: Sequence[int]) -> Mapping[int, int]:
    last: defaultdict[int, int] = defaultdict(int)
    for event in events:
        last[event >> 52] = max(last[event >> 52], event)
    return last
