"""Events as subscribers are told of them: the report, then each fact, as CloudEvents.

Of one gate, events are told in the order of their numbers. Over gates they are told by when they were recorded, and a
gate notes that moment only after it holds its subjects' locks: of two events of one subject, the later says so.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Raw, Struct

from tallystick.messages.catalogue import CATALOGUE, TYPES, Role
from tallystick.ports.publishing import Told

_EVENT: Final = (
    "select e.id, k.name as kind, e.subject, e.effective_at, e.zone, e.body, e.facts, e.correlation, e.traceparent "
    "from event e join kind k on k.id = e.kind"
)
NEWS: Final = (
    "with fresh as (select f.id, max(b.recorded_at) over (partition by p.gate order by f.id) as at "
    "from subscriber_position p join gate g on g.id = p.gate and g.batch << 12 | 4095 > p.event cross join lateral "
    "(select e.id from event e where e.id > p.event and e.id < (p.gate + 1)::bigint << 52 order by e.id limit $2) f "
    "join batch b on b.id = f.id >> 12 where p.subscriber = $1), first as (select * from fresh order by at, id limit $2) "
    "select e.id, k.name as kind, e.subject, e.effective_at, e.zone, e.body, e.facts, e.correlation, e.traceparent "
    "from first f join event e on e.id = f.id join kind k on k.id = e.kind order by f.at, f.id"
)
_FACTS: Final = {t.name: t.type for t in TYPES if t.role is Role.FACT}
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(list[tuple[str, Raw]]).decode


class CloudEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A CloudEvents 1.0 event as it is written: what that standard requires is always there; see `messages.envelope`."""

    specversion: str
    id: str
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    zone: str
    data: Raw
    correlationid: str | None = None
    traceparent: str | None = None


class Teaching:
    """Turns events of a book into messages for subscribers."""

    EVENT: Final = _EVENT

    def __init__(self, book: str) -> None:
        """Name *book* as the source."""
        self._source = f"tallystick/{book}"

    def told(self, row: asyncpg.Record, types: frozenset[str]) -> tuple[Told, ...]:
        """Return what of an event those are told who want *types*; every type where they say `*`."""
        found = ((n, type_, data) for n, (type_, data) in enumerate(self._said(row)))
        return tuple(self._one(row, n, type_, data) for n, type_, data in found if type_ in types or "*" in types)

    def _said(self, row: asyncpg.Record) -> Iterable[tuple[str, Raw]]:
        yield row["kind"], Raw(row["body"])
        for name, data in _decode(row["facts"]):
            yield _FACTS[name], data

    def _one(self, row: asyncpg.Record, n: int, type_: str, data: Raw) -> Told:
        at: datetime = row["effective_at"]
        event = CloudEvent(
            specversion="1.0",
            datacontenttype="application/json",
            id=f"{row['id']}.{n}",
            source=self._source,
            type=type_,
            subject=row["subject"],
            time=at,
            data=data,
            zone=row["zone"],
            correlationid=row["correlation"],
            traceparent=row["traceparent"],
        )
        return Told(event.id, type_, row["subject"], _encode(event))


def unknown_types(types: Iterable[str]) -> list[Any]:
    """Return those of *types* that subscribers cannot be told of."""
    offered = {t.type for t in CATALOGUE.types if t.role in {Role.REPORT, Role.FACT}} | {"*"}
    return [t for t in types if t not in offered]
