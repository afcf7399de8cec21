"""A grocer's real year at 457 shops: equal to the source by shop and day, to the cent and the unit."""

from pathlib import Path
from typing import Any

from tests.tills.conftest import Grocer, cents, sums_of

LINES, BASKETS, SHOP_DAYS = 1_469_307, 155_848, 38_410
SALES = "4596039.58"


def test_all_lines_load(loaded: Any) -> None:
    """Every line of the file is booked, none is a dead letter, none waits."""
    assert (loaded["quarantined"], loaded["waiting"], loaded["conflicting"]) == (0, 0, 0)
    assert (loaded["deliveries"], loaded["new"]) == (SHOP_DAYS, SHOP_DAYS)
    total = loaded["total"]
    assert (total["lines"], total["invoices"], total["net"]) == (LINES, BASKETS, SALES)
    assert len(loaded["months"]) == 12


def test_every_shop_and_day_is_the_sources(loaded: Any, tills_file: Path) -> None:
    """Units, sales, card discounts, coupons and their matches of each shop's day, added up by a program of its own."""
    source = sums_of(tills_file)
    ours = {(day["shop"], day["day"]): cents(day) for day in loaded["tills"]["days"]}
    assert len(ours) == SHOP_DAYS
    assert ours.keys() == source.keys()
    differ = [key for key, figures in source.items() if {name: ours[key][name] for name in figures} != figures]
    assert differ == []


def test_every_day_is_counted_to_nothing_over_and_nothing_short(loaded: Any) -> None:
    """Takings are sales less what manufacturers owe, and the declared count clears all of them."""
    for day in map(cents, loaded["tills"]["days"]):
        assert day["taken"] == day["counted"] == day["net"] - day["coupon"]
        assert day["short"] == 0
        assert day["shelf_price"] == day["net"] + day["loyalty"] + day["match"]


def test_the_year_ties_out(grocer: Grocer, loaded: Any) -> None:
    """Every proof of the book holds, the clearing of each shop's day to zero among them, and nobody has to look at anything."""
    checked = grocer.tally("book", "check", "--book", "clean")
    assert {p["name"]: p["detail"] for p in checked["proofs"] if not p["ok"]} == {}
    assert "tills" in {p["name"] for p in checked["proofs"]}
    assert grocer.tally("book", "breaks", "--book", "clean")["open"] == 0


def test_loaded_a_second_time_nothing_is_new(grocer: Grocer, loaded: Any, tills_file: Path) -> None:
    """The same file again: the same totals, nothing declared, not one delivery more."""
    again = grocer.load(tills_file, "clean")
    assert (again["new"], again["opening_units"], again["conflicting"]) == (0, 0, 0)
    assert (again["total"], again["tills"]) == (loaded["total"], loaded["tills"])
