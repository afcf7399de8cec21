"""How a database and its books are: what `tally doctor` looks at."""

from datetime import datetime
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.storage.claims import OF_SCHEMA, WORKER_LOCK
from tallystick.storage.connections.health import ConnectionHealth, connection_health
from tallystick.storage.embedded.settings import DURABLE

_SERVER: Final = (
    "select current_setting('server_version_num')::int, current_setting('server_version'), clock_timestamp()"
)
_BOOKS: Final = "select nspname from pg_namespace where nspname like 'book\\_%' order by 1"
_BOOK: Final = (
    "select (select max(number) from {s}.migration) as schema_version, "
    "(select value from {s}.setting where key = 'currency') as currency, "
    "(select value from {s}.setting where key = 'key_check') as key_check, "
    "coalesce((select value from {s}.setting where key = 'name'), '') as sealed_as, "
    "(select count(*) from {s}.dead_letter where closed_at is null) as letters, "
    "(select count(distinct subject) from {s}.inbox where state = 2) as parked, "
    "(select count(*) from {s}.inbox where state = 0) as waiting, "
    "(select count(*) from {s}.inbox where state = 1) as early, "
    "(select min(d.received_at) from {s}.inbox i join {s}.delivery d on d.id = i.delivery where i.state = 1) "
    "as earliest, "
    "(select count(*) from {s}.outbox where state = 0) as outbox_waiting, "
    "(select count(*) from {s}.outbox where state = 2) as outbox_dead, "
    "(select count(*) from {s}.break where closed_at is null) as breaks, "
    "(select max(recorded_at) from {s}.batch) as newest, w.workers, w.seen as worker_seen, clock_timestamp() as now "
    f"from (select count(*) as workers, max(a.state_change) as seen from pg_locks l join pg_stat_activity a using (pid) "
    f"where {OF_SCHEMA.format(schema='$1')} and l.classid::bigint = {WORKER_LOCK}) w"
)


class ServerHealth(Struct, frozen=True):
    """A server: its version, what it says of durability, and what it takes the time to be."""

    version_number: int
    version: str
    now: datetime
    unsafe: dict[str, str]


class BookHealth(Struct, frozen=True):
    """A book: the migration it stands at, what in it waits for somebody, and how many work it off.

    `worker_seen` is when the last sign of life of any worker came, by the server's clock.
    """

    name: str
    schema_version: int
    currency: str
    key_check: str | None
    sealed_as: str
    letters: int
    parked: int
    waiting: int
    early: int
    earliest: datetime | None
    outbox_waiting: int
    outbox_dead: int
    breaks: int
    newest: datetime | None
    workers: int
    worker_seen: datetime | None
    now: datetime
    connections: tuple[ConnectionHealth, ...] = ()


async def server_health(connection: asyncpg.Connection) -> ServerHealth:
    """Ask the server how it is. `unsafe` holds the settings that would lose committed entries, and what that costs."""
    ((number, version, now),) = await connection.fetch(_SERVER)
    unsafe = {
        name: cost
        for name, cost in DURABLE.items()
        if await connection.fetchval("select current_setting($1)", name) == "off"
    }
    return ServerHealth(number, version.partition(" ")[0], now, unsafe)


async def book_health(connection: asyncpg.Connection) -> list[BookHealth]:
    """Ask every book of the database how it is; nothing is migrated or changed."""
    found = []
    for (schema,) in await connection.fetch(_BOOKS):
        (row,) = await connection.fetch(_BOOK.replace("{s}", f'"{schema}"'), schema)
        # A book of an older release, which nobody has opened since, has no connections yet.
        has_any = await connection.fetchval("select to_regclass($1) is not null", f'"{schema}".connection_circuit')
        connections = tuple(await connection_health(connection, schema)) if has_any else ()
        found.append(BookHealth(name=schema.removeprefix("book_"), **dict(row), connections=connections))
    return found
