"""The example of the page on stock keeping, typed as it stands there."""

import shlex

from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT


def _example() -> list[list[str]]:
    text = (ROOT / "docs" / "stock.md").read_text().partition("```sh\n")[2].partition("```")[0]
    return [shlex.split(line)[1:] for line in text.splitlines()]


def test_the_example_of_the_page_runs(tally: Tally) -> None:
    """Each command does what it says, and every proof holds at the end."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    said = {" ".join(words[:2]) + f" {n}": tally.fine(*words) for n, words in enumerate(_example())}
    told = "\n".join(said.values())
    assert "T1: released, now released." in told
    assert "33" not in said["count sheet 11"]
    assert "bob" not in said["count sheet 13"]
    found = tally.json("transfer", "show", "T1")
    assert (found["state"], found["in_transit_value"], found["lines"][0]["lost"]) == ("CLOSED", 0, 1)
    counted = tally.json("count", "show", "C1")
    assert [(x["sku"], x["difference"]) for x in counted["lines"]] == [("LAMP", -1), ("SHADE", 0)]
    (lamps,) = [r for r in tally.json("stock", "show", "LAMP")["stock"] if r["location"] == "WH1"]
    assert (lamps["sellable"], lamps["quarantine"], lamps["refurbish"]) == (30, 0, 2)


def test_what_cannot_be_released_ends_in_one(tally: Tally) -> None:
    """Nothing is held where there is not enough; the sheet of a count that fits is empty afterwards; dear things wait."""
    tally.fine("book", "create", "main", "--currency", "EUR/2")
    tally.fine("transfer", "request", "T1", "LAMP=6", "--from", "WH1", "--to", "S1", "--on", "2026-12-03")
    assert tally("transfer", "release", "T1").exit_code == 1
    tally.complains(4, "transfer", "show", "T9")
    tally.complains(2, "stock", "adjust", "K1", "LAMP", "--location", "WH1", "--reason", "damage")
    for words in _example()[:2]:
        tally.fine(*words)
    assert "waits for a second person" in tally.fine(
        "stock", "adjust", "K1", "LAMP=-30", "--location", "WH1", "--reason", "theft"
    )
    assert tally("stock", "propose", "K1").exit_code == 7, "a book without users has no second person"
    assert tally.json("stock", "drop", "K1", "--reason", "found again")["outcome"] == "dropped"
