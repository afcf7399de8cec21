"""The demo run: a fresh book, three days through the inbox and the gate, and all that is read of it in the end."""

from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from tallystick.app.demo import shop
from tallystick.app.demo.messages import arrivals
from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.engine.delivery import Delivery, Route
from tallystick.messages.catalogue import CATALOGUE, Role
from tallystick.ports.connector import Acknowledgement
from tallystick.posting.table import TABLE
from tallystick.storage.attention.breaks import BreakKind, break_kinds
from tallystick.storage.attention.subjects import SentCommand, commands_of
from tallystick.storage.book import create_book, list_books
from tallystick.storage.outbox import Outbox
from tallystick.storage.reading.explaining.stock import StockStory, explain_stock
from tallystick.storage.reading.explaining.trace import Trace, trace
from tallystick.storage.reading.proofs import Proof, check_book
from tallystick.storage.reading.trial_balance import Balance, trial_balance

BOOK = "demo"
TOLD_ORDER = "order/W104"
TOLD_PRODUCT = "LAMP-ARC"


class Day(Struct, frozen=True):
    """A day's traffic: messages that came, those known already, those that came too early, commands that left."""

    date: str
    came: int
    repeated: int
    early: int
    sent: int


class Demo(Struct, frozen=True):
    """What the demo shows."""

    book: str
    currency: str
    days: list[Day]
    proofs: list[Proof]
    balances: list[Balance]
    breaks: list[BreakKind]
    stock: list[StockStory]
    trace: Trace
    sent: list[SentCommand]

    @property
    def ok(self) -> bool:
        """Whether every proof holds."""
        return all(p.ok for p in self.proofs)


async def run_demo(url: str, settings: Settings) -> Demo:
    """Live the lamp shop's three days in a book that did not exist before."""
    name = await free_name(url)
    await create_book(url, name, shop.CURRENCY, TABLE)
    async with open_house(url, settings, name) as house:
        return await read(house, await live(house))


async def free_name(url: str) -> str:
    """Return a name for a demo's book that no book has yet."""
    taken = {b.name for b in await list_books(url)}
    return next(n for n in (BOOK, *(f"{BOOK}_{i}" for i in range(2, len(taken) + 3))) if n not in taken)


async def live(house: House) -> list[Day]:
    """Let the three days come in and go out."""
    inbox = await house.inbox()
    worker = await house.worker()
    gate = await house.gate(worker)
    partner = Delivery(Outbox(await house.connection(), house.names), ROUTES, lambda: datetime.now(UTC))
    days = []
    for date, deliveries in zip(shop.DAYS, arrivals(), strict=True):
        received = await inbox.receive(deliveries)
        answered = await worker.drain(gate)
        asked = 0
        while tried := await partner.run_once():
            asked += tried
        days.append(Day(date, len(deliveries), received.repeated, answered - received.new, asked))
    return days


async def _obliged(command: Struct, key: str) -> Acknowledgement:  # noqa: ARG001 - whatever it is
    """A partner who does whatever it is asked."""
    return Acknowledgement(f"ok-{key}")


ROUTES: Final = {t.type: Route(_obliged, _obliged) for t in CATALOGUE.types if t.role is Role.COMMAND}


async def read(house: House, days: list[Day]) -> Demo:
    """Read all that the demo shows of the book."""
    connection = await house.connection()
    return Demo(
        house.info.name,
        house.info.currency,
        days,
        await check_book(house.url, house.info),
        [b for b in await trial_balance(connection) if b.balance],
        await break_kinds(connection),
        await explain_stock(connection, TOLD_PRODUCT),
        await trace(connection, TOLD_ORDER),
        await commands_of(connection, TOLD_ORDER),
    )
