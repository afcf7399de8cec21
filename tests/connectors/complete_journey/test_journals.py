"""How a file of slips becomes journals, sales and counts."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from tallystick.messages.sales import SaleLine, SaleReported, ScanLine
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.ports.connector import Delivery, Part, Rejected, Stocked
from tests.connectors.complete_journey.slips import FEED, data_of, journals, slip, told, write_csv, write_parquet

GOLDEN = [
    slip("100", "7", "2", "5.00", "0.50", "1.00", "0.25"),
    slip("100", "8", "1", "0", "1.99"),
    slip("100", "9", "1", "0"),
    slip("100", "10", "0", "0", "0", "2.00"),
    slip("100", "11", "9095", "20.00"),
]


def test_a_basket_is_one_finished_sale(tmp_path: Path) -> None:
    """Goods at what the shop earns, a fully discounted item still sold, a gift, a lone coupon, fuel in thousandths."""
    (delivery,) = journals(tmp_path, *GOLDEN)
    reports, faults = told([delivery])
    assert not faults
    (sale,) = data_of(reports, SaleReported)
    goods = (
        SaleLine(7, "7", 2, 500, 0, 50, 25, 100),
        SaleLine(8, "8", 1, 0, 0, 199),
        SaleLine(11, "11", 9095, 2000),
    )
    assert sale == SaleReported(
        "100",
        "complete-journey",
        "shop-330",
        "USD/2",
        "cash",
        tuple(sorted(goods, key=lambda x: x.sku)),
        (SaleLine(9, "9", 1, 0),),
        customer="person:0000000000000384",
        scans=(ScanLine(10, "10", coupon=200),),
        till_day=date(2017, 3, 1),
        whole=True,
    )


def test_a_day_is_counted_at_what_its_lines_come_to(tmp_path: Path) -> None:
    """The customer paid what the shop earns less what manufacturers owe; the count names each basket."""
    reports, _ = told(journals(tmp_path, *GOLDEN, slip("101", "7", "1", "1.00")))
    (count,) = data_of(reports, CashUpReported)
    assert count == CashUpReported(
        "shop-330", date(2017, 3, 1), "USD/2", (TenderCount("cash", 2500 - 300 + 100),), ("100", "101")
    )
    assert reports[-1].data is count
    assert reports[-1].time == datetime(2017, 3, 2, 4, 59, 59, tzinfo=UTC)


def test_the_day_is_the_shops_day(tmp_path: Path) -> None:
    """Five hours behind UTC in winter, four in summer: a basket after midnight UTC belongs to the evening before."""
    moments = ("2017-03-01 04:59:59", "2017-03-01 05:00:00", "2017-07-01 03:59:59", "2017-07-01 04:00:00")
    rows = [slip(str(n), transaction_timestamp=moment) for n, moment in enumerate(moments)]
    days = [d.subject.rpartition("/")[2] for d in journals(tmp_path, *rows)]
    assert days == ["2017-02-28", "2017-03-01", "2017-06-30", "2017-07-01"]


def test_journals_come_by_day_then_shop(tmp_path: Path) -> None:
    """One delivery per shop and day, whatever the order of the file."""
    rows = [
        slip("1", store_id="406", transaction_timestamp="2017-03-02 12:00:00"),
        slip("2", store_id="406"),
        slip("3"),
        slip("4", transaction_timestamp="2017-03-02 12:00:00"),
    ]
    found = [d.id.partition("#")[0] for d in journals(tmp_path, *rows)]
    assert found == ["330/2017-03-01", "406/2017-03-01", "330/2017-03-02", "406/2017-03-02"]


def test_a_journal_is_known_by_its_content(tmp_path: Path) -> None:
    """Shuffled it is the same journal; with one basket more, or a cent less, it is a later one of the same day."""
    rows = [slip("1"), slip("2"), slip("3")]
    (first,), (again,) = journals(tmp_path, *rows), journals(tmp_path, *reversed(rows))
    (longer,), (other,) = (
        journals(tmp_path, *rows, slip("4")),
        journals(tmp_path, *rows[:2], slip("3", "7", "1", "2.49")),
    )
    assert first == again
    assert len({first.id, longer.id, other.id}) == 3
    assert {d.subject for d in (first, longer, other)} == {"till/complete-journey/330/2017-03-01"}


def test_an_unchanged_basket_is_the_same_report_in_a_later_journal(tmp_path: Path) -> None:
    """So the gate knows it at once, and only the changed one is looked at."""
    before = {r.id for r in told(journals(tmp_path, slip("1"), slip("2")))[0]}
    after = {r.id for r in told(journals(tmp_path, slip("1"), slip("2", "7", "2", "5.00")))[0]}
    assert len(before & after) == 1


def test_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    """Typed columns or text: the same sales and counts, under the same ids of reports."""
    text = write_csv(tmp_path / "f.csv", GOLDEN)
    typed = write_parquet(tmp_path / "f.parquet", text)
    assert told(FEED.deliveries(typed)) == told(FEED.deliveries(text))


def test_a_float_beside_its_cent_is_that_cent(tmp_path: Path) -> None:
    """1.776e-15 is what a sum of floats left of nothing; 0.5 cents is somebody's mistake."""
    text = write_csv(
        tmp_path / "f.csv", [slip("1", "7", "1", "1.776357e-15", "0.30000000000000004"), slip("2", "7", "1", "0.005")]
    )
    reports, faults = told(FEED.deliveries(write_parquet(tmp_path / "f.parquet", text)))
    assert data_of(reports, SaleReported)[0].goods == (SaleLine(7, "7", 1, 0, 0, 30),)
    assert [fault.where for fault in faults] == ["line 2 of 330/2017-03-01, field sales_value"]


def test_no_household_number_enters_a_body(tmp_path: Path) -> None:
    """A journal speaks of many people: it keeps references, so that nobody has to be erased from it."""
    (delivery,) = journals(tmp_path, slip("1", household_id="987654321"))
    assert b"987654321" not in delivery.body
    (sale,) = data_of(told([delivery])[0], SaleReported)
    assert sale.customer == "person:000000003ade68b1"


def test_a_part_of_a_file_is_some_shops_and_days(tmp_path: Path) -> None:
    """What is outside is as if it were not in the file; the journals inside are the same as in the whole."""
    rows = [slip(str(n), store_id=shop, transaction_timestamp=f"2017-03-0{day} 03:00:00")
            for n, (shop, day) in enumerate((s, d) for s in ("330", "406") for d in range(1, 6))]  # fmt: skip
    file = write_csv(tmp_path / "f.csv", rows)
    part = Part(frozenset({"330"}), (date(2017, 3, 1), date(2017, 3, 3)))
    some = list(FEED.deliveries(file, part))
    assert [d.id.partition("#")[0] for d in some] == ["330/2017-03-01", "330/2017-03-02", "330/2017-03-03"]
    assert {d.id for d in some} < {d.id for d in FEED.deliveries(file)}


def declared(deliveries: list[Delivery], on_hand: dict[tuple[str, str], int]) -> list[ReceiptReported]:
    """The receipts that an opening stands for."""
    return data_of(told(FEED.opening(deliveries, Stocked(on_hand)).deliveries)[0], ReceiptReported)


def test_each_shop_opens_with_what_it_sells(tmp_path: Path) -> None:
    """Units by product and shop, at half of what the product was sold for on average; a gift that never sold is worth nothing."""
    rows = [
        slip("1", "7", "3", "9.00"),
        slip("2", "7", "1", "1.00", store_id="406"),
        slip("3", "8", "2", "0"),
        slip("3", "9", "0", "1.00"),
        slip("4", "11", "9095", "20.00"),
    ]
    first, second = declared(journals(tmp_path, *rows), {})
    assert (first.location, first.origin) == ("shop-330", "opening")
    assert first.lines == (ReceiptLine(1, "11", 9095, 1000), ReceiptLine(2, "7", 3, 375), ReceiptLine(3, "8", 2, 0))
    assert second.lines == (ReceiptLine(1, "7", 1, 125),)


def test_what_is_on_hand_is_not_declared_again(tmp_path: Path) -> None:
    """A later file is topped up only by what the shop lacks; another shop's stock does not help it."""
    deliveries = journals(tmp_path, slip("1", "7", "3"))
    (receipt,) = declared(deliveries, {("7", "shop-330"): 2, ("7", "shop-406"): 9})
    assert [x.quantity for x in receipt.lines] == [1]
    assert FEED.opening(deliveries, Stocked({("7", "shop-330"): 3})).deliveries == ()


def test_what_an_earlier_journal_sold_is_no_new_need(tmp_path: Path) -> None:
    """A later journal of a day takes the place of the first; units it frees serve later days, never earlier ones."""
    monday, tuesday = slip("1", "7", "3"), slip("2", "7", "3", transaction_timestamp="2017-03-02 17:00:00")
    deliveries = journals(tmp_path, monday, tuesday)
    for again, lacking in ((0, 1), (1, 3)):
        left = {deliveries[again].subject: {("7", "shop-330"): 5}}
        (opening,) = FEED.opening(deliveries, Stocked({}, left)).deliveries
        (receipt,) = data_of(told([opening])[0], ReceiptReported)
        assert [x.quantity for x in receipt.lines] == [lacking]


def test_a_long_opening_comes_in_parts(tmp_path: Path) -> None:
    """No delivery is so long that a batch could not hold it; each part is a subject of its own."""
    deliveries = journals(tmp_path, *(slip("1", str(n + 1)) for n in range(2001)))
    parts = FEED.opening(deliveries, Stocked()).deliveries
    assert [len(x.lines) for x in declared(deliveries, {})] == [2000, 1]
    assert len({d.subject for d in parts}) == len({d.id for d in parts}) == 2


def test_a_file_without_a_column_is_refused_by_name(tmp_path: Path) -> None:
    """The column that is missing is named, and those there are."""
    header = ["store" if c == "store_id" else c for c in ("household_id", "store_id")]
    file = write_csv(tmp_path / "f.csv", [("1", "2")], header)
    with pytest.raises(Rejected, match="no column store_id, basket_id"):
        list(FEED.deliveries(file))


def test_half_a_parquet_file_is_refused(tmp_path: Path) -> None:
    """A file that was cut off in copying is refused as a whole."""
    file = tmp_path / "f.parquet"
    duckdb.sql(f"copy (select 1 as household_id) to '{file}' (format parquet)")
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(Rejected, match="copy it again"):
        list(FEED.deliveries(file))
