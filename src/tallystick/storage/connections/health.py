"""How each connection is: what came of its calls, how far it was pulled, what waits for it, and whether its circuit is open."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Protocol

import asyncpg
from msgspec import Struct

_NOTE: Final = (
    "insert into connection_health as h values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (connection, verb) do update set "
    "succeeded = h.succeeded + excluded.succeeded, failed = h.failed + excluded.failed, "
    "succeeded_at = greatest(h.succeeded_at, excluded.succeeded_at), "
    "failed_as = case when excluded.failed_at is null then h.failed_as else excluded.failed_as end, "
    "failure = case when excluded.failed_at is null then h.failure else excluded.failure end, "
    "failed_at = greatest(h.failed_at, excluded.failed_at)"
)
_CIRCUIT: Final = (
    "insert into connection_circuit as c values ($1, $2, clock_timestamp()) on conflict (connection) do update set "
    "circuit = $2, since = clock_timestamp() where c.circuit <> $2"
)
_STANDING: Final = (
    "select c.name, c.connector, c.url, c.paused_because, coalesce(i.circuit, 'closed') as circuit, i.since as circuit_since, "
    "(select count(*) from {s}connection_route r join {s}outbox o on o.kind = r.kind and o.address = r.address and o.state = 0 "
    "where r.connection = c.id) as waiting, clock_timestamp() as now, c.id "
    "from {s}connection c left join {s}connection_circuit i on i.connection = c.id where c.removed_at is null order by c.name"
)
_VERBS: Final = (
    "select connection, verb, succeeded, failed, succeeded_at, failed_at, failed_as, failure from {s}connection_health "
    "order by connection, verb"
)
_PULLS: Final = "select connection, kind, cursor, due, moved_at, caught_up_at, failures from {s}connection_pull order by connection, kind"


OPENING: Final = "open"
"""The verb of opening a door: it says whether a configuration can be used, and nothing of the partner."""


class Noted(Protocol):
    """What came of a verb since it was last noted; see `engine.partners.lanes.Heard`."""

    succeeded: int
    failed: int
    succeeded_at: datetime | None
    failed_at: datetime | None
    failed_as: str
    failure: str


class VerbHealth(Struct, frozen=True):
    """What came of a verb: how often, when last, and as which of the four errors it failed last."""

    verb: str
    succeeded: int
    failed: int
    succeeded_at: datetime | None
    failed_at: datetime | None
    failed_as: str | None
    failure: str | None

    @property
    def is_ill(self) -> bool:
        """Whether the last thing heard was a failure."""
        return self.failed_at is not None and (self.succeeded_at is None or self.succeeded_at < self.failed_at)


class PullHealth(Struct, frozen=True):
    """How far a kind was pulled: `moved_at` is when something new came, `caught_up_at` when the end was reached."""

    kind: str
    cursor: str
    due: datetime
    moved_at: datetime | None
    caught_up_at: datetime | None
    failures: int


class ConnectionHealth(Struct, frozen=True, kw_only=True):
    """A connection and how it is; `waiting` counts commands that have not left."""

    name: str
    connector: str
    url: str
    paused_because: str | None
    circuit: str
    circuit_since: datetime | None
    waiting: int
    now: datetime
    verbs: tuple[VerbHealth, ...]
    pulls: tuple[PullHealth, ...]

    @property
    def last_success(self) -> datetime | None:
        """When anything last worked."""
        return max((v.succeeded_at for v in self.verbs if v.succeeded_at and v.verb != OPENING), default=None)

    @property
    def lag_seconds(self) -> int | None:
        """For how long the slowest of its pulls has not reached the end; None where nothing is pulled or never was."""
        reached = [p.caught_up_at for p in self.pulls]
        if not reached or None in reached:
            return None
        return int((self.now - min(r for r in reached if r)).total_seconds())

    @property
    def ill(self) -> tuple[VerbHealth, ...]:
        """The verbs whose last word was a failure."""
        return tuple(v for v in self.verbs if v.is_ill)


async def note_health(connection: asyncpg.Connection, number: int, heard: Mapping[str, Noted]) -> None:
    """Add what was heard of each verb to what is known of it."""
    for verb, h in sorted(heard.items()):
        what = (h.succeeded, h.failed, h.succeeded_at, h.failed_at, h.failed_as or None, h.failure or None)
        await connection.execute(_NOTE, number, verb, *what)


async def note_circuit(connection: asyncpg.Connection, number: int, circuit: str) -> None:
    """Note whether calls go through, where that has changed."""
    await connection.execute(_CIRCUIT, number, circuit)


async def connection_health(connection: asyncpg.Connection, schema: str = "") -> list[ConnectionHealth]:
    """Ask how every connection of a book is: the connection's own, or the one in *schema*. Changes nothing."""
    s = f'"{schema}".' if schema else ""
    verbs: dict[int, list[VerbHealth]] = {}
    for row in await connection.fetch(_VERBS.format(s=s)):
        verbs.setdefault(row["connection"], []).append(VerbHealth(*tuple(row)[1:]))
    pulls: dict[int, list[PullHealth]] = {}
    for row in await connection.fetch(_PULLS.format(s=s)):
        pulls.setdefault(row["connection"], []).append(PullHealth(*tuple(row)[1:]))
    return [
        ConnectionHealth(
            **{k: v for k, v in row.items() if k != "id"},
            verbs=tuple(verbs.get(row["id"], ())),
            pulls=tuple(pulls.get(row["id"], ())),
        )
        for row in await connection.fetch(_STANDING.format(s=s))
    ]
