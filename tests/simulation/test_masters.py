"""Master data in bad weather: whatever is doubled, late or out of order, what counts is what the owner said last."""

from typing import Any

import pytest

from tallystick.decisions.masters import golden
from tallystick.processes.masters import record
from tallystick.simulator.coverage import Coverage
from tallystick.simulator.masters.masters_history import masters_history
from tallystick.simulator.weather import STORM, USUAL

HISTORIES = 400
LIVED = frozenset({"master"})
JUDGING = "PairJudged"
"""Nobody here judges pairs: tests/masters/test_records.py does."""


def test_every_history_ends_in_what_was_said_last() -> None:
    """Owners count, who contradicts them is in the queue and nobody else, rulings hold until somebody speaks."""
    coverage = Coverage(LIVED)
    for seed in range(HISTORIES):
        story = masters_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert [row for row in coverage.missed() if JUDGING not in row] == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert masters_history(7) == masters_history(7)


@pytest.mark.parametrize(
    ("place", "twin", "found"),
    [
        ((golden, "owner_of"), lambda *_: "", "owner_off"),
        ((golden, "_conflicts"), lambda *_: [], "conflict_off"),
        ((record, "without_lapsed"), lambda known: known, "state_off"),
        ((record, "with_word"), lambda _, said: (said,) if said.value else (), "owner_off"),
        ((record, "still_judged"), lambda *_: True, "ruling_off"),
    ],
    ids=["owners ignored", "conflicts lost", "rulings never lapse", "late words count", "ruled unseen"],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, place: Any, twin: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within a hundred histories."""
    room, name = place
    monkeypatch.setattr(room, name, twin)
    kinds = {v.kind for seed in range(100) for v in masters_history(seed, STORM).violations}
    assert found in kinds
