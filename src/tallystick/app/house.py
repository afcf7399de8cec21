"""The house, wired: a database, a book, its keys, and the machinery over them."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

from msgspec import Struct

from tallystick.app.connectors import FEEDS, parsers
from tallystick.app.settings import Settings
from tallystick.engine.gate import Gate
from tallystick.engine.metrics import GateMetrics
from tallystick.engine.worker import Worker
from tallystick.ports.connector import FileFeed
from tallystick.posting.table import TABLE
from tallystick.security.keyring import Keyring, WrongKey, master_key
from tallystick.storage.batches.gate_store import PgGateStore
from tallystick.storage.book import BookInfo, Connection, connect, open_book, remember_rules
from tallystick.storage.embedded.settings import refuse_unsafe_durability
from tallystick.storage.embedded.supervisor import revive, running_cluster, serves
from tallystick.storage.inbox import Inbox
from tallystick.storage.line import Line, Server, hang_up
from tallystick.storage.names import Names

EMBEDDED_FOLDER = "postgres"


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """Yield the URL of the database: the one that was named, or the embedded one for as long as the block lasts."""
    if settings.database_url:
        yield settings.database_url
        return
    with running_cluster(settings.home / EMBEDDED_FOLDER) as url:
        yield url


def server_at(url: str, settings: Settings) -> Server:
    """Return the server at *url*; the embedded one of this data folder is started again when it has died."""
    folder = settings.home / EMBEDDED_FOLDER
    if settings.database_url or not serves(folder, url):
        return Server(url)
    return Server(url, lambda: asyncio.to_thread(revive, folder))


class House(Struct):
    """One open book with its connections. Every connection and line it hands out is closed with it.

    A *connection* that is lost stays lost, and with it what was under way: right for a command. A *line* is opened
    again: right for what runs for weeks.
    """

    server: Server
    info: BookInfo
    names: Names
    keyring: Keyring
    feeds: Mapping[str, FileFeed]
    connections: list[Connection]
    lines: list[Line]
    metrics: GateMetrics

    @property
    def url(self) -> str:
        """Where the book's server is."""
        return self.server.url

    async def connection(self) -> Connection:
        """Open a connection to the book."""
        found = await connect(self.url, self.info.schema)
        self.connections.append(found)
        return found

    def line(self) -> Line:
        """Return a line to the book, which opens when it is first used and again whenever it was lost."""
        found = Line(self.server, self.info.schema)
        self.lines.append(found)
        return found

    async def inbox(self) -> Inbox:
        """Open the inbox on a connection of its own."""
        return Inbox(await self.connection(), self.names, self.keyring)

    async def gate(self, worker: Worker | None = None, number: int = 0) -> Gate:
        """Open gate *number*; with *worker*, deliveries settle in the transaction of their effects."""
        return self.gate_over(await self.connection(), number, worker)

    def lasting_gate(self, number: int) -> Gate:
        """Return gate *number* over a line: for a `Collector` whose callers outlast a restart of the database."""
        return self.gate_over(self.line(), number)

    def lasting_inbox(self) -> Inbox:
        """Return the inbox over a line: for a door that takes deliveries for weeks."""
        return Inbox(self.line(), self.names, self.keyring)

    def gate_over(self, line: Connection | Line, number: int, worker: Worker | None = None) -> Gate:
        """Return gate *number* over a connection or line."""
        store = PgGateStore(line, self.names, self.info.currency, number)
        store.seal = self.keyring.seal
        return Gate(store, TABLE, self.metrics, worker.settle if worker else None)

    async def worker(self) -> Worker:
        """Open a worker with every translator the house has."""
        return Worker(await self.inbox(), parsers(self.feeds))


@asynccontextmanager
async def open_house(url: str, settings: Settings, book: str | None = None) -> AsyncIterator[House]:
    """Open a book of the database at *url*.

    Raises `BookError` where there is none, `WrongKey` where its bodies were sealed with another key, and
    `DatabaseUnusableError` where the server could lose what it acknowledged.
    """
    info = await open_book(url, book or settings.book)
    keyring = Keyring(master_key(settings.key_file), info.sealed_as)
    server = server_at(url, settings)
    names = await Names(Line(server, info.schema)).load()
    feeds = {name: make(keyring.pseudonym) for name, make in FEEDS.items()}
    house = House(server, info, names, keyring, feeds, [], [], GateMetrics())
    try:
        connection = await house.connection()
        await refuse_unsafe_durability(connection)
        await _check_key(connection, keyring, settings)
        await remember_rules(connection, TABLE)
        yield house
    finally:
        for connection in house.connections:
            await hang_up(connection)
        for line in house.lines:
            await line.close()
        await names.close()


async def _check_key(connection: Connection, keyring: Keyring, settings: Settings) -> None:
    """The first opening keeps the key's check value in the book; later ones compare."""
    await connection.execute("insert into setting values ('key_check', $1) on conflict do nothing", keyring.check)
    kept = await connection.fetchval("select value from setting where key = 'key_check'")
    if kept != keyring.check:
        raise WrongKey(f"this book was sealed with another key than {settings.key_file}: restore that key file")
