"""Following the book for cases: what happens to an order is reported to its open cases, and what goes wrong opens one.

Positions, what is known of cases and our own reports move in one transaction under the lock of the feed's row: workers
cannot overtake each other, and a crash leaves all or nothing. Reports go in at the front door, each known by its event.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Raw, Struct

from tallystick.decisions.cases import COMMANDS, FACTS, OPENS, REPORTS, heard_of, informed_by, opened_by
from tallystick.decisions.notices import Happened
from tallystick.engine.envelopes import delivery_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.partners.cases import CaseClosed, CaseMessageReceived, CaseOpened
from tallystick.messages.sales import OrderPlaced
from tallystick.ports.connector import Delivery
from tallystick.storage.inbox import Inbox

SOURCE: Final = "tallystick/cases"
EVENTS_IN_ROUND_MAX: Final = 1000
_KNOW: Final = "insert into case_feed default values on conflict do nothing returning one"
_BEGIN: Final = "insert into case_position select id, batch << 12 | 4095 from gate"
_LOCK: Final = "select one from case_feed for update skip locked"
_SPANS: Final = (
    "select g.gate, g.since, coalesce((select e.id from event e where e.id > g.since and e.id <= g.newest order by e.id "
    "offset $1 limit 1), g.newest) from (select g.id as gate, coalesce(p.event, g.id::bigint << 52) as since, "
    "g.batch << 12 | 4095 as newest from gate g left join case_position p on p.gate = g.id) g where g.newest > g.since"
)
_EVENTS: Final = (
    "with s as materialized (select * from unnest($1::bigint[], $2::bigint[]) s(after, upto)), found as ("
    "select f.id from s cross join lateral (select id, kind from event where id > s.after and id <= s.upto offset 0) f "
    "where f.kind in (select id from kind where name = any($3)) "
    "union select o.event from s cross join lateral "
    "(select event, kind from outbox where event > s.after and event <= s.upto offset 0) o "
    "where o.kind in (select id from kind where name = any($4))) "
    "select e.id, k.name as kind, e.subject, e.body, e.facts, e.answer from found f join event e on e.id = f.id "
    "join kind k on k.id = e.kind join batch b on b.id = e.id >> 12 order by b.recorded_at, e.id"
)
_TOLD: Final = (
    "select o.event, k.name as kind, o.body from outbox o join kind k on k.id = o.kind "
    "where o.event = any($1::bigint[]) and k.name = any($2) order by o.event, o.n"
)
_PLACED: Final = (
    "select distinct on (e.subject) e.subject, k.name as kind, e.body from event e join kind k on k.id = e.kind "
    "where e.subject = any($1::text[]) and k.name = any($2) order by e.subject, e.id"
)
_OPEN_OF: Final = "select case_name from case_of_order where subject = $1 and is_open order by case_name"
_OPENED: Final = "insert into case_of_order values ($1, $2, true) on conflict do nothing"
_STANDS: Final = "update case_of_order set is_open = $2 where case_name = $1"
_FOLLOWED: Final = (
    "insert into case_position select * from unnest($1::smallint[], $2::bigint[]) "
    "on conflict (gate) do update set event = excluded.event"
)
_CASES: Final[tuple[type[Struct], ...]] = (CaseOpened, CaseMessageReceived, CaseClosed)
_KINDS: Final = [[CATALOGUE.of(t).type for t in types] for types in ((*REPORTS, *_CASES), COMMANDS)]
_FACTS: Final = {CATALOGUE.of(t).name: CATALOGUE.of(t).type for t in FACTS}
_facts: Final = msgspec.json.Decoder(list[tuple[str, Raw]]).decode


class CaseFollowing:
    """Follows the book for cases, over the connection of *inbox*, which nobody else uses meanwhile."""

    def __init__(self, connection: asyncpg.Connection, inbox: Inbox, channels: frozenset[str] | None) -> None:
        """Open cases for orders of *channels* (None: of all)."""
        self._connection, self._inbox, self._channels = connection, inbox, channels

    async def know(self) -> None:
        """Begin from now on, if nobody has begun before."""
        async with self._connection.transaction():
            if await self._connection.fetch(_KNOW):
                await self._connection.execute(_BEGIN)

    async def run_once(self, now: datetime) -> int:
        """Follow one round of events; return how many reports were made of it."""
        async with self._connection.transaction():
            if not await self._connection.fetch(_LOCK):
                return 0
            spans = await self._connection.fetch(_SPANS, EVENTS_IN_ROUND_MAX)
            if not spans:
                return 0
            gates, after, upto = ([row[place] for row in spans] for place in range(3))
            made = await self._made((after, upto), now)
            if made:
                await self._inbox.receive(made)
            await self._connection.execute(_FOLLOWED, gates, upto)
        return len(made)

    async def _made(self, span: tuple[list[int], list[int]], now: datetime) -> Sequence[Delivery]:
        events = await self._connection.fetch(_EVENTS, *span, *_KINDS)
        commands = defaultdict[int, list[Struct]](list)
        for row in await self._connection.fetch(_TOLD, [e["id"] for e in events], _KINDS[1]) if events else ():
            commands[row["event"]].append(CATALOGUE.decode(row["kind"], row["body"]))
        placed = await self._placed({e["subject"] for e in events}) if events else {}
        made: list[Delivery] = []
        for event in events:
            report = CATALOGUE.decode(event["kind"], event["body"])
            if isinstance(report, _CASES):
                await self._note(report)
            elif event["subject"] in placed:
                happened = _happened(event, report, commands[event["id"]])
                said = [x async for x in self._reports(happened, placed[event["subject"]])]
                made += _deliveries(said, event["id"], now)
        return made

    async def _note(self, said: Struct) -> None:
        """Keep which cases an order has, and whether they are open."""
        if isinstance(said, CaseOpened) and said.order:
            await self._connection.execute(_OPENED, f"order/{said.order}", said.case)
        elif isinstance(said, CaseMessageReceived | CaseClosed):
            await self._connection.execute(_STANDS, said.case, not isinstance(said, CaseClosed))

    async def _reports(self, happened: Happened, placed: OrderPlaced) -> AsyncIterator[Struct]:
        """Yield what the order's open cases are told, and the case that is opened where it has none."""
        subject = f"order/{placed.order}"
        for heard in heard_of(happened):
            found = [row["case_name"] for row in await self._connection.fetch(_OPEN_OF, subject)]
            for case in found:
                yield informed_by(heard, case)
            if not found and heard.step in OPENS and (self._channels is None or placed.channel in self._channels):
                opened = opened_by(heard, placed, happened.event)
                await self._connection.execute(_OPENED, subject, opened.case)
                yield opened

    async def _placed(self, subjects: set[str]) -> Mapping[str, OrderPlaced]:
        known = [t.type for t in CATALOGUE.types if t.struct is OrderPlaced]
        rows = await self._connection.fetch(_PLACED, sorted(subjects), known)
        found = ((row["subject"], CATALOGUE.decode(row["kind"], row["body"])) for row in rows)
        return {subject: data for subject, data in found if isinstance(data, OrderPlaced)}


def _happened(event: Any, report: Struct, commands: Sequence[Struct]) -> Happened:
    facts = tuple(CATALOGUE.decode(_FACTS[name], data) for name, data in _facts(event["facts"]) if name in _FACTS)
    outcome = msgspec.json.decode(event["answer"]).get("outcome", "")
    return Happened(event["id"], report, facts, tuple(commands), outcome)


def _deliveries(said: Sequence[Any], event: int, now: datetime) -> Iterator[Delivery]:
    for n, data in enumerate(said):
        yield delivery_of(
            Envelope(
                id=f"{event:x}.{n}",
                source=SOURCE,
                type=CATALOGUE.of(type(data)).type,
                subject=f"case/{data.case}",
                time=now,
                data=Raw(msgspec.json.encode(data)),
            )
        )
