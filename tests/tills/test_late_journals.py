"""Journals of real shops that come late, shuffled, twice, or revised: the book ends the same."""

import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.tills.conftest import Grocer, cents, sums_of

SHOPS = ("330", "406", "367")
CHOSEN = f"store_id in ({', '.join(SHOPS)}) and transaction_timestamp < '2017-04-01 04:00:00'"
SHOP_DAY = "day(timezone('America/New_York', timezone('UTC', transaction_timestamp)))"
SALES_ACCOUNTS = (
    *("revenue:", "loyalty_discounts:", "coupon_matches:", "coupon_claims:", "receivable:", "safe:", "over_short:"),
    *("till_takings:", "stock:", "outside:customer"),
)


@pytest.fixture(scope="module")
def files(tills_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a quarter of three shops, and what their tills sent otherwise."""
    folder = tmp_path_factory.mktemp("journals")
    source = f"from '{tills_file}' where {CHOSEN}"
    first_word = "case when basket_id % 7 = 0 then quantity + 1 else quantity end"
    for name, query in {
        "all": f"select * {source}",
        "shuffled": f"select * {source} order by hash(product_id, basket_id)",
        # As the tills sent it first: some baskets are missing, others have a unit too many.
        "early": f"select * replace ({first_word} as quantity) {source} and basket_id % 11 <> 0",
        "odd": f"select * {source} and {SHOP_DAY} % 2 = 1",
        "even": f"select * {source} and {SHOP_DAY} % 2 = 0",
    }.items():
        duckdb.sql(f"copy ({query}) to '{folder / name}.parquet' (format parquet)")
    return folder


@pytest.fixture(scope="module")
def plain(grocer: Grocer, files: Path) -> dict[tuple[str, str], str]:
    """The balances of the shops when everything comes once and in time."""
    loaded = grocer.load(files / "all.parquet", "plain")
    source = sums_of(files / "all.parquet")
    assert {(d["shop"], d["day"]): cents(d)["net"] for d in loaded["tills"]["days"]} == {
        k: v["net"] for k, v in source.items()
    }
    return grocer.balances("plain")


def sales_side(balances: dict[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Units and money of sales, takings and shelves, without what depends on the order of costs."""
    return {key: balance for key, balance in balances.items() if key[0].startswith(SALES_ACCOUNTS)}


def test_a_shuffled_file_is_the_same_book(grocer: Grocer, files: Path, plain: Any) -> None:
    """Rows in any order make the same journals, and so the same balances, costs included."""
    grocer.load(files / "shuffled.parquet", "shuffled")
    assert grocer.balances("shuffled") == plain


def test_late_days_end_in_the_same_totals(grocer: Grocer, files: Path, plain: Any) -> None:
    """First the even days, then the odd ones, then all of them again: units and money are those of the plain load."""
    grocer.load(files / "even.parquet", "late")
    grocer.load(files / "odd.parquet", "late")
    again = grocer.load(files / "all.parquet", "late")
    assert (again["new"], again["opening_units"]) == (0, 0)
    assert sales_side(grocer.balances("late")) == sales_side(plain)
    assert grocer.tally("book", "check", "--book", "late")["ok"]


def test_a_revised_journal_corrects_the_book_and_says_so(grocer: Grocer, files: Path, plain: Any) -> None:
    """Baskets that were missing and units that were too many: the later journals set all right, break by break.

    Only what was declared for the units too many stays on the shelves. A basket that was missing may be taken off the
    shelf before a changed one of the same day puts its unit back: a shortage that explains itself.
    """
    early = grocer.load(files / "early.parquet", "revised")
    revised = grocer.load(files / "all.parquet", "revised")
    assert early["total"]["net"] != revised["total"]["net"]
    without_shelves = [
        {key: n for key, n in sales_side(b).items() if not key[0].startswith("stock:")}
        for b in (grocer.balances("revised"), plain)
    ]
    assert without_shelves[0] == without_shelves[1]

    breaks = grocer.tally("book", "breaks", "list", "--book", "revised", "--all", "--limit", "100000")["breaks"]
    still_open = {b["kind"] for b in breaks if b["closed_as"] is None}
    explained = {b["kind"] for b in breaks if (b["closed_as"] or "").startswith("explained by event")}
    assert still_open <= {"basket_changed", "shortage"}
    assert not [key for key in grocer.balances("revised") if key[0].startswith("outside:unexplained")]
    assert explained == {"cash_differs", "unlisted_basket"}
    assert grocer.tally("book", "check", "--book", "revised")["ok"]


def test_parts_of_a_file_come_to_the_whole(grocer: Grocer, files: Path, plain: Any) -> None:
    """Shop by shop out of one file, in any order: the narrowed loads are the whole one."""
    shops = list(SHOPS)
    random.Random(3).shuffle(shops)
    for shop in shops:
        grocer.load(files / "all.parquet", "parts", "--shops", shop)
    assert sales_side(grocer.balances("parts")) == sales_side(plain)
