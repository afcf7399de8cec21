"""Orders placed in batches, against one transaction an order."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct

from tallystick.app.benches.orders import CURRENCY, OrderMill, placed, receipts
from tallystick.engine.collector import Collector
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.posting.table import TABLE
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.book import BookInfo, Connection, connect, create_book
from tallystick.storage.names import Names, names_of

UNITS_IN_STOCK: Final = 100_000_000
GC_THRESHOLDS: Final = (100_000, 50, 100)


class Stand(Struct):
    """A fresh book with stock, and the connections opened to it."""

    url: str
    info: BookInfo
    names: Names
    connections: list[Connection]

    async def gate(self, number: int, metrics: GateMetrics | None = None) -> Gate:
        """Open gate *number* on a connection of its own."""
        connection = await connect(self.url, self.info.schema)
        self.connections.append(connection)
        store = PgGateStore(connection, self.names, self.info.currency, number)
        return Gate(store, TABLE, metrics or GateMetrics())

    async def close(self) -> None:
        """Close every connection."""
        for connection in self.connections:
            await connection.close()
        await self.names.close()


async def stand(url: str, book: str) -> Stand:
    """Create a book and fill its shelves. The collector of garbage looks seldom, as in a worker."""
    gc.set_threshold(*GC_THRESHOLDS)
    info = await create_book(url, book, CURRENCY, TABLE)
    names = await names_of(url, info)
    found = Stand(url, info, names, [])
    gate = await found.gate(0)
    for unit in receipts(UNITS_IN_STOCK):
        await gate.flush([unit])
    await found.connections[0].execute("analyze")
    return found


async def _clients(count: int, seconds: float, order: Callable[[], Awaitable[None]]) -> tuple[float, list[float]]:
    """Run *count* clients in a closed loop; return orders a second and sorted latencies in milliseconds."""
    latencies: list[float] = []
    gc.collect()
    gc.freeze()
    started = time.perf_counter()
    until = started + seconds

    async def client() -> None:
        while (now := time.perf_counter()) < until:
            await order()
            latencies.append((time.perf_counter() - now) * 1000)

    await asyncio.gather(*(client() for _ in range(count)))
    took = time.perf_counter() - started
    gc.unfreeze()
    return len(latencies) / took, sorted(latencies)


async def place(at: Stand, *, hot: bool, clients: int, seconds: float) -> tuple[float, list[float]]:
    """Place orders through the collector."""
    mill = OrderMill(clients * 2 + hot, hot=hot)
    bodies = iter([mill.body() for _ in range(int(seconds * 40_000))])
    collector = Collector(await at.gate(1))

    async def order() -> None:
        await collector.submit(placed(next(bodies)))

    return await _clients(clients, seconds, order)


async def place_singly(at: Stand, *, hot: bool, clients: int, seconds: float) -> tuple[float, list[float]]:
    """The baseline: the same work, one transaction an order, a connection and a chain for each client."""
    mill = OrderMill(clients * 2 + hot + 1000, hot=hot)
    bodies = iter([mill.body() for _ in range(int(seconds * 10_000))])
    gates = [await at.gate(number) for number in range(clients)]
    free: asyncio.Queue[Gate] = asyncio.Queue()
    for gate in gates:
        free.put_nowait(gate)

    async def order() -> None:
        gate = await free.get()
        await gate.flush([placed(next(bodies))])
        free.put_nowait(gate)

    return await _clients(clients, seconds, order)
