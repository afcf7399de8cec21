"""API keys and the numbers of the keys that sign tokens. A key's secret is shown once; what is kept is a keyed hash."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.security.api_keys import ApiKey, new_key
from tallystick.security.keyring import Keyring
from tallystick.security.proposals import AccessRefused
from tallystick.security.roles import SCOPES
from tallystick.storage.access.refusals import said_plainly

ROTATION_HOURS_DEFAULT: Final = 24
_ADD: Final = (
    "insert into api_key (id, principal, hash, scopes, created_by, expires_at) values ($1, $2, $3, $4, $5, $6)"
)
_LIST: Final = (
    "select k.id, p.name, k.scopes, k.created_at, k.expires_at, k.revoked_at, k.rotated_to "
    "from api_key k join principal p on p.id = k.principal order by k.created_at, k.id"
)
_REVOKE: Final = "update api_key set revoked_at = clock_timestamp() where id = $1 and revoked_at is null returning id"
_ROTATE: Final = (
    "update api_key set rotated_to = $2, expires_at = least(expires_at, clock_timestamp() + $3) "
    "where id = $1 and revoked_at is null and rotated_to is null returning principal, scopes"
)
_SIGNING: Final = "select number from signing_key where retired_at is null order by number"


class NewKey(Struct, frozen=True):
    """A key for *principal*, made by *by*. *scopes* narrows it, None leaves it all its principal's roles allow."""

    principal: int
    by: int
    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None


class Rotation(Struct, frozen=True):
    """Which key is followed by another, how many hours it goes on beside it, and by whom."""

    id: str
    by: int
    hours: int = ROTATION_HOURS_DEFAULT


class KnownKey(Struct, frozen=True):
    """A key as it stands, without its secret, which nobody has but its holder."""

    id: str
    principal: str
    scopes: tuple[str, ...] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    rotated_to: str | None


async def create_key(connection: asyncpg.Connection, keyring: Keyring, book: str, new: NewKey) -> ApiKey:
    """Make a key of *book* and return it: the only time its secret is known here. Raises `AccessRefused`."""
    unknown = sorted(set(new.scopes or ()) - SCOPES)
    if unknown:
        raise AccessRefused(f"there is no scope {', '.join(unknown)}: see docs/reference/access.md")
    key = new_key()
    scopes = None if new.scopes is None else list(new.scopes)
    with said_plainly():
        async with connection.transaction():
            digest = keyring.key_hash(book, key.text)
            await connection.fetch(_ADD, key.id, new.principal, digest, scopes, new.by, new.expires_at)
    return key


async def rotate_key(
    connection: asyncpg.Connection, keyring: Keyring, book: str, old: Rotation
) -> tuple[ApiKey, Sequence[str] | None]:
    """Make the successor of a key, with the same scopes; the old one goes on for some hours. Raises `AccessRefused`."""
    key = new_key()
    with said_plainly():
        async with connection.transaction():
            row = await connection.fetchrow(_ROTATE, old.id, key.id, timedelta(hours=old.hours))
            if row is None:
                raise AccessRefused(f"there is no key {old.id} in use: see `tally key list`")
            digest = keyring.key_hash(book, key.text)
            await connection.fetch(_ADD, key.id, row["principal"], digest, row["scopes"], old.by, None)
    return key, row["scopes"]


async def revoke_key(connection: asyncpg.Connection, key: str) -> bool:
    """End a key at once and say whether there was one in use."""
    return bool(await connection.fetch(_REVOKE, key))


async def key_holder(connection: asyncpg.Connection, key: str) -> int | None:
    """Return whose key it is, by number."""
    found: int | None = await connection.fetchval("select principal from api_key where id = $1", key)
    return found


async def keys(connection: asyncpg.Connection) -> list[KnownKey]:
    """Return every key there ever was, oldest first."""
    return [
        KnownKey(number, name, None if scopes is None else tuple(scopes), *rest)
        for number, name, scopes, *rest in await connection.fetch(_LIST)
    ]


async def signing_numbers(connection: asyncpg.Connection) -> list[int]:
    """Return the numbers of the signing keys that still verify; the last one signs."""
    return [row[0] for row in await connection.fetch(_SIGNING)]


async def rotate_signing(connection: asyncpg.Connection, *, retire: bool) -> int:
    """Sign with a new key from now on and return its number.

    Tokens live for minutes: the key before goes on verifying until the next rotation. With *retire*, as when a key may
    have leaked, every older one ends at once, and so does every token signed with it.
    """
    async with connection.transaction():
        numbers = await connection.fetch("select number from signing_key order by number for update")
        newest: int = numbers[-1][0]
        await connection.fetch(
            "update signing_key set retired_at = clock_timestamp() where retired_at is null and number <= $1",
            newest if retire else newest - 1,
        )
        await connection.fetch("insert into signing_key (number) values ($1)", newest + 1)
    return newest + 1
