"""Following the book for customers: every event after the position, and the notices it gives occasion for.

Positions and notices move in one transaction under the lock of the feed's row: workers cannot overtake each other, and a
crash leaves both or neither. What is older than it may be makes no notice: nobody wants to hear of last year's parcel.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Raw, Struct

from tallystick.decisions.notices import COMMANDS, FACTS, REPORTS, Happened, Notice, notices_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.sales import OrderPlaced
from tallystick.processes.family import decode_family
from tallystick.processes.golive.standing import spans_of
from tallystick.processes.members import CHANNELS_SUBJECT

EVENTS_IN_ROUND_MAX: Final = 1000
_KNOW: Final = "insert into notice_feed default values on conflict do nothing returning one"
_BEGIN: Final = "insert into notice_position select id, batch << 12 | 4095 from gate"
_LOCK: Final = "select one from notice_feed for update skip locked"
_SPANS: Final = (
    "select g.gate, g.since, coalesce((select e.id from event e where e.id > g.since and e.id <= g.newest order by e.id "
    "offset $1 limit 1), g.newest) from (select g.id as gate, coalesce(p.event, g.id::bigint << 52) as since, "
    "g.batch << 12 | 4095 as newest from gate g left join notice_position p on p.gate = g.id) g where g.newest > g.since"
)
_EVENTS: Final = (
    "with s as materialized (select * from unnest($1::bigint[], $2::bigint[]) s(after, upto)), found as ("
    "select f.id from s cross join lateral (select id, kind from event where id > s.after and id <= s.upto offset 0) f "
    "where f.kind in (select id from kind where name = any($3)) "
    "union select o.event from s cross join lateral "
    "(select event, kind from outbox where event > s.after and event <= s.upto offset 0) o "
    "where o.kind in (select id from kind where name = any($4))) "
    "select e.id, k.name as kind, e.subject, e.body, e.facts, e.answer, b.recorded_at from found f join event e on e.id = f.id "
    "join kind k on k.id = e.kind join batch b on b.id = e.id >> 12 "
    "where starts_with(e.subject, 'order/') and e.effective_at >= $5 and b.recorded_at >= $5 order by b.recorded_at, e.id"
)
_TOLD: Final = (
    "select o.event, k.name as kind, o.body from outbox o join kind k on k.id = o.kind "
    "where o.event = any($1::bigint[]) and k.name = any($2) order by o.event, o.n"
)
_PLACED: Final = (
    "select distinct on (e.subject) e.subject, k.name as kind, e.body from event e join kind k on k.id = e.kind "
    "where e.subject = any($1::text[]) and k.name = any($2) order by e.subject, e.id"
)
_CHANNELS: Final = "select body from process where subject = $1"
_MOMENTS: Final = "select id, recorded_at from batch where id = any($1::bigint[])"
_MADE: Final = (
    "insert into notice (event, n, subject, kind, occasion, channel, customer, body, due) "
    "select * from unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], "
    "$8::bytea[], $9::timestamptz[]) on conflict do nothing returning 1"
)
_FOLLOWED: Final = (
    "insert into notice_position select * from unnest($1::smallint[], $2::bigint[]) "
    "on conflict (gate) do update set event = excluded.event"
)
_KINDS: Final = [[CATALOGUE.of(type_).type for type_ in types] for types in (REPORTS, COMMANDS)]
_FACTS: Final = {CATALOGUE.of(type_).name: CATALOGUE.of(type_).type for type_ in FACTS}
_facts: Final = msgspec.json.Decoder(list[tuple[str, Raw]]).decode

Place = tuple[datetime, int]
"""Where an event stands among those of all gates: when its batch was recorded, and its number."""
Shadows = Mapping[str, Sequence[tuple[Place, Place | None]]]


class Wanted(Struct, frozen=True):
    """Which notices are made: of these channels (None: all) and kinds, and of nothing older than *late_hours*."""

    channels: frozenset[str] | None
    kinds: frozenset[str]
    late_hours: int

    def takes(self, notice: Notice) -> bool:
        """Say whether a notice is to be made."""
        said = notice.command
        return said.kind in self.kinds and (self.channels is None or said.channel in self.channels)


class Following:
    """Follows the book for customers, on a connection that nobody else uses meanwhile."""

    def __init__(self, connection: asyncpg.Connection, wanted: Wanted) -> None:
        """Make what is *wanted*."""
        self._connection, self._wanted = connection, wanted

    async def know(self) -> None:
        """Begin from now on, if nobody has begun before."""
        async with self._connection.transaction():
            if await self._connection.fetch(_KNOW):
                await self._connection.execute(_BEGIN)

    async def run_once(self, now: datetime) -> int:
        """Make the notices of one round of events; return how many are new."""
        async with self._connection.transaction():
            if not await self._connection.fetch(_LOCK):
                return 0
            spans = await self._connection.fetch(_SPANS, EVENTS_IN_ROUND_MAX)
            if not spans:
                return 0
            gates, after, upto = ([row[place] for row in spans] for place in range(3))
            made = await self._made((after, upto), now)
            await self._connection.execute(_FOLLOWED, gates, upto)
        return made

    async def _made(self, span: tuple[list[int], list[int]], now: datetime) -> int:
        since = now - timedelta(hours=self._wanted.late_hours)
        events = await self._connection.fetch(_EVENTS, *span, *_KINDS, since)
        if not events:
            return 0
        commands = defaultdict[int, list[Struct]](list)
        for row in await self._connection.fetch(_TOLD, [e["id"] for e in events], _KINDS[1]):
            commands[row["event"]].append(CATALOGUE.decode(row["kind"], row["body"]))
        placed = await self._placed({e["subject"] for e in events})
        shadows = await self._shadows({p.channel for p in placed.values()})
        told = [e for e in events if not _is_shadowed(e, placed.get(e["subject"]), shadows)]
        rows = [row for e in told for row in self._rows(e, commands[e["id"]], placed.get(e["subject"]))]
        if not rows:
            return 0
        columns = [list(column) for column in zip(*rows, strict=True)]
        return len(await self._connection.fetch(_MADE, *columns, [now] * len(rows)))

    async def _shadows(self, channels: set[str]) -> Shadows:
        """Return the spans in which an old system did what happened, and told the customers of it."""
        body = await self._connection.fetchval(_CHANNELS, CHANNELS_SUBJECT)
        spans = {c: spans_of(decode_family(body), c) for c in channels} if body else {}
        named = {n >> 12 for found in spans.values() for s in found for n in (s.since_event, s.until_event) if n}
        moments = dict(map(tuple, await self._connection.fetch(_MOMENTS, sorted(named)))) if named else {}

        def place(event: int) -> Place:
            return moments[event >> 12], event

        return {
            c: [(place(s.since_event), place(s.until_event) if s.until_event else None) for s in found]
            for c, found in spans.items()
        }

    async def _placed(self, subjects: set[str]) -> Mapping[str, OrderPlaced]:
        """Return how each order was placed: there the book says whom to tell."""
        known = [t.type for t in CATALOGUE.types if t.struct is OrderPlaced]
        rows = await self._connection.fetch(_PLACED, sorted(subjects), known)
        found = ((row["subject"], CATALOGUE.decode(row["kind"], row["body"])) for row in rows)
        return {subject: data for subject, data in found if isinstance(data, OrderPlaced)}

    def _rows(self, event: Any, commands: Sequence[Struct], placed: OrderPlaced | None) -> Iterator[tuple[Any, ...]]:
        if placed is None:
            return
        notices = notices_of(_happened(event, commands), placed)
        for n, notice in enumerate(x for x in notices if self._wanted.takes(x)):
            said = notice.command
            named = (event["subject"], said.kind, notice.occasion, said.channel, said.customer)
            yield (event["id"], n, *named, msgspec.json.encode(said))


def _is_shadowed(event: Any, placed: OrderPlaced | None, shadows: Shadows) -> bool:
    if placed is None:
        return False
    at = (event["recorded_at"], event["id"])
    return any(since <= at and (until is None or at < until) for since, until in shadows.get(placed.channel, ()))


def _happened(event: Any, commands: Sequence[Struct]) -> Happened:
    answer = msgspec.json.decode(event["answer"])
    facts = tuple(CATALOGUE.decode(_FACTS[name], data) for name, data in _facts(event["facts"]) if name in _FACTS)
    report = CATALOGUE.decode(event["kind"], event["body"])
    detail = answer.get("detail") or {}
    return Happened(event["id"], report, facts, tuple(commands), answer.get("outcome", ""), detail)
