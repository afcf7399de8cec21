"""A book on real PostgreSQL, and the shop's messages as the gate takes them."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import msgspec
import pytest

from tallystick.engine.answer import Answer, Unit
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.messages.envelope import Message
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.posting.table import TABLE
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.book import connect, create_book
from tallystick.storage.names import names_of

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def unit(subject: str, data: msgspec.Struct, key: str, source: str = "test") -> Unit:
    """One report as a unit of its own."""
    body = msgspec.json.encode(data)
    return Unit((Message(source, key, subject, data, body, NOW, NOW.date(), NOW),), subject)


def order(number: str, quantity: int = 1, sku: str = "LAMP") -> Unit:
    """An order of one line."""
    lines = (OrderLine(1, sku, quantity, 1200 * quantity, 240 * quantity),)
    placed = OrderPlaced(number, "web", "WH1", "EUR/2", "stripe", lines, "GB")
    return unit(f"order/{number}", placed, f"placed-{number}", "web")


def receipt(units: int, sku: str = "LAMP", name: str = "R1") -> Unit:
    """A receipt of one product at 4.00 each."""
    lines = (ReceiptLine(1, sku, units, 400 * units),)
    return unit(f"stock/{name}", ReceiptReported(name, "WH1", "EUR/2", "supplier", lines), f"receipt-{name}")


class Stand:
    """A fresh book, its gates, and a connection to look with."""

    def __init__(self, url: str) -> None:
        """Stand at an empty database."""
        self.url = url
        self._closing = contextlib.AsyncExitStack()

    async def open(self, book: str = "main") -> "Stand":
        """Create the book."""
        self.info = await create_book(self.url, book, "EUR/2", TABLE)
        self.names = await names_of(self.url, self.info)
        self._closing.push_async_callback(self.names.close)
        self.sql = await self.connection()
        return self

    async def connection(self) -> asyncpg.Connection:
        """Open another connection."""
        found = await connect(self.url, self.info.schema)
        self._closing.push_async_callback(found.close)
        return found

    async def gate(self, number: int = 0) -> Gate:
        """Open a gate."""
        store = PgGateStore(await self.connection(), self.names, self.info.currency, number)
        return Gate(store, TABLE, GateMetrics())

    async def stock(self, sku: str = "LAMP") -> tuple[int, int]:
        """Return (sellable, reserved) units of a product."""
        row = await self.sql.fetchrow(
            "select sellable, reserved from stock s join commodity c on c.id = s.id >> 32 where c.name = $1",
            f"sku:{sku}",
        )
        return (row["sellable"], row["reserved"]) if row else (0, 0)

    async def close(self) -> None:
        """Close everything."""
        await self._closing.aclose()


@pytest.fixture
async def stand(database_url: str) -> AsyncIterator[Stand]:
    """A fresh book."""
    found = await Stand(database_url).open()
    yield found
    await found.close()


async def flush(gate: Gate, *units: Unit) -> list[Answer]:
    """Flush units of one message each and return one answer each."""
    return [answers[0] for answers in await gate.flush(units)]
