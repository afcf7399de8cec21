"""Places for files, each real: a folder, an SFTP server, a bucket; and queues. Servers run once for all tests here."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest

from tallystick.app.connections.doors import Door, addresses_of, maker_of
from tallystick.app.connections.tending import door_of, pulls_of
from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.connectors.files.bench import event
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tallystick.storage.connections.register import Configured, KnownConnection, Policy, Register
from tests.counterparts.moto.server import moto, needs_moto
from tests.counterparts.openssh.server import Sshd, needs_sshd, sshd
from tests.files.places import PLACES, Place


@pytest.fixture(scope="session")
def sftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """OpenSSH on loopback."""
    needs_sshd()
    with sshd(tmp_path_factory.mktemp("sshd")) as found:
        yield found


@pytest.fixture(scope="session")
def amazon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Moto's server on loopback."""
    needs_moto()
    with moto(tmp_path_factory.mktemp("moto")) as url:
        yield url


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A place for files, of every kind."""
    with ExitStack() as closing:
        found: Place = PLACES[request.param](request.getfixturevalue, tmp_path / "place")
        closing.callback(found.close)
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Place:
    """A folder of this machine."""
    found: Place = PLACES["folder"](lambda _: None, tmp_path / "place")
    return found


class Yard:
    """An open book, and means to connect files to it and to look."""

    def __init__(self, house: House) -> None:
        """Stand in *house*."""
        self.house = house
        self._doors: list[Door] = []

    async def connects(self, place: Place, **settings: str) -> KnownConnection:
        """Connect a partner whose events come from *place*."""
        register = Register(await self.house.connection(), self.house.names, self.house.keyring)
        said = {**place.settings("from."), **{f"from.{k}": v for k, v in settings.items()}, "from": place.url}
        # What a dead worker had kept and not put away lies there until the next look: soon, here.
        policy = Policy(poll_seconds=1)
        configured = Configured(name="partner", connector="files", url="", settings=said, policy=policy)
        await register.put(configured, addresses_of(configured, maker_of("files")))
        for name, secret in place.secrets("from.").items():
            await register.set_secret("partner", name, secret)
        return await register.named("partner")

    async def door(self, known: KnownConnection) -> Door:
        """Open its door; it is closed with the yard."""
        self._doors.append(await door_of(self.house, known, await self.house.connection()))
        return self._doors[-1]

    async def pulls(self, known: KnownConnection) -> int:
        """Pull everything that is due, now, as a worker does; return how many deliveries were new."""
        door = await self.door(known)
        await self.one("update connection_pull set due = now() returning 1")
        found = await (await pulls_of(self.house, door, await self.house.connection())).run_once()
        failures = [h.failure for h in door.lane.heard.values() if h.failed]
        assert not failures, failures
        return found

    def close(self) -> None:
        """Close every door."""
        for door in self._doors:
            door.close()

    async def one(self, sql: str, *what: object) -> Any:
        """Ask the database for one thing."""
        return await (await self.house.connection()).fetchval(sql, *what)

    async def kept(self) -> list[str]:
        """Return the ids of all deliveries, in order of arrival."""
        rows = await (await self.house.connection()).fetch("select ext_id from delivery order by id")
        return [row[0] for row in rows]

    async def letters(self) -> list[tuple[str, str, str]]:
        """Return id, reason and remedy of every open dead letter."""
        rows = await (await self.house.connection()).fetch(
            "select ext_id, reason, remedy from dead_letter where closed_at is null order by id"
        )
        return [tuple(row) for row in rows]


@pytest.fixture
async def yard(database_url: str, tmp_path: Path) -> AsyncIterator[Yard]:
    """An open, empty book."""
    await create_book(database_url, "main", "EUR/2", TABLE)
    async with open_house(database_url, Settings(tmp_path), "main") as house:
        found = Yard(house)
        try:
            yield found
        finally:
            await asyncio.to_thread(found.close)


def told(number: str = "") -> bytes:
    """An event as a partner writes it; without a number, of an order of its own."""
    said = event(number or token_hex(4))
    said["data"]["lines"][0] |= {"net": 1200, "tax": 240}
    return json.dumps(said).encode()
