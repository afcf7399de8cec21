"""Sourcing in bad weather: whatever depots lack, refuse or send all the same, the parts of every order add up."""

from typing import Any

import pytest

from tallystick.decisions.sourcing import choice
from tallystick.messages.sourcing.decided import Verdict
from tallystick.processes.orders import elsewhere, places
from tallystick.processes.orders.order_data import OrderData, Place
from tallystick.processes.sourcing import placing, resourcing
from tallystick.simulator.coverage import SOURCING, Coverage
from tallystick.simulator.sourcing.sourcing_history import sourcing_history
from tallystick.simulator.weather import STORM, USUAL

HISTORIES = 500
TWIN_HISTORIES = 100


def test_every_history_ties_out_and_every_row_is_reached() -> None:
    """Parts add up, capacity is kept, shelves and money agree with the truth, and no row of sourced orders is dead."""
    coverage = Coverage(world=SOURCING)
    for seed in range(HISTORIES):
        story = sourcing_history(seed, STORM if seed % 4 == 0 else USUAL, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert sourcing_history(7) == sourcing_history(7)


def _never_barred(*_: Any) -> Verdict | None:
    """Ask locations whatever they have to do, and whatever they refused."""
    return None


def _forgotten(data: OrderData, *_: Any) -> OrderData:
    """Do not remember who refused."""
    return data if data.places else OrderData(**_fields(data, places=places.standing(data)))


def _fields(data: OrderData, **changed: Any) -> dict[str, Any]:
    return {name: getattr(data, name) for name in data.__struct_fields__} | changed


def _kept(data: OrderData, *_: Any) -> tuple[tuple[Place, ...], tuple[Any, ...]]:
    """Let go of nothing that left from elsewhere, or is sought elsewhere."""
    return data.places, ()


def _as_they_were(held: tuple[Place, ...], fresh: Any) -> tuple[Place, ...]:
    """Forget where units are held in addition."""
    return tuple(held) or tuple(fresh)


def _nothing_taken(*_: Any) -> tuple[Any, ...]:
    """Count no order of a location's day."""
    return ()


def _all_there(_able: Any, lines: Any, _rule: Any) -> Any:
    """Send everything from whoever comes first, whatever he has."""
    return [(one, {n: x.quantity for n, x in lines.items()}) for one in list(_able)[:1]]


@pytest.mark.parametrize(
    ("place", "twin", "found"),
    [
        ((choice, "_barred"), _never_barred, "over_capacity"),
        ((choice, "_taken"), _nothing_taken, "work_off"),
        ((choice, "_shared_out"), _all_there, "parked"),
        ((places, "without"), _kept, "parts_off"),
        ((places, "with_more"), _as_they_were, "parts_off"),
        ((places, "emptied"), lambda data: data.places, "reserved_off"),
        ((elsewhere, "_sent"), lambda place, *_: place, "parts_off"),
        ((placing, "held_facts"), lambda *_: (), "reserved_off"),
        ((resourcing, "_unwanted"), lambda *_: {}, "sought_unwanted"),
        ((resourcing, "_refused_by"), _forgotten, "asked_again"),
    ],
    ids=[
        "capacity is not looked at",
        "capacity is not counted",
        "sourced from an empty shelf",
        "freed nowhere",
        "held nowhere",
        "an order that ended keeps its places",
        "what left is still held",
        "held without a fact",
        "what is not wanted is sought again",
        "who refused is asked again",
    ],
)
def test_twins_are_found(monkeypatch: pytest.MonkeyPatch, place: Any, twin: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within a hundred histories."""
    room, name = place
    monkeypatch.setattr(room, name, twin)
    kinds = set[str]()
    for seed in range(TWIN_HISTORIES):
        kinds |= {v.kind for v in sourcing_history(seed).violations}
        if found in kinds:
            return
    assert found in kinds
