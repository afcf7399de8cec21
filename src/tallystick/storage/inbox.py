"""The inbox: the raw body first, deduplicated on (source, id) for ever, ordered and parked per subject."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.ports.connector import Delivery
from tallystick.security.keyring import Keyring
from tallystick.storage.line import Line, line_over, told_when_away
from tallystick.storage.names import Names
from tallystick.storage.vault import remember_people

PARTITIONS: Final = 16
"""Subjects are spread over so many partitions, each worked off by one worker at a time (decision 15)."""
PARTITION: Final = f"(hashtext({{subject}}) & {PARTITIONS - 1})"
WORD_SECONDS_MIN: Final = 0.1
"""Transactions with a notification commit one at a time; so a busy door gives word now and then, and workers look by themselves."""
LOADING_SECONDS_MAX: Final = 24 * 3600
BODIES_BYTES_MAX: Final = 1 << 24
_LOADING: Final = 0x10AD
_LOCK_LOADING: Final = "select pg_advisory_lock($1, hashtext(current_schema()))"
_UNLOCK_LOADING: Final = "select pg_advisory_unlock($1, hashtext(current_schema()))"
_NOTIFY: Final = "select pg_notify(current_schema(), '')"
_CONFLICT: Final = (
    "the same id came again with other content: %s was kept first, this is %s",
    "ask the sender which one is right; retry this one under an id of its own, or drop it",
)
_RECEIVE: Final = (
    "with d as (insert into delivery (source, ext_id, subject, digest, body, person) "
    "select s, x, su, dg, b, p from unnest($1::smallint[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[]) "
    "with ordinality u(s, x, su, dg, b, p, n) order by n on conflict do nothing returning id, subject) "
    "insert into inbox (delivery, subject, position) select id, subject, coalesce($7, id) from d order by id "
    "returning delivery"
)
_CONFLICTS: Final = (
    "insert into dead_letter (delivery, source, ext_id, subject, place, reason, remedy, body, person) "
    "select d.id, d.source, d.ext_id, d.subject, 'delivery', format($5, left(encode(d.digest, 'hex'), 12), "
    "left(encode(u.dg, 'hex'), 12)), $6, u.b, d.person "
    "from unnest($1::smallint[], $2::text[], $3::bytea[], $4::bytea[]) u(s, x, dg, b) "
    "join delivery d on d.source = u.s and d.ext_id = u.x where d.digest <> u.dg and not exists "
    "(select 1 from dead_letter l where l.source = d.source and l.ext_id = d.ext_id and l.place = 'delivery' "
    "and l.closed_at is null) returning id"
)
_SEEN: Final = "select ext_id from delivery where source = $1 and ext_id = any($2::text[])"
_WAITING: Final = (
    "select delivery, position, source, ext_id, subject, digest, body, received_at from ("
    "select *, sum(octet_length(body)) over (order by position, delivery) - octet_length(body) as before from ("
    "select i.delivery, i.position, d.source, d.ext_id, d.subject, d.digest, d.body, d.received_at "
    "from inbox i join delivery d on d.id = i.delivery where i.state = 0 and d.body is not null and i.delivery <> all($1::bigint[]) "
    "and not exists (select 1 from inbox p where p.subject = i.subject and p.state = 2 and p.position < i.position) "
    f"and ($3::int[] is null or {PARTITION.format(subject='i.subject')} = any($3)) "
    "order by i.position, i.delivery limit $2) x) y where before < $4 order by position, delivery"
)
_OF_SUBJECTS: Final = "select ext_id from delivery where source = $1 and subject = any($2::text[])"
_LETTERS: Final = "select count(*) from dead_letter where source = $1 and closed_at is null"
_COUNT: Final = (
    "select count(*) from inbox i join delivery d on d.id = i.delivery where i.state = 0 and d.body is not null"
)


Also = Callable[[asyncpg.Connection], Awaitable[None]]
"""What is done in the transaction that keeps deliveries."""


def _storable(text: str) -> str:
    """PostgreSQL's text holds anything but NUL; a sender's oddity must not keep its neighbours out."""
    return text.replace("\x00", "\N{SYMBOL FOR NULL}")


class Received(Struct, frozen=True):
    """How many deliveries were new, known already, and known under the same id with other content."""

    new: int
    repeated: int
    conflicting: int


class Waiting(Struct, frozen=True):
    """A delivery waiting to be translated; `place` orders the inbox."""

    number: int
    place: tuple[int, int]
    delivery: Delivery
    received_at: datetime


class Inbox:
    """One book's inbox, on a connection of its own."""

    def __init__(self, connection: asyncpg.Connection | Line, names: Names, keyring: Keyring) -> None:
        """Seal bodies with *keyring*."""
        self._line, self._names, self._keyring = line_over(connection), names, keyring
        self._next_word = 0.0

    async def receive(self, deliveries: Sequence[Delivery], place: int | None = None) -> Received:
        """Keep deliveries, in one transaction. When this returns they may be acknowledged to their sender.

        Raises `StoreAway` when the database went away: whether they are kept is unknown, and they may be sent again.
        The same id with other content is kept as a dead letter: nobody knows which of the two is meant.
        *place* lets a mended delivery stand where the broken one stood.
        """
        return await self._received(deliveries, place, None)

    async def receive_with(self, deliveries: Sequence[Delivery], also: Also) -> Received:
        """Keep deliveries and do something *also*, in one transaction: both happen, or neither."""
        return await self._received(deliveries, None, also)

    async def _received(self, deliveries: Sequence[Delivery], place: int | None, also: Also | None) -> Received:
        sources = await self._names.ensure("source", {d.source for d in deliveries})
        numbers, ids = [sources[d.source] for d in deliveries], [_storable(d.id) for d in deliveries]
        sealed = [self._keyring.seal(d.body) for d in deliveries]
        people = [d.person and self._keyring.pseudonym(d.source, d.person) for d in deliveries]
        digests = [d.digest for d in deliveries]
        with told_when_away():
            connection = await self._line.live()
            async with connection.transaction():
                await remember_people(connection, self._keyring, deliveries)
                new = await connection.fetch(
                    _RECEIVE, numbers, ids, [_storable(d.subject) for d in deliveries], digests, sealed, people, place
                )
                conflicts = []
                if len(new) < len(deliveries):
                    conflicts = await connection.fetch(_CONFLICTS, numbers, ids, digests, sealed, *_CONFLICT)
                if also is not None:
                    await also(connection)
                if new and time.monotonic() >= self._next_word:
                    self._next_word = time.monotonic() + WORD_SECONDS_MIN
                    await connection.fetch(_NOTIFY)
        return Received(len(new), len(deliveries) - len(new), len(conflicts))

    @asynccontextmanager
    async def load_alone(self) -> AsyncIterator[None]:
        """Wait until nobody else loads a file into this book, and keep others waiting while the block lasts.

        What a file's opening stock must cover depends on what is on hand, so two files must not be opened at once.
        """
        connection = await self._line.live()
        await connection.fetch(_LOCK_LOADING, _LOADING, timeout=LOADING_SECONDS_MAX)
        try:
            yield
        finally:
            if not connection.is_closed():
                await connection.fetch(_UNLOCK_LOADING, _LOADING)

    async def known(self, source: str, ids: Collection[str]) -> set[str]:
        """Return those of *ids* that arrived before."""
        number = (await self._names.ensure("source", {source}))[source]
        connection = await self._line.live()
        return {row[0] for row in await connection.fetch(_SEEN, number, list(ids))}

    async def ids_of(self, source: str, subjects: Collection[str]) -> list[str]:
        """Return the ids of every delivery about *subjects*: those of a file, and the mends of its lines."""
        number = (await self._names.ensure("source", {source}))[source]
        connection = await self._line.live()
        return [row[0] for row in await connection.fetch(_OF_SUBJECTS, number, list(subjects))]

    async def waiting(
        self,
        under_way: Sequence[int],
        limit: int,
        partitions: Sequence[int] | None = None,
        bytes_max: int = BODIES_BYTES_MAX,
    ) -> list[Waiting]:
        """Return deliveries of some *partitions* or all, in order, without those *under_way* or behind a parked one.

        Bodies come to *bytes_max* and one body more at most.
        """
        with told_when_away():
            connection = await self._line.live()
            rows = await connection.fetch(_WAITING, list(under_way), limit, partitions, bytes_max)
        names: Mapping[int, str] = self._names.names["source"]
        if any(row["source"] not in names for row in rows):
            await self._names.load()
        return [
            Waiting(
                row["delivery"],
                (row["position"], row["delivery"]),
                Delivery(
                    source=names[row["source"]],
                    id=row["ext_id"],
                    subject=row["subject"],
                    body=self._keyring.unseal(row["body"]),
                    digest=row["digest"],
                ),
                row["received_at"],
            )
            for row in rows
        ]

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call *wake* whenever something new was kept, for as long as the connection lasts."""
        with told_when_away():
            connection = await self._line.live()
            channel = await connection.fetchval("select current_schema()")
            await connection.add_listener(channel, lambda *_: wake())

    async def count(self) -> int:
        """Return how many deliveries wait to be worked off."""
        connection = await self._line.live()
        found: int = await connection.fetchval(_COUNT)
        return found

    async def open_letters(self, source: str) -> int:
        """Return how many dead letters of *source* nobody has dealt with."""
        number = (await self._names.ensure("source", {source}))[source]
        connection = await self._line.live()
        found: int = await connection.fetchval(_LETTERS, number)
        return found
