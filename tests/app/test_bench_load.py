"""`tally bench load` loads, compares with a baseline of the same run, and proves the books it made."""

from pathlib import Path

import pytest

from tests.app.conftest import Tally
from tests.app.test_tills import GOOD, write


def test_a_bench_of_loads_reports_and_ties_out(tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines a second for each feed against plain COPY of the rows it left; nothing of its books remains."""
    monkeypatch.setattr("tallystick.app.benches.year.MADE_UP_INVOICES", 30)
    found = tally.json("bench", "load", "--tills", write(tmp_path, "tills.csv", GOOD))
    cases = {case["case"]: case for case in found["cases"]}
    assert (found["bench"], found["ties_out"]) == ("load", True)
    assert cases["load_complete_journey_lines"]["value"] == 3
    for feed in ("online_retail", "complete_journey"):
        assert cases[f"load_{feed}"]["value"] > 0
        assert cases[f"load_{feed}"]["baseline"] > 0
        assert cases[f"load_{feed}_last_tenth"]["value"] > 0
    assert tally.json("book", "list")["books"] == []


def test_without_the_data_package_the_bench_says_what_it_left_out(
    tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing package leaves one feed out, by name, and not the bench."""
    monkeypatch.setattr("tallystick.app.benches.year.MADE_UP_INVOICES", 3)
    monkeypatch.setattr("tallystick.connectors.complete_journey.client.PACKAGE", "no_such_package")
    found = tally.json("bench", "load")
    assert "make install" in found["machine"]["left_out"]
    assert {c["case"] for c in found["cases"]} >= {"load_online_retail"}
