"""The vault: whom a reference stands for, sealed with a key of the person's own. Erasure throws the key away."""

from collections.abc import Mapping, Sequence
from typing import Final

import asyncpg
import msgspec

from tallystick.ports.connector import Delivery
from tallystick.security.keyring import Keyring

_REMEMBER: Final = (
    "insert into person (reference, wrapped_key, payload) select * from unnest($1::text[], $2::bytea[], $3::bytea[]) "
    "on conflict do nothing"
)
_KNOWN: Final = "select reference, wrapped_key, payload from person where reference = any($1::text[])"
_RENEW: Final = (
    "update person p set wrapped_key = u.k, payload = u.p from unnest($1::text[], $2::bytea[], $3::bytea[]) u(r, k, p) "
    "where p.reference = u.r and p.erased_at is null returning 1"
)
_ERASE: Final = (
    "update person set wrapped_key = null, payload = null, erased_at = now() "
    "where reference = $1 and erased_at is null returning 1"
)
_FORGET_BODIES: Final = "update delivery set body = null where person = $1 and body is not null returning 1"
_FORGET_WAITING: Final = "delete from inbox i using delivery d where d.id = i.delivery and d.person = $1"
_FORGET_LETTERS: Final = "update dead_letter set body = null where person = $1 and body is not null returning 1"


async def remember_people(connection: asyncpg.Connection, keyring: Keyring, deliveries: Sequence[Delivery]) -> None:
    """Put the people that *deliveries* name into the vault, each under a key of their own.

    How a person is written to is renewed where a delivery says so; what was erased is not brought back.
    """
    named = {keyring.pseudonym(d.source, d.person): d for d in deliveries if d.person}
    if not named:
        return
    known = {row["reference"]: row for row in await connection.fetch(_KNOWN, list(named))}
    new, renewed = [], []
    for reference, delivery in named.items():
        payload = _payload(delivery)
        row = known.get(reference)
        if row is None:
            new.append((reference, *keyring.new_person(reference, payload)))
        elif delivery.contact and row["wrapped_key"] and keyring.person(*row.values()) != payload:
            renewed.append((reference, *keyring.new_person(reference, payload)))
    for statement, rows in ((_REMEMBER, new), (_RENEW, renewed)):
        if rows:
            await connection.fetch(statement, *zip(*sorted(rows), strict=True))


def _payload(delivery: Delivery) -> bytes:
    told = {"source": delivery.source, "id": delivery.person}
    return msgspec.json.encode(told | (msgspec.to_builtins(delivery.contact) if delivery.contact else {}))


async def remember(
    connection: asyncpg.Connection, keyring: Keyring, natural: tuple[str, str], payload: Mapping[str, object]
) -> str:
    """Put *payload* into the vault under what *natural* (a source and its id) names; return the reference to it.

    What is there already stays as it is; what was erased is not brought back.
    """
    reference = keyring.pseudonym(*natural)
    row = (reference, *keyring.new_person(reference, msgspec.json.encode(payload)))
    await connection.fetch(_REMEMBER, *([value] for value in row))
    return reference


async def who_is(connection: asyncpg.Connection, keyring: Keyring, reference: str) -> dict[str, str] | None:
    """Return what the vault knows of *reference*; None when nobody is known by it, or they were erased."""
    row = await connection.fetchrow("select wrapped_key, payload from person where reference = $1", reference)
    if row is None or row["wrapped_key"] is None:
        return None
    found: dict[str, str] = msgspec.json.decode(keyring.person(reference, row["wrapped_key"], row["payload"]))
    return found


async def erase(connection: asyncpg.Connection, reference: str) -> int:
    """Erase a person: their key, what the vault knew, and every raw body that named them (GDPR, article 17).

    What had not been worked off yet is not worked off any more.
    Returns how many bodies went. Events, postings and seals never held anything of the person and stay as they are.
    """
    async with connection.transaction():
        await connection.fetch(_ERASE, reference)
        await connection.fetch(_FORGET_WAITING, reference)
        bodies = await connection.fetch(_FORGET_BODIES, reference)
        letters = await connection.fetch(_FORGET_LETTERS, reference)
    return len(bodies) + len(letters)
