"""The house, wired: a database, a book, its keys, and the machinery over them."""

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
from tallystick.storage.embedded.supervisor import running_cluster
from tallystick.storage.inbox import Inbox
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


class House(Struct):
    """One open book with its connections. Every connection it hands out is closed with it."""

    url: str
    info: BookInfo
    names: Names
    keyring: Keyring
    feeds: Mapping[str, FileFeed]
    connections: list[Connection]
    metrics: GateMetrics

    async def connection(self) -> Connection:
        """Open a connection to the book."""
        found = await connect(self.url, self.info.schema)
        self.connections.append(found)
        return found

    async def inbox(self) -> Inbox:
        """Open the inbox on a connection of its own."""
        return Inbox(await self.connection(), self.names, self.keyring)

    async def gate(self, worker: Worker | None = None, number: int = 0) -> Gate:
        """Open gate *number*; with *worker*, deliveries settle in the transaction of their effects."""
        store = PgGateStore(await self.connection(), self.names, self.info.currency, number)
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
    names = await Names(await connect(url, info.schema)).load()
    feeds = {name: make(keyring.pseudonym) for name, make in FEEDS.items()}
    house = House(url, info, names, keyring, feeds, [], GateMetrics())
    try:
        connection = await house.connection()
        await refuse_unsafe_durability(connection)
        await _check_key(connection, keyring, settings)
        await remember_rules(connection, TABLE)
        yield house
    finally:
        for connection in house.connections:
            await connection.close()
        await names.close()


async def _check_key(connection: Connection, keyring: Keyring, settings: Settings) -> None:
    """The first opening keeps the key's check value in the book; later ones compare."""
    await connection.execute("insert into setting values ('key_check', $1) on conflict do nothing", keyring.check)
    kept = await connection.fetchval("select value from setting where key = 'key_check'")
    if kept != keyring.check:
        raise WrongKey(f"this book was sealed with another key than {settings.key_file}: restore that key file")
