"""A book on real PostgreSQL, tiny partners, and connections to them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tallystick.app.connections.doors import Door, addresses_of
from tallystick.app.connections.tending import door_of
from tallystick.app.connectors import CONNECTORS
from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.engine.answer import Unit
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tallystick.storage.connections.register import Configured, KnownConnection, Policy, Register
from tests.connections.tiny import Partner, Tiny, partner_here
from tests.engine.conftest import receipt, unit

WAIT_SECONDS_MAX = 60
KEY, HOOK_SECRET = "key-of-the-tiny-partner", "secret-of-its-webhooks"


class Shopfloor:
    """An open book with connections, and means to look and to wait."""

    def __init__(self, house: House) -> None:
        """Stand in *house*."""
        self.house = house
        self._doors: list[Door] = []

    async def register(self) -> Register:
        """The register over a connection of its own."""
        return Register(await self.house.connection(), self.house.names, self.house.keyring)

    async def connects(self, name: str, partner: Partner, *, places: int = 4, poll: int = 60) -> KnownConnection:
        """Connect *partner* under *name*, with its secrets; payments of the provider of that name go there."""
        register = await self.register()
        policy = Policy(poll_seconds=poll, places=places)
        configured = Configured(name=name, connector="tiny", url=partner.url, policy=policy)
        await register.put(configured, addresses_of(configured, Tiny))
        await register.set_secret(name, "api_key", KEY)
        await register.set_secret(name, "hook_secret", HOOK_SECRET)
        return await register.named(name)

    async def door(self, known: KnownConnection) -> Door:
        """Open the door of a connection; it is closed with the floor."""
        self._doors.append(await door_of(self.house, known, await self.house.connection()))
        return self._doors[-1]

    def close(self) -> None:
        """Close every door."""
        for door in self._doors:
            door.close()

    async def orders(self, provider: str, numbers: range) -> None:
        """Place orders whose payment is asked of *provider*."""
        gate = await self.house.gate()
        await gate.flush([receipt(1000, name=f"R-{provider}"), *(order(f"{provider}-{n}", provider) for n in numbers)])

    async def one(self, sql: str, *what: object) -> Any:
        """Ask the database for one thing."""
        return await (await self.house.connection()).fetchval(sql, *what)


def order(number: str, provider: str) -> Unit:
    """An order of one lamp, to be paid at *provider*."""
    placed = OrderPlaced(number, "web", "WH1", "EUR/2", provider, (OrderLine(1, "LAMP", 1, 1200, 240),), "GB")
    return unit(f"order/{number}", placed, f"placed-{number}", "shop")


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, looking again and again."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not holds():  # noqa: ASYNC110 - what is waited for lives in other threads and processes
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """The house has a connector to the tiny partner."""
    monkeypatch.setitem(CONNECTORS, "tiny", Tiny)


@pytest.fixture
def partners() -> Iterator[Callable[[], Partner]]:
    """Makes partners, all gone after the test."""
    with ExitStack() as closing:
        yield lambda: closing.enter_context(partner_here())


@pytest.fixture
def partner(partners: Callable[[], Partner]) -> Partner:
    """One partner."""
    return partners()


@pytest.fixture
async def floor(database_url: str, tmp_path: Path) -> AsyncIterator[Shopfloor]:
    """An open, empty book."""
    await create_book(database_url, "main", "EUR/2", TABLE)
    async with open_house(database_url, Settings(tmp_path), "main") as house:
        found = Shopfloor(house)
        try:
            yield found
        finally:
            found.close()
