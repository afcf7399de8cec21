"""A book on real PostgreSQL, shop windows on loopback, and feeds between them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from tallystick.app.connections.doors import Door, addresses_of
from tallystick.app.connections.feeding import Feed, feed_of, feed_once
from tallystick.app.connections.tending import door_of
from tallystick.app.connectors import CONNECTORS
from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.engine.answer import Unit
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tallystick.storage.connections.register import Configured, Register
from tests.channels.window import Window, WindowDoor, window_here


class Market:
    """An open book, and channels that show its stock."""

    def __init__(self, house: House) -> None:
        """Stand in *house*."""
        self.house = house
        self._doors: list[Door] = []

    async def connects(self, name: str, window: Window, **settings: str) -> Door:
        """Show stock in *window* as channel *name*."""
        register = Register(await self.house.connection(), self.house.names, self.house.keyring)
        configured = Configured(name=name, connector="window", url=window.url, settings=settings)
        await register.put(configured, addresses_of(configured, WindowDoor))
        door = await door_of(self.house, await register.named(name), await self.house.connection())
        self._doors.append(door)
        return door

    async def takes(self, *units: Unit, gate: int = 0) -> None:
        """Take reports in at a gate."""
        await (await self.house.gate(number=gate)).flush(list(units))

    async def feed(self, door: Door) -> Feed:
        """Return the feed of a door's channel."""
        connections = [await self.house.connection() for _ in range(3)]
        return await feed_of(self.house, door, door.known.name, connections)

    async def tells(self, door: Door) -> int:
        """Do all there is to do of a feed; return how many numbers were told."""
        return await feed_once(self.house, door)

    async def one(self, sql: str, *what: object) -> Any:
        """Ask the database for one thing."""
        return await (await self.house.connection()).fetchval(sql, *what)

    def close(self) -> None:
        """Close every door."""
        for door in self._doors:
            door.close()


@pytest.fixture(autouse=True)
def window_connector(monkeypatch: pytest.MonkeyPatch) -> None:
    """The house has a connector to windows."""
    monkeypatch.setitem(CONNECTORS, "window", WindowDoor)


@pytest.fixture
def window() -> Iterator[Window]:
    """A shop window."""
    with window_here() as found:
        yield found


@pytest.fixture
async def market(database_url: str, tmp_path: Path) -> AsyncIterator[Market]:
    """An open, empty book."""
    await create_book(database_url, "main", "EUR/2", TABLE)
    async with open_house(database_url, Settings(tmp_path), "main") as house:
        found = Market(house)
        try:
            yield found
        finally:
            found.close()
