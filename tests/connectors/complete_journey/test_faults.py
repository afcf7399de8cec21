"""What is wrong in a journal is named with its remedy, and costs its neighbours nothing."""

from pathlib import Path

import pytest

from tallystick.messages.sales import SaleReported
from tallystick.messages.tills import CashUpReported
from tallystick.ports.connector import Delivery, NotMendable
from tests.connectors.complete_journey.slips import FEED, Row, data_of, journals, slip, told

GOOD = slip("100", "7", "1", "2.50")
BAD: dict[str, tuple[Row, str, str]] = {
    "no product": (slip(product_id=""), "product_id", "the number of a product is empty"),
    "a product of letters": (slip("100", "A7"), "product_id", "'A7' is not a number of a product"),
    "product nought": (slip("100", "0"), "product_id", "'0' is not the number of a product"),
    "no basket": (slip(basket_id=""), "basket_id", "the number of a basket is empty"),
    "units below zero": (slip("100", "8", "-1"), "quantity", "'-1' is below zero: a till of this feed takes nothing back"),
    "half a unit": (slip("100", "8", "0.5"), "quantity", "'0.5' is not a whole number"),
    "no quantity": (slip(quantity=""), "quantity", "the quantity is empty"),
    "too many units": (slip("100", "8", "1234567890"), "quantity", "'1234567890' has more than 9 digits"),
    "half a cent": (slip("100", "8", "1", "2.505"), "sales_value", "'2.505' has more than 2 decimals"),
    "a comma": (slip("100", "8", "1", "2,50"), "sales_value", "'2,50' is not a decimal number"),
    "money below zero": (slip("100", "8", "1", "-2.50"), "sales_value", "'-2.50' is below zero"),
    "a discount below zero": (slip("100", "8", "1", "1", "-0.50"), "retail_disc", "'-0.50' is below zero"),
    "no coupon": (slip(coupon_disc=""), "coupon_disc", "the amount is empty"),
    "a match of letters": (slip(coupon_match_disc="n/a"), "coupon_match_disc", "'n/a' is not a decimal number"),
    "beyond any price": (slip("100", "8", "1", "9999999999.99"), "sales_value", "'9999999999.99' is beyond any price"),
    "a household of letters": (slip(household_id="Smith"), "household_id", "'Smith' is not the number of a household"),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_line_is_named_and_its_neighbours_are_booked(what: str, tmp_path: Path) -> None:
    """Field, reason and remedy are told; the good line of the journal is sold and counted without it."""
    row, field, reason = BAD[what]
    reports, (fault,) = told(journals(tmp_path, GOOD, slip("101"), row))
    assert fault.where.endswith(f"of 330/2017-03-01, field {field}")
    assert reason in fault.reason
    assert fault.remedy.startswith("give ")
    assert sum(len(sale.goods) for sale in data_of(reports, SaleReported)) == 2
    (count,) = data_of(reports, CashUpReported)
    assert [x.amount for x in count.counted] == [500]


def test_everything_wrong_in_a_line_is_told_at_once(tmp_path: Path) -> None:
    """A person mends a line once."""
    _, (fault,) = told(journals(tmp_path, slip("100", "x", "-1", "1.234")))
    assert fault.where.endswith("fields product_id, quantity, sales_value")


def test_a_line_that_contradicts_its_basket_is_told(tmp_path: Path) -> None:
    """A product twice, another household, another moment: the second line waits, the first is sold."""
    rows = [
        slip("1", "7"), slip("1", "7", "2"),
        slip("2", "7"), slip("2", "8", household_id="901"),
        slip("3", "7"), slip("3", "8", transaction_timestamp="2017-03-01 17:01:00"),
    ]  # fmt: skip
    reports, faults = told(journals(tmp_path, *rows))
    assert [f.reason for f in faults] == [
        "product 7 stands twice in basket 1",
        "basket 2 has two households",
        "basket 3 was rung up at two moments",
    ]
    assert [(sale.sale, len(sale.goods), sale.whole) for sale in data_of(reports, SaleReported)] == [
        ("1", 1, False), ("2", 1, False), ("3", 1, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "field"), [({"store_id": "A"}, "store_id"), ({"transaction_timestamp": "noon"}, "transaction_timestamp")]
)
def test_a_line_of_no_shop_or_time_stands_alone(cells: dict[str, str], field: str, tmp_path: Path) -> None:
    """Nobody knows which journal it belongs to: it is a delivery of its own, and mended it joins its basket."""
    alone, journal = journals(tmp_path, GOOD, slip("100", "8", "1", "1.00", **cells))
    assert journal.subject == "till/complete-journey/330/2017-03-01"
    (fault,) = FEED.parse(alone).faults
    assert fault.where == f"a row of no journal, field {field}"
    good = {"store_id": "330", "transaction_timestamp": "2017-03-01 17:00:00"}
    sale, count = _mended(alone, fault.body, good)
    assert (sale.sale, sale.whole, count.supplement, count.baskets) == ("100", False, True, ("100",))
    assert [x.amount for x in count.counted] == [100]


def test_a_mended_line_is_one_more_of_its_basket(tmp_path: Path) -> None:
    """Only the cells named are changed; a household may be given by its number."""
    (journal,) = journals(tmp_path, GOOD, slip("100", "8", "1", "1.234"))
    (fault,) = FEED.parse(journal).faults
    sale, count = _mended(journal, fault.body, {"sales_value": "1.23", "household_id": "900"})
    assert [(x.sku, x.net) for x in sale.goods] == [("8", 123)]
    assert sale.customer == "person:0000000000000384"
    assert [x.amount for x in count.counted] == [123]


def _mended(delivery: Delivery, body: bytes, changes: dict[str, str]) -> tuple[SaleReported, CashUpReported]:
    again = Delivery(
        source="complete-journey", id="m", subject=delivery.subject, body=FEED.mended(body, changes), digest=b""
    )
    reports, faults = told([again])
    assert not faults
    assert {r.subject for r in reports} == {"till/complete-journey/330/2017-03-01"}
    (sale,), (count,) = data_of(reports, SaleReported), data_of(reports, CashUpReported)
    return sale, count


def test_what_cannot_be_mended_is_said(tmp_path: Path) -> None:
    """A column there is none of is refused with those there are; a whole journal is mended in its file."""
    (journal,) = journals(tmp_path, slip("1", "x"))
    (fault,) = FEED.parse(journal).faults
    with pytest.raises(NotMendable, match="no column price: the row has household_id"):
        FEED.mended(fault.body, {"price": "1"})
    with pytest.raises(NotMendable, match="only a single row"):
        FEED.mended(journal.body, {"quantity": "1"})


def test_equal_bad_lines_are_two_faults(tmp_path: Path) -> None:
    """The same bad line twice in a journal is kept twice."""
    _, faults = told(journals(tmp_path, slip("1", "x"), slip("1", "x")))
    assert len({fault.id for fault in faults}) == 2
