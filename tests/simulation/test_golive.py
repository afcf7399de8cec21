"""Going live in bad weather: whatever is lost, doubled, late or out of order, nothing is told in the shadow, and all ties out."""

from collections import deque
from typing import Any

import pytest

from tallystick.messages.golive.reports import ChannelSwitched
from tallystick.processes import fold
from tallystick.processes.folded import Folded
from tallystick.processes.golive import orders_taken
from tallystick.simulator.coverage import GOING_LIVE, Coverage
from tallystick.simulator.golive.golive_history import golive_history
from tallystick.simulator.memory_book import OutboxRow
from tallystick.simulator.weather import STORM, USUAL
from tallystick.simulator.world import World

HISTORIES = 300


def test_every_history_ties_out_and_every_row_is_reached() -> None:
    """Opening balances are empty, shelves and customers agree with the truth, and no row of the tables is dead."""
    coverage = Coverage(GOING_LIVE)
    for seed in range(HISTORIES):
        story = golive_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert golive_history(7) == golive_history(7)


def _told_all(commands: list[Any], *_: Any) -> tuple[list[Any], list[Any]]:
    """Tell what is to be kept."""
    return commands, []


def _never_over(_family: Any) -> frozenset[str]:
    """Forget the switch."""
    return frozenset({"web"})


def _unpaid(taken: Any) -> int:
    """Forget what has been sent."""
    return sum(x.net + x.tax for x in taken.lines)


def _nobody_asked(_taken: Any, _data: Any) -> tuple[Any, ...]:
    """Forget that the location was asked."""
    return ()


@pytest.mark.parametrize(
    ("place", "twin", "found"),
    [
        ((fold, "parted"), _told_all, "told_in_shadow"),
        ((fold, "shadow_of"), _never_over, "kept_when_live"),
        ((orders_taken, "sent_worth"), _unpaid, "receivable_off"),
        ((orders_taken, "_shipment"), _nobody_asked, "asked_twice"),
    ],
    ids=["told in the shadow", "never told again", "sent goods forgotten", "asked twice"],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, place: Any, twin: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within sixty histories."""
    room, name = place
    monkeypatch.setattr(room, name, twin)
    assert found in {v.kind for seed in range(60) for v in golive_history(seed).violations}


def test_a_switch_that_sends_what_was_kept_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: with the switch, all that had been kept goes into the outbox and is told."""
    committed = World.committed

    def sends_kept(self: World, folded: Folded) -> None:
        committed(self, folded)
        if isinstance(folded.message.data, ChannelSwitched) and folded.outcome == "switched":
            for entry in self.book.entries:
                subject = entry.message.subject
                rows = [OutboxRow(f"{entry.event}.{n}", subject, c) for n, c in enumerate(entry.kept)]
                if rows:
                    self.book.outbox.setdefault(subject, deque()).extend(rows)
                    self._pump_soon(subject, 2)

    monkeypatch.setattr(World, "committed", sends_kept)
    assert "kept_sent" in {v.kind for seed in range(60) for v in golive_history(seed).violations}
