"""A house on PostgreSQL that can die and come back: one book, its connections, and the machinery over them."""

from datetime import datetime
from typing import Final

from tallystick.engine.gate import Gate
from tallystick.engine.gate_store import Pair
from tallystick.engine.metrics import GateMetrics
from tallystick.engine.timers import Deadlines, Turns
from tallystick.engine.worker import Worker
from tallystick.posting.table import TABLE
from tallystick.security.keyring import Keyring
from tallystick.simulator.memory_book import CURRENCY
from tallystick.simulator.postgres.door import DatedInbox, parse
from tallystick.simulator.postgres.dying import Deaths, DyingStore
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.book import BookInfo, Connection, connect, create_book, drop_book
from tallystick.storage.inbox import Inbox
from tallystick.storage.names import names_of
from tallystick.storage.outbox import Outbox
from tallystick.storage.timers import Timers
from tallystick.storage.waiting.orders import WaitingOrders

_KEY: Final = bytes(32)
"""The key of a made-up house keeps no secret."""


class Parsers(dict[str, object]):
    """Every source of the world writes CloudEvents."""

    def __missing__(self, source: str) -> object:
        return parse


class Stand:
    """The house as it runs: `open` starts the process, `die` ends it without a word, `close` puts the book away."""

    def __init__(self, url: str, info: BookInfo, deaths: Deaths) -> None:
        """Stand at an existing book."""
        self.url, self.info, self.deaths = url, info, deaths
        self.keyring = Keyring(_KEY, info.name)
        self.metrics = GateMetrics()
        self._connections: list[Connection] = []

    async def open(self, received: dict[Pair, datetime]) -> "Stand":
        """Connect, and read what is kept; *received* says when deliveries came."""
        self.names = await names_of(self.url, self.info)
        gates = await self._connected()
        self.door = await self._connected()
        self.inbox = Inbox(self.door, self.names, self.keyring)
        self.outbox = Outbox(self.door, self.names)
        self.worker = Worker(DatedInbox(self.inbox, received), Parsers())  # type: ignore[arg-type]
        store = PgGateStore(gates, self.names, CURRENCY)
        store.seal = self.keyring.seal
        dying = DyingStore(store, gates, self.deaths)
        self.gate = Gate(dying, TABLE, self.metrics, dying.listening(self.worker.settle))
        self.deadlines = Deadlines(Timers(self.door), self.gate)
        self.turns = Turns(WaitingOrders(self.door), self.gate)
        return self

    async def _connected(self) -> Connection:
        found = await connect(self.url, self.info.schema)
        self._connections.append(found)
        return found

    async def die(self) -> None:
        """Break every connection, as a killed process does."""
        for connection in self._connections:
            connection.terminate()
        self._connections.clear()
        await self.names.close()

    async def close(self) -> None:
        """End the process in peace and delete the book."""
        for connection in self._connections:
            await connection.close()
        self._connections.clear()
        await self.names.close()
        await drop_book(self.url, self.info.name)


async def new_stand(url: str, book: str, deaths: Deaths) -> Stand:
    """Create an empty *book* and stand at it.

    Our process dies here, the server never does, so no commit needs to wait for the disk; that is most of the time.
    """
    quick = f"{url}{'&' if '?' in url else '?'}synchronous_commit=off"
    return Stand(quick, await create_book(quick, book, CURRENCY, TABLE), deaths)
