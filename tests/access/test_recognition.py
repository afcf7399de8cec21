"""A door that remembers its callers: asked once, and never of anybody who is out."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from tallystick.security.principal import NotAuthenticated
from tallystick.security.roles import Role
from tallystick.storage.access.keys import NewKey, create_key, revoke_key, rotate_signing
from tallystick.storage.access.principals import Grant, disable, grant_role
from tallystick.storage.access.recognition import Recogniser
from tests.access.conftest import Desk

BOUND_SECONDS = 60


class Asked:
    """Lends a connection, and counts how often."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.count = desk, 0

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[asyncpg.Connection]:
        """Lend it once."""
        self.count += 1
        yield self.desk.sql


async def until(happens: Callable[[], bool]) -> None:
    """Wait for a condition, with a bound."""
    async with asyncio.timeout(BOUND_SECONDS):
        while not happens():  # noqa: ASYNC110 - the word comes from a server, no event of ours is set
            await asyncio.sleep(0.005)


async def _key(desk: Desk, ends: datetime | None = None) -> str:
    number = desk.people.get("bot") or await desk.let_in("bot", Role.INTEGRATOR, person="carl")
    return (await create_key(desk.sql, desk.keyring, "main", NewKey(number, desk.people["root"], None, ends))).text


@pytest.fixture
async def asked(desk: Desk) -> Asked:
    """A lender that counts."""
    return Asked(desk)


@pytest.fixture
async def door(desk: Desk, asked: Asked) -> AsyncIterator[Recogniser]:
    """A door that listens."""
    found = Recogniser(desk.stand.info, desk.keyring, asked.lend)
    await found.listen(desk.stand.connection)
    yield found
    await found.close()


async def test_a_caller_is_looked_up_once(desk: Desk, door: Recogniser, asked: Asked) -> None:
    """Thousands of requests of one key cost the database one question; strangers are asked about each time."""
    key = await _key(desk)
    await until(lambda: door._changes > 1)
    await desk.sql.fetchval("select 1")
    first = await door.who(key)
    before = asked.count
    assert all([(await door.who(key)) == first for _ in range(1000)])
    assert asked.count - before <= 1
    for _ in range(3):
        with pytest.raises(NotAuthenticated):
            await door.who("x.y.z")
    assert asked.count >= before + 3


async def test_who_is_out_is_forgotten(desk: Desk, door: Recogniser) -> None:
    """A revoked key, a disabled holder, a new role, a retired signing key: each change reaches a door that remembers."""
    root = desk.people["root"]
    key, other = await _key(desk), await _key(desk)
    assert (await door.who(key)).name == (await door.who(other)).name == "bot"

    changes = door._changes
    await revoke_key(desk.sql, key[6:18])
    await until(lambda: door._changes > changes)
    with pytest.raises(NotAuthenticated):
        await door.who(key)

    changes = door._changes
    await grant_role(desk.sql, Grant(desk.people["bot"], Role.CONTROLLER, root))
    await until(lambda: door._changes > changes)
    assert "entries:propose" in (await door.who(other)).scopes

    changes = door._changes
    await rotate_signing(desk.sql, retire=True)
    await until(lambda: door._changes > changes)
    assert (await door.who(other)).name == "bot"

    changes = door._changes
    await disable(desk.sql, desk.people["bot"], disabled=True)
    await until(lambda: door._changes > changes)
    with pytest.raises(NotAuthenticated):
        await door.who(other)


async def test_a_change_in_another_book_is_no_change_here(desk: Desk, door: Recogniser) -> None:
    """Books share a server, not their callers."""
    key = await _key(desk)
    await door.who(key)
    changes = door._changes
    await desk.sql.execute("select pg_notify('tallystick_access', 'book_other')")
    await revoke_key(desk.sql, key[6:18])
    await until(lambda: door._changes > changes)
    await desk.sql.fetchval("select 1")
    assert door._changes == changes + 1


async def test_what_ends_by_itself_is_not_remembered_beyond_its_end(desk: Desk, door: Recogniser) -> None:
    """A key that is good for less than what doors remember is remembered for that long only."""
    key = await _key(desk, datetime.now(UTC) + timedelta(seconds=2))
    await door.who(key)
    assert all(known.until <= time.monotonic() + 2 for known in door._known.values())


async def test_a_door_that_cannot_listen_remembers_nothing(desk: Desk, door: Recogniser, asked: Asked) -> None:
    """Its connection is cut: every request asks the database, until it listens again."""
    key = await _key(desk)
    await door.who(key)
    listening = door._listening
    assert listening is not None
    await desk.sql.execute("select pg_terminate_backend($1)", listening.get_server_pid())
    await until(lambda: door._listening is not listening)
    assert door._known == {}
    await revoke_key(desk.sql, key[6:18])
    with pytest.raises(NotAuthenticated):
        await door.who(key)
    door._tried = 0.0
    again = await _key(desk)
    await door.who(again)
    assert door._listening is not None
    assert door._listening is not listening
