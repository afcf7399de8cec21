"""`tally bench life` runs whole lives, counts them in the database, and proves the book it made."""

from itertools import groupby

from tallystick.app.benches.lives import LIFE_DELAYS, overlapping_lives
from tests.app.conftest import Tally


def test_whole_lives_are_counted_and_tie_out(tally: Tally) -> None:
    """Every life brings its five messages and a dozen postings or more; nothing of the book remains."""
    found = tally.json("bench", "life", "--lives", "120")
    cases = {case["case"]: case["value"] for case in found["cases"]}
    assert (found["bench"], found["ties_out"]) == ("life", True)
    assert cases["life_messages"] == len(LIFE_DELAYS)
    assert cases["life_postings"] >= 12
    assert min(cases["life"], cases["life_last_tenth"]) > 0
    assert tally.json("book", "list")["books"] == []


def test_lives_overlap_and_each_keeps_its_order() -> None:
    """A day's messages come mixed, but a dispatch never before its order."""
    lives = 2000
    units = [unit.messages[0] for unit in overlapping_lives(lives)]
    assert len(units) == lives * len(LIFE_DELAYS)
    stages = [int(m.id.rpartition(".")[2]) for m in units]
    assert len(set(stages[: 2 * lives])) > 1
    by_order = sorted(zip((m.subject for m in units), range(len(units)), stages, strict=True))
    for _, mine in groupby(by_order, key=lambda row: row[0]):
        assert [stage for *_, stage in mine] == list(range(len(LIFE_DELAYS)))
