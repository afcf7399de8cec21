"""What happened to a record: each word that changed a field, each ruling, with the message it came by."""

from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.messages.stewardship.records import ConflictRuled, FieldsStated, PairRuled, subject_of_record
from tallystick.storage.reading.facts import decode_facts

_EVENTS: Final = (
    "select e.id, s.name as source, e.ext_id, b.recorded_at, e.facts from event e join source s on s.id = e.source "
    "join batch b on b.id = e.id >> 12 where e.subject = $1 order by b.recorded_at, e.id"
)
_MESSAGES: Final = (
    "select e.id, s.name, e.ext_id from event e join source s on s.id = e.source where e.id = any($1::bigint[])"
)


class Change(Struct, frozen=True):
    """A change of a record: *system* said (or a steward ruled, `what` says which) that *field* is *value*."""

    at: datetime
    what: str
    field: str
    value: str
    system: str
    source: str
    message: str
    event: int


async def history(connection: asyncpg.Connection, kind: str, code: str) -> list[Change]:
    """Return all that happened to a record, oldest first; empty where nobody spoke of it."""
    found: list[Change] = []
    for event, source, message, at, facts in await connection.fetch(_EVENTS, subject_of_record(kind, code)):
        known = (source, message, event)
        for fact in decode_facts(facts):
            if isinstance(fact, FieldsStated):
                found += [Change(at, "said", f.field, f.value, fact.system, *known) for f in fact.fields]
            elif isinstance(fact, ConflictRuled):
                found.append(Change(at, "ruled", fact.ruling.field, fact.ruling.value, fact.ruling.by, *known))
            elif isinstance(fact, PairRuled):
                same = "is the same" if fact.pair.is_same else "is another thing"
                found.append(Change(at, same, "", fact.pair.other, fact.pair.by, *known))
    return found


async def messages_of(connection: asyncpg.Connection, events: list[int]) -> dict[int, tuple[str, str]]:
    """Return the (source, id) of the messages recorded as *events*."""
    return {row[0]: (row[1], row[2]) for row in await connection.fetch(_MESSAGES, events)}
