"""Files in folders, through the front door into a real book, as a person sets it up: by the command line only."""

import asyncio
from pathlib import Path

import pytest

from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.connectors.legacy_batch.bench import files
from tallystick.connectors.poslog.bench import BACK, COUNTED, SOLD, poslog
from tallystick.connectors.x12.bench import RECEIVED, written
from tallystick.messages.payments import PaymentAuthorised
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.app.conftest import Tally
from tests.engine.conftest import unit

SHIPPED = (
    "W06*F*W-1*20260307*SHIP-1",
    "LX*1",
    "W12*CC*2*2*0*EA**VN*LAMP",
    "N9*LI*1",
)


@pytest.fixture
def book(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty book in dollars and one in euros; the first is the one commands speak of."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.setenv("TALLYSTICK_OUTBOX_FOLDER", str(tmp_path / "others"))
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    asyncio.run(create_book(database_url, "main", "USD/2", TABLE))
    asyncio.run(create_book(database_url, "vienna", "EUR/2", TABLE))
    return database_url


def dropped(folder: Path, name: str, body: bytes) -> None:
    """Let the partner write a file."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    (folder / "in" / name).write_bytes(body)


def worked(tally: Tally, name: str) -> None:
    """Pull from a connection now, then work off and deliver what is due."""
    assert tally.json("connection", "pull", name)["failures"] == []
    tally.fine("worker", "--once")


async def _ordered(url: str, home: Path) -> None:
    placed = OrderPlaced(
        "W-1", "web", "WH1", "USD/2", "card", (OrderLine(1, "LAMP", 2, 4000, 800),), "US", recipient="r1"
    )
    paid = PaymentAuthorised("W-1", "card", 4800)
    async with open_house(url, Settings(home), "main") as house:
        gate = await house.gate()
        await gate.flush([unit("order/W-1", placed, "placed", "web")])
        await gate.flush([unit("order/W-1", paid, "paid", "card")])


def test_a_warehouse_by_x12_takes_an_order_and_says_that_it_left(book: str, tmp_path: Path) -> None:
    """944 in, 940 out, 945 in, each answered by its 997; the lost interchange is named; the book ties out."""
    tally, depot = Tally(), tmp_path / "depot"
    settings = ("us=ZZ:TALLYSTICK", "them=01:DEPOT", "location=WH1", "currency=USD/2", "costs=LAMP=12.50,MUG=0.05")
    words = [word for one in (*settings, "zone=America/New_York") for word in ("--set", one)]
    tally.fine("connection", "add", "depot", "x12", depot.as_uri(), "--serves", "location=WH1", *words)
    dropped(depot, "1.edi", written(1, ("944", RECEIVED), functional="RE"))
    worked(tally, "depot")
    assert not list((depot / "in").iterdir())
    asyncio.run(_ordered(book, tmp_path / "home"))
    worked(tally, "depot")
    assert sorted(file.name for file in (depot / "out").iterdir()) == ["940-000000002.edi", "997-000000001.edi"]
    dropped(depot, "2.edi", written(3, ("945", SHIPPED)))
    worked(tally, "depot")
    worked(tally, "depot")
    assert tally.json("book", "check")["ok"]
    (letter,) = tally.json("dead", "list")["letters"]
    assert "a gap: interchanges 2 of DEPOT did not come" in letter["reason"]
    shown = tally.fine("order", "show", "W-1")
    assert "SHIP-1" in tally.fine("order", "trace", "W-1")
    assert "DISPATCHED" in shown.upper()
    assert sorted(file.name for file in (depot / "out").iterdir())[1:] == ["997-000000001.edi", "997-000000003.edi"]


def test_tills_by_poslog_fill_their_day_and_are_counted(
    book: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A basket, goods brought back and a count: the same file twice changes nothing, and the book ties out."""
    monkeypatch.setenv("TALLYSTICK_BOOK", "vienna")
    tally, shop = Tally(), tmp_path / "shop"
    words = [w for one in ("currency=EUR/2", "zone=Europe/Vienna", "jurisdiction=AT") for w in ("--set", one)]
    tally.fine("connection", "add", "tills", "poslog", shop.as_uri(), *words)
    dropped(shop, "1.xml", poslog(SOLD, BACK, COUNTED))
    worked(tally, "tills")
    before = tally.json("book", "trial-balance")
    assert tally.json("book", "check")["ok"]
    assert tally.json("dead", "list")["letters"] == []
    balances = {row["account"]: row for row in before["accounts"]}
    assert balances["over_short:shop-7"]["debit"] == "11.97", "what the till paid back, 11.90, and the 0.07 it lacks"
    dropped(shop, "again.xml", poslog(SOLD, BACK, COUNTED))
    worked(tally, "tills")
    assert tally.json("book", "trial-balance") == before


def test_a_legacy_erps_night_becomes_masters_and_stock(
    book: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening stock in EBCDIC, receipts as CSV, products in fixed width; a file that does not add up waits whole."""
    monkeypatch.setenv("TALLYSTICK_BOOK", "vienna")
    tally, erp = Tally(), tmp_path / "erp"
    words = [w for one in ("currency=EUR/2", "zone=Europe/Vienna", "locations=01=WH1") for w in ("--set", one)]
    tally.fine("connection", "add", "erp", "legacy-batch", erp.as_uri(), *words)
    for name, body in files().items():
        dropped(erp, name, body)
    dropped(erp, "wrong.csv", files()["receipts.csv"].replace(b"T;3", b"T;4").replace(b";1\r", b";2\r", 1))
    worked(tally, "erp")
    assert tally.json("book", "check")["ok"]
    (letter,) = tally.json("dead", "list")["letters"]
    assert "control totals: receipts: the trailer says records 4, the records come to 3" in letter["reason"]
    assert "22" in tally.fine("stock", "available", "LAMP-Ä")
