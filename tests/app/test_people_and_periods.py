"""Forgetting people and closing periods, by command."""

from pathlib import Path

from tests.app.conftest import Tally

FILE = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
600001,85123A,HEART,6,2011-01-04 10:00:00,2.55,17850,United Kingdom
600002,85123A,HEART,1,2011-01-05 10:00:00,2.55,12345,France
"""


def _loaded(tally: Tally, folder: Path) -> None:
    file = folder / "two.csv"
    file.write_text(FILE)
    tally.json("load", "online-retail", str(file))


def test_a_person_is_forgotten_and_the_book_stays(tally: Tally, tmp_path: Path) -> None:
    """Key, vault and raw bodies go; the neighbour's stay, every proof holds, and the same file brings nothing back."""
    _loaded(tally, tmp_path)
    known = tally.json("person", "show", "online-retail", "17850")
    assert known["known"]["id"] == "17850"
    assert "would be erased" in tally.fine("person", "erase", "online-retail", "17850")

    assert tally.json("person", "erase", "online-retail", "17850", "--yes") == {"erased_bodies": 1}
    tally.complains(4, "person", "show", "online-retail", "17850")
    assert tally.json("person", "show", "online-retail", "12345")["known"]["id"] == "12345"
    assert tally.json("book", "check")["ok"]


def test_a_period_is_closed_and_proved(tally: Tally, tmp_path: Path) -> None:
    """Nothing is closed without --yes; what is closed is sealed, shown and proved, and not closed again."""
    _loaded(tally, tmp_path)
    assert "would be closed" in tally.fine("close", "lock", "--through", "2011-01-04")
    assert tally.json("close", "check") == {"ok": True, "periods": []}

    closed = tally.json("close", "lock", "--through", "2011-01-04", "--yes")
    (period,) = tally.json("close", "check")["periods"]
    assert (period["root"], period["ok"], period["through"]) == (closed["root"], True, "2011-01-04")
    tally.complains(1, "close", "lock", "--through", "2011-01-04", "--yes")


def test_the_doors_are_listed(tally: Tally) -> None:
    """Each connector says what it takes in and what it declares."""
    doors = {door["name"]: door for door in tally.json("connector", "list")["connectors"]}
    assert (doors["online-retail"]["proven_by"], doors["tryton"]["proven_by"]) == ("samples", "live")
    assert all(door["declared"] for door in doors.values())
