"""Each bug put in on purpose is caught by the seed kept for it, which is clean without it."""

from collections import Counter

import pytest

from tallystick.simulator.history import lived, run_history
from tallystick.simulator.mutants.change import CannotChange, Code, Posted
from tallystick.simulator.mutants.mutant import Mutant
from tallystick.simulator.mutants.registry import MUTANTS
from tallystick.simulator.postgres.run import on_postgres
from tallystick.simulator.shrinking.tape import Tape
from tallystick.simulator.weather import USUAL

IN_MEMORY = [m for m in MUTANTS if m.engine == "memory"]
ON_POSTGRES = [m for m in MUTANTS if m.engine == "postgres"]


def kinds(violations: tuple[object, ...]) -> set[str]:
    """The promises that were broken."""
    return {getattr(v, "kind", "") for v in violations}


@pytest.mark.parametrize("mutant", IN_MEMORY, ids=lambda m: m.name)
def test_a_bug_of_the_core_is_caught(mutant: Mutant) -> None:
    """A proof that never fails proves nothing: the kept seed is clean, and with the bug the named promise is broken."""
    assert run_history(mutant.seed).violations == ()
    assert mutant.caught_by in kinds(run_history(mutant.seed, plant=mutant.name).violations)
    assert run_history(mutant.seed).violations == ()


@pytest.mark.parametrize("mutant", ON_POSTGRES, ids=lambda m: m.name)
def test_a_bug_of_the_engine_is_caught(mutant: Mutant, database_url: str) -> None:
    """The same, on PostgreSQL: the bug is in the code that runs in real life."""
    tape = Tape(mutant.seed, USUAL)
    with on_postgres(database_url) as make:
        with mutant.put_in():
            broken = kinds(lived(make(tape)).violations)
        assert mutant.caught_by in broken
        assert lived(make(tape)).violations == ()


@pytest.mark.parametrize("mutant", [m for m in ON_POSTGRES if m.of == "engine"], ids=lambda m: m.name)
def test_a_bug_of_the_engine_is_one_of_the_engine(mutant: Mutant) -> None:
    """What is changed is not run by the book in memory: only a real engine can show it."""
    assert run_history(mutant.seed, plant=mutant.name).violations == ()


def test_there_are_bugs_of_every_part() -> None:
    """Processes, decisions, posting, engine and storage: several of each, at least five of the real engine."""
    parts = Counter(m.of for m in MUTANTS)
    assert set(parts) == {"processes", "decisions", "posting", "engine", "storage", "simulator"}
    assert min(parts[part] for part in ("processes", "decisions", "posting", "engine", "storage")) >= 5
    assert len({repr(m.changes) for m in MUTANTS}) == len({m.name for m in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize(
    "change",
    [
        Code("engine.gate:_Batch.answer", "no such text", ""),
        Code("processes.fold:_Run.undo", "layer", "x"),
        Posted("goods_dispatched.lines.colour"),
    ],
)
def test_a_bug_that_has_lost_its_place_says_so(change: Code | Posted) -> None:
    """When the house moves on, a change that no longer fits is an error, never silently none."""
    with pytest.raises(CannotChange), change.applied():
        pass
