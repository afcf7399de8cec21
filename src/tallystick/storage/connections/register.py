"""The register of connections: added, changed, paused and removed. A secret goes in sealed and never comes out by a list."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from tallystick.security.keyring import Keyring
from tallystick.storage.names import Names

_COLUMNS: Final = (
    "c.id, c.name, c.connector, c.url, c.settings, c.serves, c.poll_seconds, c.places, c.calls_per_minute_max, "
    "c.paused_because, c.changed_at, c.removed_at, "
    "array(select s.name from connection_secret s where s.connection = c.id order by 1) as secrets"
)
_ALL: Final = f"select {_COLUMNS} from connection c order by c.name"
_ONE: Final = f"select {_COLUMNS} from connection c where c.name = $1"
_PUT: Final = (
    "insert into connection (name, connector, url, settings, serves, poll_seconds, places, calls_per_minute_max) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (name) do update set url = excluded.url, "
    "settings = excluded.settings, serves = excluded.serves, poll_seconds = excluded.poll_seconds, places = excluded.places, "
    "calls_per_minute_max = excluded.calls_per_minute_max, removed_at = null, "
    "paused_because = case when connection.removed_at is null then connection.paused_because end, "
    "changed_at = clock_timestamp() where connection.connector = excluded.connector returning id"
)
_PAUSE: Final = "update connection set paused_because = $2, changed_at = clock_timestamp() where name = $1 and removed_at is null returning id"
_REMOVE: Final = (
    "update connection set removed_at = clock_timestamp(), changed_at = clock_timestamp() "
    "where name = $1 and removed_at is null returning id"
)
_TAKEN: Final = (
    "select k.name as type, r.address, c.name as by from connection_route r join kind k on k.id = r.kind "
    "join connection c on c.id = r.connection join unnest($1::int[], $2::text[]) w(kind, address) "
    "on w.kind = r.kind and w.address = r.address where r.connection <> $3 order by 1, 2"
)
_ROUTE: Final = "insert into connection_route (kind, address, connection) select k, a, $3 from unnest($1::int[], $2::text[]) u(k, a)"
_KEEP_SEALED: Final = (
    "insert into connection_secret (connection, name, sealed) values ($1, $2, $3) on conflict (connection, name) "
    "do update set sealed = excluded.sealed, set_at = clock_timestamp()"
)
_TOUCH: Final = "update connection set changed_at = clock_timestamp() where id = $1"
_DUE_NOW: Final = "update connection_pull set due = now(), failures = 0 where connection = $1"


class NoConnection(LookupError):
    """There is no connection of that name."""


class ConnectionConflict(Exception):
    """A connection cannot be as it was asked for; the text names the field and says `what: remedy`."""


class Policy(Struct, frozen=True, kw_only=True):
    """How a partner is treated: how often it is pulled, how many calls at once, and how many a minute (0: its own limit)."""

    poll_seconds: int = 60
    places: int = 4
    calls_per_minute_max: int = 0


class Configured(Struct, frozen=True, kw_only=True):
    """What is configured of a connection. `serves` holds, by field of a command, whom this connection answers for."""

    name: str
    connector: str
    url: str
    settings: Mapping[str, str] = {}
    serves: Mapping[str, Sequence[str]] = {}
    policy: Policy = Policy()


class KnownConnection(Struct, frozen=True, kw_only=True):
    """A connection as it stands in the book; `secrets` are the names of those that are set, never what they are."""

    id: int
    configured: Configured
    secrets: tuple[str, ...]
    paused_because: str | None
    changed_at: datetime
    removed_at: datetime | None

    @property
    def name(self) -> str:
        """What we call it."""
        return self.configured.name

    @property
    def works(self) -> bool:
        """Whether we call it: it is neither paused nor removed."""
        return self.paused_because is None and self.removed_at is None


class Register:
    """The connections of one book, over a connection to its database."""

    def __init__(self, connection: asyncpg.Connection, names: Names, keyring: Keyring) -> None:
        """Seal secrets with *keyring*."""
        self._connection, self._names, self._keyring = connection, names, keyring

    async def all(self) -> list[KnownConnection]:
        """Return every connection there ever was, by name; what was removed says so."""
        return [_known(row) for row in await self._connection.fetch(_ALL)]

    async def named(self, name: str) -> KnownConnection:
        """Return one that was not removed; raise `NoConnection`."""
        row = await self._connection.fetchrow(_ONE, name)
        if row is None or row["removed_at"] is not None:
            raise NoConnection(f"there is no connection {name!r}: see `tally connection list`")
        return _known(row)

    async def put(self, new: Configured, routes: Sequence[tuple[str, str]]) -> int:
        """Add a connection with its *routes* (message type, address), or change the one of that name; return its number.

        Raises `ConnectionConflict` where the name belongs to another connector, or a command would have two ways.
        """
        kinds = await self._names.ensure("kind", {kind for kind, _ in routes})
        numbers, addresses = [kinds[kind] for kind, _ in routes], [address for _, address in routes]
        async with self._connection.transaction():
            row = await self._connection.fetchrow(_PUT, *_columns(new))
            if row is None:
                raise ConnectionConflict(
                    f"name: {new.name} belongs to another connector, and its deliveries are known by it for ever: "
                    "choose another name, see `tally connection list`"
                )
            number: int = row["id"]
            for taken in await self._connection.fetch(_TAKEN, numbers, addresses, number):
                raise ConnectionConflict(
                    f"serves: {taken['type']} for {taken['address']!r} goes to {taken['by']} already, and a command has "
                    "one way: serve another address, or `tally connection remove` the other"
                )
            await self._connection.execute("delete from connection_route where connection = $1", number)
            await self._connection.execute(_ROUTE, numbers, addresses, number)
            await self._connection.execute(_DUE_NOW, number)
        return number

    async def set_secret(self, name: str, key: str, secret: str) -> None:
        """Keep a secret, sealed; the one before it is gone. What waited for it is tried again at once."""
        known = await self.named(name)
        sealed = self._keyring.seal_credential(f"{name}/{key}", secret)
        async with self._connection.transaction():
            await self._connection.execute(_KEEP_SEALED, known.id, key, sealed)
            await self._connection.execute(_TOUCH, known.id)
            await self._connection.execute(_DUE_NOW, known.id)

    async def secrets_of(self, known: KnownConnection) -> Mapping[str, str]:
        """Return the secrets themselves, for the door that needs them and nobody else."""
        rows = await self._connection.fetch(
            "select name, sealed from connection_secret where connection = $1", known.id
        )
        return {r["name"]: self._keyring.credential(f"{known.name}/{r['name']}", r["sealed"]) for r in rows}

    async def pause(self, name: str, because: str | None) -> None:
        """Stop calling a partner, or go on (None). Nothing is lost: commands wait, and pulls go on where they were."""
        row = await self._connection.fetchrow(_PAUSE, name, because)
        if row is None:
            raise NoConnection(f"there is no connection {name!r}: see `tally connection list`")
        if because is None:
            await self._connection.execute(_DUE_NOW, row["id"])

    async def remove(self, name: str) -> None:
        """Forget a connection's secrets and routes. What came through it stays, and can still be translated again."""
        async with self._connection.transaction():
            row = await self._connection.fetchrow(_REMOVE, name)
            if row is None:
                raise NoConnection(f"there is no connection {name!r}: see `tally connection list`")
            await self._connection.execute("delete from connection_secret where connection = $1", row["id"])
            await self._connection.execute("delete from connection_route where connection = $1", row["id"])


def _columns(new: Configured) -> tuple[object, ...]:
    def text(value: object) -> str:
        return msgspec.json.encode(value).decode()

    policy = new.policy
    return (
        *(
            new.name,
            new.connector,
            new.url,
            text(dict(new.settings)),
            text({f: list(v) for f, v in new.serves.items()}),
        ),
        *(policy.poll_seconds, policy.places, policy.calls_per_minute_max),
    )


def _known(row: asyncpg.Record) -> KnownConnection:
    configured = Configured(
        name=row["name"],
        connector=row["connector"],
        url=row["url"],
        settings=msgspec.json.decode(row["settings"], type=dict[str, str]),
        serves=msgspec.json.decode(row["serves"], type=dict[str, list[str]]),
        policy=Policy(
            poll_seconds=row["poll_seconds"],
            places=row["places"],
            calls_per_minute_max=row["calls_per_minute_max"],
        ),
    )
    return KnownConnection(
        id=row["id"],
        configured=configured,
        secrets=tuple(row["secrets"]),
        paused_because=row["paused_because"],
        changed_at=row["changed_at"],
        removed_at=row["removed_at"],
    )
