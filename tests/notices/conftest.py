"""A book on real PostgreSQL, a mail server on loopback, and orders whose customers are known to the vault only."""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tallystick.app.house import House, open_house
from tallystick.app.settings import NoticeSettings, Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work_once
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import PaymentAuthorised
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.ports.connector import Contact, Delivery
from tallystick.posting.table import TABLE
from tallystick.security.keyring import digest
from tallystick.storage.book import create_book
from tests.notices.postbox import Postbox, postbox_here

ADA = Contact("ada@example.test", "Ada Quill", "de-AT")
BEN = Contact("ben@example.test", "Ben Oak")


class Counter:
    """A shop's counter over an open book: orders come in with their customers, and the worker does what there is to do."""

    def __init__(self, house: House, home: Path, notices: NoticeSettings) -> None:
        """Stand in *house*."""
        self.house, self.settings = house, Settings(home, notices=notices)
        self._count = 0

    async def says(self, subject: str, data: Struct, contact: Contact | None = None) -> None:
        """Report something; *contact* is its customer, whom the shop calls by the name of the mailbox."""
        self._count += 1
        envelope = Envelope(
            id=f"m{self._count}",
            source="shop",
            type=CATALOGUE.of(type(data)).type,
            subject=subject,
            time=datetime.now(UTC),
            data=msgspec.Raw(msgspec.json.encode(data)),
        )
        body = msgspec.json.encode(envelope)
        person = contact.email.partition("@")[0] if contact else None
        told = Delivery(
            source="shop",
            id=envelope.id,
            subject=subject,
            body=body,
            digest=digest(body),
            person=person,
            contact=contact,
        )
        await (await self.house.inbox()).receive([told])

    def reference(self, contact: Contact) -> str:
        """How the book refers to a customer."""
        return self.house.keyring.pseudonym("shop", contact.email.partition("@")[0])

    async def stocks(self, **units: int) -> None:
        """Take goods in."""
        lines = tuple(ReceiptLine(n, sku, count, 400 * count) for n, (sku, count) in enumerate(units.items(), 1))
        await self.says("stock/R1", ReceiptReported("R1", "WH1", "EUR/2", "supplier", lines))

    async def orders(self, name: str, contact: Contact, units: int = 2, **more: Any) -> None:
        """A customer orders lamps."""
        lines = (OrderLine(1, "LAMP", units, 1200 * units, 240 * units),)
        said: dict[str, Any] = {"customer": self.reference(contact), **more}
        placed = OrderPlaced(name, "web", "WH1", "EUR/2", "stripe", lines, "GB", **said)
        await self.says(f"order/{name}", placed, contact)

    async def ships(self, name: str, units: int = 2) -> None:
        """The money is held and a parcel leaves."""
        await self.says(f"order/{name}", PaymentAuthorised(name, "stripe", 1440 * units))
        parcel = DispatchReported(name, f"S-{name}", (HeldLine(1, "LAMP", units),), "Post", "1Z-7")
        await self.says(f"order/{name}", parcel)

    async def works(self) -> None:
        """Let a worker do what can be done now."""
        await work_once(self.house, Way({}, notices=self.settings))

    async def due_now(self) -> None:
        """Let what waits for its next attempt be due."""
        await (await self.house.connection()).execute("update notice set due = now() where state = 0")

    async def standing(self) -> dict[str, str]:
        """Return the state of each notice and what came of it last, by order and kind."""
        rows = await (await self.house.connection()).fetch(
            "select subject, kind, state, (select outcome || ': ' || detail from notice_attempt a where a.event = o.event "
            "and a.n = o.n order by id desc limit 1) as last from notice o order by event, n"
        )
        states = ("waiting", "sent", "not sent")
        return {f"{r['subject'][6:]} {r['kind']}": f"{states[r['state']]}; {r['last']}" for r in rows}


def by(box: Postbox, **more: str) -> NoticeSettings:
    """Return settings that send by a postbox."""
    said = {"channels": "web", "sender": "Shop <orders@shop.example>", "smtp_host": "127.0.0.1"}
    return NoticeSettings(**(said | {"smtp_port": str(box.port), "smtp_security": "none"} | more))


def written(notices: NoticeSettings) -> str:
    """Return the settings as they stand in a configuration file."""
    lines = [f"{name} = {json.dumps(value)}" for name, value in msgspec.structs.asdict(notices).items()]
    return "\n".join(["[notices]", *lines, ""])


@pytest.fixture
def box() -> Iterator[Postbox]:
    """A mail server that asks for nothing."""
    with postbox_here() as found:
        yield found


@pytest.fixture
async def counter(database_url: str, tmp_path: Path, box: Postbox) -> AsyncIterator[Counter]:
    """A book with ten lamps, whose customers hear by mail from now on."""
    await create_book(database_url, "main", "EUR/2", TABLE)
    async with open_house(database_url, Settings(tmp_path), "main") as house:
        found = Counter(house, tmp_path, by(box))
        await found.works()
        await found.stocks(LAMP=10)
        await found.works()
        yield found
