"""Keys and tokens at the door of a real book: shown once, stored as keyed hashes, out at once when revoked."""

import hmac
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import asyncpg
import pytest

from tallystick.posting.table import TABLE
from tallystick.security.api_keys import new_key
from tallystick.security.keyring import Keyring
from tallystick.security.principal import NotAuthenticated
from tallystick.security.proposals import AccessRefused
from tallystick.security.roles import Role
from tallystick.security.token_endpoint import TokenRefused
from tallystick.storage.access import doorkeeper
from tallystick.storage.access.doorkeeper import Doorkeeper
from tallystick.storage.access.keys import (
    NewKey,
    Rotation,
    create_key,
    keys,
    revoke_key,
    rotate_key,
    rotate_signing,
    signing_numbers,
)
from tallystick.storage.access.principals import Grant, disable, grant_role, revoke_role
from tallystick.storage.book import connect, create_book
from tests.access.conftest import MASTER, Desk


@pytest.fixture
async def other(desk: Desk) -> AsyncIterator[asyncpg.Connection]:
    """Another book of the same house, with the very rows of access that the first has."""
    info = await create_book(desk.stand.url, "other", "EUR/2", TABLE)
    connection = await connect(desk.stand.url, info.schema)
    yield connection
    await connection.close()


async def _bot(desk: Desk, *scopes: str) -> tuple[int, str]:
    number = await desk.let_in("bot", Role.INTEGRATOR, person="carl")
    new = NewKey(number, desk.people["root"], scopes or None)
    return number, (await create_key(desk.sql, desk.keyring, "main", new)).text


async def test_a_key_opens_with_the_roles_of_its_holder(desk: Desk) -> None:
    """Roles count as they are now; a narrowed key gives no more than it names."""
    number, key = await _bot(desk, "orders:read", "entries:propose")
    door = Doorkeeper(desk.sql, desk.keyring, "main")
    found = await door.who(key)
    assert (found.id, found.person) == (number, desk.people["carl"])
    assert found.scopes == {"orders:read"}
    await grant_role(desk.sql, Grant(number, Role.CONTROLLER, desk.people["root"]))
    assert (await door.who(key)).scopes == {"orders:read", "entries:propose"}
    await revoke_role(desk.sql, number, Role.INTEGRATOR, desk.people["root"])
    await revoke_role(desk.sql, number, Role.CONTROLLER, desk.people["root"])
    assert (await door.who(key)).scopes == frozenset()


async def test_a_key_is_kept_as_a_keyed_hash(desk: Desk) -> None:
    """Who reads the whole database finds no key in it, and cannot test a guess without the key file."""
    _, key = await _bot(desk)
    row = await desk.sql.fetchrow("select * from api_key")
    assert row is not None
    assert key[19:] not in str(dict(row))
    assert row["hash"] == desk.keyring.key_hash("main", key)
    assert row["hash"] != Keyring(b"1" * 32, "main").key_hash("main", key)
    assert [k.id for k in await keys(desk.sql)] == [key[6:18]]


async def test_a_revoked_or_expired_key_opens_nothing(desk: Desk) -> None:
    """At once, and for good: no row brings it back."""
    number, key = await _bot(desk)
    door = Doorkeeper(desk.sql, desk.keyring, "main")
    stale = NewKey(number, desk.people["root"], None, datetime.now(UTC) - timedelta(seconds=1))
    with pytest.raises(NotAuthenticated):
        await door.who((await create_key(desk.sql, desk.keyring, "main", stale)).text)
    assert await revoke_key(desk.sql, key[6:18])
    with pytest.raises(NotAuthenticated):
        await door.who(key)
    with pytest.raises(asyncpg.CheckViolationError, match="stays ended"):
        await desk.sql.execute("update api_key set revoked_at = null")


async def test_a_disabled_principal_is_out_with_all_keys_and_tokens(desk: Desk) -> None:
    """Disabling is enough: nobody has to hunt for keys."""
    number, key = await _bot(desk)
    door = Doorkeeper(desk.sql, desk.keyring, "main")
    form = {"grant_type": "client_credentials", "client_id": "bot", "client_secret": key}
    token = (await door.token(form))["access_token"]
    assert (await door.who(token)).id == number
    await disable(desk.sql, number, disabled=True)
    for credential in (key, token):
        with pytest.raises(NotAuthenticated):
            await door.who(credential)
    with pytest.raises(TokenRefused):
        await door.token(form)


async def test_a_token_is_given_for_a_key(desk: Desk) -> None:
    """Client credentials: a client's name and one of its keys give a token with the scopes asked for, and no others."""
    _, key = await _bot(desk)
    door = Doorkeeper(desk.sql, desk.keyring, "main")
    form = {"grant_type": "client_credentials", "client_id": "bot", "client_secret": key}
    told = await door.token(form | {"scope": "orders:read"})
    assert told["scope"] == "orders:read"
    assert (await door.who(told["access_token"])).scopes == {"orders:read"}
    wrong = [{"client_id": "carl"}, {"client_secret": new_key().text}, {"client_secret": "x"}]
    for change in wrong:
        with pytest.raises(TokenRefused) as caught:
            await door.token(form | change)
        assert (caught.value.error, caught.value.status) == ("invalid_client", 401)
    with pytest.raises(TokenRefused, match="users:manage"):
        await door.token(form | {"scope": "users:manage"})


async def test_a_key_of_one_book_opens_nothing_in_another(desk: Desk, other: asyncpg.Connection) -> None:
    """Not even where somebody copied the rows: keys and tokens are bound to the book's name and keys."""
    _, key = await _bot(desk)
    door = Doorkeeper(desk.sql, desk.keyring, "main")
    form = {"grant_type": "client_credentials", "client_id": "bot", "client_secret": key}
    token = (await door.token(form))["access_token"]
    next_door = Doorkeeper(other, Keyring(MASTER, "other"), "other")
    for credential in (key, token):
        with pytest.raises(NotAuthenticated):
            await next_door.who(credential)
    await other.execute("alter table role_grant disable trigger grant_checked")
    for table in ("principal", "role_grant", "api_key"):
        await other.execute(f"insert into {table} overriding system value select * from book_main.{table}")
    for keyring in (Keyring(MASTER, "other"), desk.keyring):
        for credential in (key, token):
            with pytest.raises(NotAuthenticated):
                await Doorkeeper(other, keyring, "other").who(credential)


async def test_unknown_and_wrong_keys_take_the_same_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a key exists cannot be told: each attempt hashes and compares once, in constant time, and is told the same."""
    _, key = await _bot(desk)
    compared = []

    def compare(shown: bytes, kept: bytes) -> bool:
        compared.append((len(shown), len(kept)))
        return hmac.compare_digest(shown, kept)

    monkeypatch.setattr(doorkeeper, "hmac", SimpleNamespace(compare_digest=compare))
    door = Doorkeeper(desk.sql, desk.keyring, "main")
    texts = set()
    revoked = new_key()
    await desk.sql.execute(
        "insert into api_key (id, principal, created_by, hash, revoked_at) values ($1, $2, $2, $3, now())",
        revoked.id,
        desk.people["bot"],
        desk.keyring.key_hash("main", revoked.text),
    )
    for text in (new_key().text, revoked.text):
        with pytest.raises(NotAuthenticated) as caught:
            await door.who(text)
        texts.add(str(caught.value))
    await door.who(key)
    assert compared == [(32, 32)] * 3
    assert len(texts) == 1


async def test_a_rotated_key_goes_on_for_a_while(desk: Desk) -> None:
    """The successor works at once, the old one for some hours more, and is rotated once only."""
    _, key = await _bot(desk, "orders:read")
    door, old = Doorkeeper(desk.sql, desk.keyring, "main"), key[6:18]
    new, scopes = await rotate_key(desk.sql, desk.keyring, "main", Rotation(old, desk.people["root"]))
    assert scopes == ["orders:read"]
    assert (await door.who(new.text)).scopes == (await door.who(key)).scopes
    kept = {k.id: k for k in await keys(desk.sql)}
    assert kept[old].rotated_to == new.id
    assert kept[old].expires_at is not None
    with pytest.raises(AccessRefused, match="no key"):
        await rotate_key(desk.sql, desk.keyring, "main", Rotation(old, desk.people["root"]))
    now = Rotation(new.id, desk.people["root"], hours=0)
    await rotate_key(desk.sql, desk.keyring, "main", now)
    with pytest.raises(NotAuthenticated):
        await door.who(new.text)


async def test_a_key_with_a_scope_nobody_knows_is_not_made(desk: Desk) -> None:
    """A mistyped scope is named."""
    with pytest.raises(AccessRefused, match="no scope order:read"):
        await create_key(desk.sql, desk.keyring, "main", NewKey(1, 1, ("order:read",)))


async def test_signing_keys_rotate(desk: Desk) -> None:
    """Tokens outlive one rotation, not two; where a key may have leaked every token ends at once."""
    _, key = await _bot(desk)
    door = Doorkeeper(desk.sql, desk.keyring, "main")
    form = {"grant_type": "client_credentials", "client_id": "bot", "client_secret": key}
    token = (await door.token(form))["access_token"]
    assert await rotate_signing(desk.sql, retire=False) == 2
    assert (await door.who(token)).name == "bot"
    assert [k["kid"] for k in (await door.public_keys())["keys"]] == ["1", "2"]
    await rotate_signing(desk.sql, retire=False)
    assert await signing_numbers(desk.sql) == [2, 3]
    with pytest.raises(NotAuthenticated):
        await door.who(token)
    fresh = (await door.token(form))["access_token"]
    await rotate_signing(desk.sql, retire=True)
    assert await signing_numbers(desk.sql) == [4]
    with pytest.raises(NotAuthenticated):
        await door.who(fresh)


async def test_the_last_administrator_stays(desk: Desk) -> None:
    """Nobody locks everybody out: the last administrator is neither revoked nor disabled."""
    root = desk.people["root"]
    for attempt in (revoke_role(desk.sql, root, Role.ADMINISTRATOR, root), disable(desk.sql, root, disabled=True)):
        with pytest.raises(AccessRefused, match="last administrator"):
            await attempt
    await desk.let_in("eve", Role.ADMINISTRATOR)
    assert await disable(desk.sql, root, disabled=True)
    assert not await disable(desk.sql, root, disabled=True)
    assert await disable(desk.sql, root, disabled=False)


async def test_nobody_makes_a_key_in_another_persons_name(desk: Desk) -> None:
    """A user's key acts as that user, so an administrator cannot make himself Carl's; Carl makes his own."""
    carl, root = desk.people["carl"], desk.people["root"]
    with pytest.raises(AccessRefused, match="made by carl alone"):
        await create_key(desk.sql, desk.keyring, "main", NewKey(carl, root))
    own = await create_key(desk.sql, desk.keyring, "main", NewKey(carl, carl))
    assert "proposals:decide" in (await Doorkeeper(desk.sql, desk.keyring, "main").who(own.text)).scopes
    with pytest.raises(AccessRefused, match="made by carl alone"):
        await rotate_key(desk.sql, desk.keyring, "main", Rotation(own.id, root))
