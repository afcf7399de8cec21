"""The proof of goods in transit, on PostgreSQL: what transfers know of is what was posted, and a row that lies is named."""

from collections.abc import AsyncIterator
from datetime import date

import pytest

from tallystick.engine.answer import Status
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.messages.stocking.corrections import MoveLine, StockMoveReported
from tallystick.messages.stocking.transfers import TransferDispatchReported, TransferLine, TransferRequested
from tallystick.storage.reading.proofs import check_book
from tests.engine.conftest import Stand, unit


@pytest.fixture
async def moving(database_url: str) -> AsyncIterator[Stand]:
    """Ten lamps, of which six are on their way to a shop and one waits to be packed anew."""
    stand = await Stand(database_url).open()
    lamps = ReceiptReported("r1", "WH1", "EUR/2", "opening", (ReceiptLine(1, "LAMP", 10, 4_000),))
    line = (TransferLine(1, "LAMP", 6),)
    asked = TransferRequested("T1", "WH1", "S1", "EUR/2", date(2026, 12, 1), line)
    left = TransferDispatchReported("T1", "D1", "EUR/2", line)
    anew = StockMoveReported("M1", "WH1", "box was torn", (MoveLine(1, "LAMP", 1, "sellable", "refurbish"),))
    told = (("stock/r1", lamps), ("transfer/T1", asked), ("transfer/T1", left), ("stock_move/M1", anew))
    units = [unit(subject, data, f"k{n}") for n, (subject, data) in enumerate(told)]
    for (answer,) in await (await stand.gate()).flush(units):
        assert answer.status is Status.ACCEPTED, answer
    yield stand
    await stand.close()


async def test_what_is_on_its_way_is_what_transfers_know_of(moving: Stand) -> None:
    """Every proof holds, and the row has its lamp to be packed anew."""
    proofs = {p.name: p for p in await check_book(moving.url, moving.info)}
    assert [p.detail for p in proofs.values() if not p.ok] == []
    assert proofs["transfers"].detail == "1 transfers have in transit what they know of"
    row = await moving.sql.fetchrow("select sellable, refurbish, value from stock where sellable > 0")
    assert row is not None
    assert tuple(row) == (3, 1, 1_600)


@pytest.mark.parametrize(
    ("stem", "said"), [("stock:in_transit:T1", "6 sku:LAMP"), ("goods_in_transit:S1", "2400 EUR/2")]
)
async def test_a_posting_that_is_gone_is_named(moving: Stand, stem: str, said: str) -> None:
    """A twin: somebody takes the posting away, and the proof names the account and both numbers."""
    await moving.sql.execute("delete from posting where debit = (select id from account where name = $1)", stem)
    found = {p.name: p.detail for p in await check_book(moving.url, moving.info) if not p.ok}
    assert found["transfers"] == f"{stem}: transfers know of {said}, its postings come to 0"
