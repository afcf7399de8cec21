"""A book on real PostgreSQL whose worker judges orders, speaks to partners on loopback and follows cases."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tallystick.app.connections.doors import addresses_of
from tallystick.app.connections.tending import door_of
from tallystick.app.connectors import CONNECTORS
from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work_once
from tallystick.connectors.partner.twin import PartnerSystem, signed
from tallystick.engine.envelopes import delivery_of
from tallystick.kit.twins.server import Twin
from tallystick.messages.availability import AvailabilityRulesDeclared, Rules
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.partners.screening import Check, ScreeningRule, Verdict
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.posting.table import TABLE
from tallystick.processes.family import Family
from tallystick.processes.members import RULES_SUBJECT
from tallystick.storage.attention.subjects import family_of
from tallystick.storage.book import create_book
from tallystick.storage.connections.register import Configured, Register
from tallystick.storage.vault import remember

KEY, HOOK_SECRET = "key-of-the-partner", "secret-of-its-events"


class Office:
    """Everybody who reports something to the book, and the worker."""

    def __init__(self, house: House, home: Path) -> None:
        """Sit in *house*."""
        self.house, self.settings = house, Settings(home, case_channels="web")
        self._count = 0

    async def says(self, subject: str, data: Struct) -> None:
        """Report something."""
        self._count += 1
        body = msgspec.Raw(msgspec.json.encode(data))
        kind, now = CATALOGUE.of(type(data)).type, datetime.now(UTC)
        envelope = Envelope(id=f"m{self._count}", source="shop", type=kind, subject=subject, time=now, data=body)
        await (await self.house.inbox()).receive([delivery_of(envelope)])

    async def screens(self, *checks: Check, otherwise: Verdict = "review") -> None:
        """Hold orders of the web shop."""
        rules = Rules(screenings=(ScreeningRule("web", 24, otherwise, 50, 100, checks),))
        await self.says(RULES_SUBJECT, AvailabilityRulesDeclared(rules))
        await self.works()

    async def orders(self, name: str, units: int = 1, **more: Any) -> None:
        """A customer orders lamps."""
        lines = (OrderLine(1, "LAMP", units, 1200 * units, 240 * units),)
        placed = OrderPlaced(name, "web", "WH1", "EUR/2", "stripe", lines, "GB", **more)
        await self.says(f"order/{name}", placed)
        await self.works()

    async def works(self) -> None:
        """Let a worker do what can be done now."""
        await work_once(self.house, Way({}, notices=self.settings))

    async def family(self, subject: str) -> Family:
        """Return what is known of a subject."""
        return await family_of(await self.house.connection(), subject)

    async def state(self, order: str, member: str = "order") -> str:
        """Return where a process of an order stands."""
        return (await self.family(f"order/{order}"))[member].state

    async def knows(self, known_as: str, **person: str) -> str:
        """Put somebody into the vault; return the reference."""
        return await remember(await self.house.connection(), self.house.keyring, ("shop", known_as), person)

    async def connects(self, name: str, connector: str, where: tuple[str, dict[str, str], str]) -> None:
        """Connect a partner: where it is, its settings, and whose commands it takes."""
        url, settings, serves = where
        field, _, value = serves.partition("=")
        configured = Configured(name=name, connector=connector, url=url, settings=settings, serves={field: (value,)})
        register = Register(await self.house.connection(), self.house.names, self.house.keyring)
        await register.put(configured, addresses_of(configured, CONNECTORS[connector]))
        for key, secret in (("api_key", KEY), ("hook_secret", HOOK_SECRET)):
            await register.set_secret(name, key, secret)

    async def hears(self, name: str, event: dict[str, Any]) -> None:
        """A partner's event comes, signed; and is worked off."""
        connection = await self.house.connection()
        known = await Register(connection, self.house.names, self.house.keyring).named(name)
        door = await door_of(self.house, known, connection)
        hook = signed(HOOK_SECRET, {"at": datetime.now(UTC).isoformat(), **event}, datetime.now(UTC))
        try:
            deliveries = door.connector.received(hook)  # type: ignore[attr-defined]
        finally:
            door.close()
        await (await self.house.inbox()).receive(deliveries)
        await self.works()


@pytest.fixture
async def office(database_url: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An open book with ten lamps."""
    await create_book(database_url, "main", "EUR/2", TABLE)
    async with open_house(database_url, Settings(tmp_path), "main") as house:
        found = Office(house, tmp_path)
        await found.works()
        lines = (ReceiptLine(1, "LAMP", 10, 4000),)
        await found.says("stock/R1", ReceiptReported("R1", "WH1", "EUR/2", "supplier", lines))
        await found.works()
        yield found


@pytest.fixture
def partners() -> Iterator[Callable[[], tuple[PartnerSystem, str]]]:
    """Makes partners that answer on loopback, all gone after the test."""
    with ExitStack() as closing:

        def made() -> tuple[PartnerSystem, str]:
            system = PartnerSystem(KEY)
            return system, closing.enter_context(Twin(system.answer)).url

        yield made
