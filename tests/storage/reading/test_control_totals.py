"""What the book made of a file feed can be laid beside what the sender counted."""

from msgspec.structs import asdict

from tallystick.posting.table import TABLE
from tallystick.storage.reading.control_totals import Scope, control_totals
from tests.storage.reading.lively import FEED, FEED_IDS, LivelyBook

JANUARY = {
    "ym": "2026-01",
    "lines": 7,
    "invoices": 2,
    "sale_invoices": 2,
    "canc_invoices": 0,
    "sale_lines": 5,
    "canc_lines": 0,
    "gross_sales": "15.600",
    "cancellations": "0.000",
    "bad_debt": "0.000",
    "net": "15.600",
    "net_qty": 19,
    "merch_sales": "13.200",
    "merch_canc": "0.000",
    "adj_out_qty": 0,
    "adj_in_qty": 0,
    "adj_out_n": 0,
    "adj_in_n": 0,
}
FEBRUARY = {
    "ym": "2026-02",
    "lines": 5,
    "invoices": 3,
    "sale_invoices": 0,
    "canc_invoices": 1,
    "sale_lines": 0,
    "canc_lines": 1,
    "gross_sales": "0.000",
    "cancellations": "-12.000",
    "bad_debt": "-0.700",
    "net": "-12.700",
    "net_qty": -9,
    "merch_sales": "0.000",
    "merch_canc": "-12.000",
    "adj_out_qty": -3,
    "adj_in_qty": 5,
    "adj_out_n": 2,
    "adj_in_n": 1,
}


async def test_totals_by_month(lively: LivelyBook) -> None:
    """Sales, gifts, services and charges, a credit cut over two sales, a count and a bad debt, each in its month."""
    totals = await control_totals(lively.connection, TABLE, Scope(FEED, FEED_IDS))
    assert totals.shown()["months"] == [JANUARY, FEBRUARY]


async def test_the_total_adds_up(lively: LivelyBook) -> None:
    """The total is the sum of the months, but an invoice that stands in two of them is one invoice."""
    totals = await control_totals(lively.connection, TABLE, Scope(FEED, FEED_IDS))
    months = [asdict(month) for month in totals.months.values()]
    expected = {key: sum(month[key] for month in months) for key in months[0]} | {"invoices": 4}
    assert asdict(totals.total) == expected


async def test_only_the_messages_asked_for_count(lively: LivelyBook) -> None:
    """Another file's messages, and another source's, are not in it; a receipt has no lines; no messages are nothing."""
    one = await control_totals(lively.connection, TABLE, Scope(FEED, ["12/count"]))
    assert (one.total.lines, one.total.net_qty, one.total.net) == (3, 2, 0)
    none = await control_totals(lively.connection, TABLE, Scope(FEED, ["p1", "r1"]))
    assert (none.total.lines, none.months) == (0, {})
    receipt = await control_totals(lively.connection, TABLE, Scope("shop", ["r1"]))
    assert set(asdict(receipt.total).values()) == {0}
