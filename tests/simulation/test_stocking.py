"""Stock keeping in bad weather: whatever is lost, doubled, late or out of order, the book says what papers and counters say."""

from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.decisions.stocking import count_judgement
from tallystick.processes.stocking import correction, count, transfer_moves, transfer_steps
from tallystick.processes.stocking.transfer_data import Carried, TransferData
from tallystick.processes.table import Decision, Step
from tallystick.simulator.coverage import STOCKING, Coverage
from tallystick.simulator.stocking.stock_history import stock_history
from tallystick.simulator.weather import STORM, USUAL

HISTORIES = 500


def test_every_history_ties_out_and_every_row_is_reached() -> None:
    """Shelves, goods in transit, counts and corrections agree with the papers in each history, and no row is dead."""
    coverage = Coverage(STOCKING)
    for seed in range(HISTORIES):
        story = stock_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert stock_history(7) == stock_history(7)


def _nothing_noted(data: TransferData, *_: Any) -> TransferData:
    """Forget what was booked under which key."""
    return data


def _all_given_up(data: TransferData, units: dict[int, int], reason: str) -> tuple[TransferData, tuple[Any, ...]]:
    """Write down what is in transit, and keep it in transit."""
    _, facts = transfer_steps.given_up(data, units, reason)
    return data, facts


def _never_explained(line: Carried, _: int) -> tuple[Carried, list[Any]]:
    """Leave a surplus a gain, though its goods turn out to have been sent."""
    return replace(line, surplus=0, surplus_value=0), []


def _kept(data: TransferData) -> tuple[TransferData, tuple[Any, ...]]:
    """Never let go of what is held."""
    return replace(data, lines=tuple(replace(x, held=0) for x in data.lines)), ()


def _told_all(data: count.CountData, step: Step, view: Any) -> Decision:
    """Tell the counter by how much he is off."""
    found = count.take(data, step, view)
    return replace(found, answer={**(found.answer or {}), "off": 1}) if found.outcome == "taken" else found


def _believed(rounds: Any, *_: Any) -> count_judgement.Judged:
    """Believe whoever counts first."""
    return count_judgement.Judged("settled", rounds[-1].difference())


def _of_now(x: Any, data: Any, counted: Any, view: Any) -> Any:
    """Hold a count against nothing at all."""
    return count_judgement.Round(counted[0], counted[1].units, 0, 1_000)


@pytest.mark.parametrize(
    ("place", "twin", "found"),
    [
        ((transfer_moves, "noted"), _nothing_noted, "units_off"),
        ((transfer_moves, "given_up"), _all_given_up, "transit_off"),
        ((transfer_moves, "_explained"), _never_explained, "papers_off"),
        ((transfer_moves, "let_go"), _kept, "reserved_off"),
        ((correction, "ADJUSTMENT_MINOR_MAX"), 10**9, "posted_alone"),
        ((count, "judged"), _believed, "count_off"),
        ((count, "_round"), _of_now, "count_off"),
    ],
    ids=[
        "papers booked twice",
        "lost and still in transit",
        "a surplus never explained",
        "held for ever",
        "one person decides all",
        "the first counter is believed",
        "every count fits",
    ],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, place: Any, twin: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within a hundred histories."""
    room, name = place
    monkeypatch.setattr(room, name, twin)
    kinds = {v.kind for seed in range(100) for v in stock_history(seed).violations}
    assert found in kinds


def test_a_counter_who_is_told_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that says more than which lines were taken breaks the promise of blindness."""
    from tallystick.messages.stocking.counts import CountTaken

    action: Any = count.COUNT.find("COUNTING", CountTaken)
    found: dict[Any, Any] = {**count.COUNT._found, ("COUNTING", CountTaken): replace(action, decide=_told_all)}
    monkeypatch.setattr(count.COUNT, "_found", found)
    assert "counter_learned" in {v.kind for seed in range(20) for v in stock_history(seed).violations}
