"""One event explained: its postings with their reasons, the message it came from, and where that lies."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import asyncpg
import msgspec
from msgspec import Raw, Struct

_EVENTS: Final = (
    "select e.id, o.name as source, e.ext_id, k.name as kind, e.subject, e.rules, e.effective_at, e.effective_on, "
    "e.booked_on, b.recorded_at, e.zone, e.correlation, e.causation, e.traceparent, e.body, e.facts, e.answer, "
    "(select max(d.id) from delivery d where d.source = e.source "
    "and d.ext_id in (e.ext_id, regexp_replace(e.ext_id, '/[^/]*$', ''))) as delivery "
    "from event e left join source o on o.id = e.source left join kind k on k.id = e.kind "
    "left join batch b on b.id = e.id >> 12 where e.id = any($1::bigint[]) order by b.recorded_at, e.id"
)
_POSTINGS: Final = (
    "select p.event, p.n, coalesce(r.name, '#' || p.rule), coalesce(r.because, ''), d.name, c.name, m.name, "
    "coalesce(i.name, ''), p.amount from posting p join event e on e.id = p.event "
    "left join posting_rule r on (r.version, r.number) = (e.rules, p.rule) "
    "left join account d on d.id = p.debit left join account c on c.id = p.credit "
    "left join commodity m on m.id = p.commodity left join commodity i on i.id = p.item "
    "where p.event = any($1::bigint[]) order by p.event, p.n"
)
_KNOWN: Final = "select s.event from seen s join source o on o.id = s.source where o.name = $1 and s.ext_id = $2"


class NothingSuch(LookupError):
    """The book holds nothing by that name or number."""


class PostingLine(Struct, frozen=True):
    """One posting: *amount* of *commodity* from *credit* to *debit*, by *rule*, *because*. `item` is the product it values."""

    event: int
    n: int
    rule: str
    because: str
    debit: str
    credit: str
    commodity: str
    item: str
    amount: int


class EventStory(Struct, frozen=True):
    """One event with all that hangs on it. `body`, `facts` and `answer` are JSON as stored; `delivery` the raw delivery."""

    event: int
    batch: int
    source: str
    ext_id: str
    kind: str
    subject: str
    rules: int
    effective_at: datetime
    effective_on: date
    booked_on: date
    recorded_at: datetime | None
    zone: str
    correlation: str | None
    causation: str | None
    traceparent: str | None
    delivery: int | None
    outcome: str
    state: str
    body: Raw
    facts: Raw
    answer: Raw
    postings: list[PostingLine]


class _Told(Struct):
    """What is looked at of a stored answer."""

    outcome: str
    state: str


async def explain_event(connection: asyncpg.Connection, event: int) -> EventStory:
    """Return the story of one event. Raises `NothingSuch`."""
    found = await event_stories(connection, [event])
    if not found:
        raise NothingSuch(f"no event {event}")
    return found[0]


async def explain_message(connection: asyncpg.Connection, source: str, ext_id: str) -> EventStory:
    """Return the story of the event that a message became. Raises `NothingSuch`."""
    event = await connection.fetchval(_KNOWN, source, ext_id)
    if event is None:
        raise NothingSuch(f"no message {ext_id!r} of {source!r} has been recorded")
    return await explain_event(connection, event)


async def event_stories(connection: asyncpg.Connection, events: Sequence[int]) -> list[EventStory]:
    """Return the stories of *events* in the order they were recorded; one that does not exist is left out."""
    postings: dict[int, list[PostingLine]] = {}
    for row in await connection.fetch(_POSTINGS, events):
        postings.setdefault(row[0], []).append(PostingLine(*row))
    return [_story(row, postings.get(row["id"], [])) for row in await connection.fetch(_EVENTS, events)]


def _story(row: asyncpg.Record, postings: list[PostingLine]) -> EventStory:
    told = msgspec.json.decode(row["answer"], type=_Told)
    columns = {name: value for name, value in row.items() if name not in {"id", "body", "facts", "answer"}}
    return EventStory(
        event=row["id"],
        batch=row["id"] >> 12,
        outcome=told.outcome,
        state=told.state,
        body=Raw(row["body"]),
        facts=Raw(row["facts"]),
        answer=Raw(row["answer"]),
        postings=postings,
        **columns,
    )
