"""Screening, parcels and cases in bad weather: what is held does not leave, what is refused holds nothing, what arrived is known."""

from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.messages.partners.screening import ScreeningPassed
from tallystick.processes.orders import arrivals, fulfilment, order_steps, screened, waiting
from tallystick.processes.partners import parcel, screening
from tallystick.processes.table import Decision
from tallystick.simulator.coverage import PARTNERS, Coverage
from tallystick.simulator.partners.partners_history import partners_history
from tallystick.simulator.weather import STORM, USUAL

HISTORIES, HISTORIES_MAX = 300, 3000
"""At least so many are lived, and as many more as it takes to reach the rarest row."""


def test_every_history_keeps_its_promises_and_every_row_is_reached() -> None:
    """Whatever judges, carriers and customers say, twice, late or in another order; and no row of their tables is dead."""
    coverage = Coverage(world=PARTNERS)
    for seed in range(HISTORIES_MAX):
        if seed >= HISTORIES and not coverage.missed():
            break
        story = partners_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert partners_history(7) == partners_history(7)


def _released(data: Any, step: Any, view: Any) -> Decision:
    """Forget that the order is held."""
    return order_steps.payment_secured(replace(data, unscreened=False), step, view)


def _kept(data: Any, step: Any, view: Any) -> Decision:
    """Refuse the order and keep its goods."""
    decision = order_steps.shipment_stopped(data, step, view)
    return replace(decision, facts=(), data=data)


def _never_asked(decision: Decision, *_: Any) -> Decision:
    """Hold nothing, whatever the rule says."""
    return decision


def _complete(data: Any, step: Any, view: Any) -> Decision:
    """Take one arrived parcel for all."""
    return Decision("all", data)


def _in_rows(monkeypatch: pytest.MonkeyPatch, right: Any, wrong: Any) -> None:
    """Let the rows of the tables, which hold the function itself, run the *wrong* one."""
    source = wrong.__code__.replace(co_name=right.__name__)
    monkeypatch.setattr(right, "__code__", source)
    for name in source.co_names:
        if name not in right.__globals__ and name in globals():
            monkeypatch.setitem(right.__globals__, name, globals()[name])


@pytest.mark.parametrize(
    ("right", "wrong", "found"),
    [
        (waiting.secured, _released, "held_shipped"),
        (screened.refuse, _kept, "refused_holds"),
        (screened._held, _never_asked, "unasked"),
        (arrivals.arrived_of_all, _complete, "complete_off"),
    ],
    ids=["held order shipped", "refused order keeps its goods", "nobody asked", "complete too early"],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, right: Any, wrong: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within thirty histories."""
    _in_rows(monkeypatch, right, wrong)
    kinds = {v.kind for seed in range(30) for v in partners_history(seed).violations}
    assert found in kinds


def test_a_refusal_that_is_not_heard_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was said, it goes: found by who was refused."""
    monkeypatch.setitem(screening._OUTCOMES, "reject", "accepted")
    monkeypatch.setattr(screening, "ScreeningFailed", lambda _: ScreeningPassed())
    kinds = {v.kind for seed in range(30) for v in partners_history(seed).violations}
    assert "held_shipped" in kinds


def test_a_late_word_of_a_carrier_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that believes the last word to come, and not the newest, is found by what carriers truly did."""
    monkeypatch.setattr(parcel, "replace", lambda data, **new: replace(data, **{**new, "said_at": None}))
    kinds = {v.kind for seed in range(30) for v in partners_history(seed).violations}
    assert "parcel_off" in kinds


def test_an_arrival_that_is_forgotten_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order whose parcels have all arrived is complete: a house that forgets early arrivals leaves some that never are."""
    monkeypatch.setattr(fulfilment, "arrived_already", lambda *_: ())
    coverage = Coverage(world=PARTNERS)
    for seed in range(10):
        partners_history(seed, watch=coverage.seen)
    assert not any("COMPLETED" in name for name, n in coverage.counts().items() if n)
