"""A running Tryton, seeded once and copied for each test, and a proxy before it that can fail."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tallystick.connectors.tryton.client import Access
from tallystick.connectors.tryton.connector import TrytonErp
from tallystick.messages.books.ledger import LedgerJournal, LedgerLine, PostJournal
from tests.counterparts.tryton.proxy import Proxy
from tests.counterparts.tryton.server import PASSWORD, USER, Server, needs_tryton, served, template

DAY = date(2011, 3, 31)
CREATE, POST, DELETE = (f"model.account.move.{verb}" for verb in ("create", "post", "delete"))


def journal(amount: int = 12_345, channel: str = "web", day: date = DAY) -> LedgerJournal:
    """A day's sales of a channel, in thousandths of a pound."""
    lines = (
        LedgerLine(1, f"receivable:{channel}", "1.2.9", amount),
        LedgerLine(2, f"revenue:{channel}", "4.1.1", -amount),
    )
    return LedgerJournal("tryton", channel, day, "GBP/3", "REV", lines)


def first(amount: int = 12_345, channel: str = "web", day: date = DAY) -> PostJournal:
    """The first revision of it."""
    return PostJournal(journal(amount, channel, day), 1)


@pytest.fixture(scope="module")
def tryton(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A Tryton of a company that counts in thousandths of a pound; tests of a module share it and mind their channels."""
    needs_tryton()
    with served(tmp_path_factory.mktemp("tryton"), template(3)) as server:
        yield server


@pytest.fixture
def proxy(tryton: Server) -> Iterator[Proxy]:
    """A proxy before it that does as it is told."""
    found = Proxy(tryton.url)
    yield found
    found.close()


@pytest.fixture
def erp(tryton: Server, proxy: Proxy) -> Iterator[TrytonErp]:
    """Our door to it, through the proxy."""
    door = TrytonErp(Access(proxy.url, tryton.database, USER, PASSWORD))
    yield door
    door.close()


@pytest.fixture
def database(tryton: Server) -> Path:
    """The database file, for who looks into Tryton without us."""
    return tryton.folder / f"{tryton.database}.sqlite"
