"""`make reseed` keeps what stands, finds what moved, and says what no seed catches."""

import ast
from pathlib import Path

import pytest
from msgspec.structs import replace

from tallystick.simulator.history import Story, run_history
from tallystick.simulator.invariants import Violation
from tallystick.simulator.mutants import reseeding
from tallystick.simulator.mutants.registry import MUTANTS, mutant_named
from tallystick.simulator.mutants.reseeding import FILES, catches, reseed, rewritten, seed_for

BUG = mutant_named("shortage_without_value")


def test_a_seed_that_stands_is_kept() -> None:
    """Nothing is searched, and nothing is written, where the kept seed still catches the bug."""
    assert seed_for(BUG, run_history, iter(())) == BUG.seed


def test_a_seed_that_has_moved_is_found_again() -> None:
    """A kept seed that catches nothing any more gives way to the first that does."""
    deaf = next(seed for seed in range(50) if not catches(BUG, seed, run_history))
    found = seed_for(replace(BUG, seed=deaf), run_history, range(200))
    assert found is not None
    assert catches(BUG, found, run_history)
    assert not any(catches(BUG, seed, run_history) for seed in range(found))


def test_a_bug_that_no_seed_catches_has_none() -> None:
    """A promise that the bug does not break is not believed to be broken."""
    assert seed_for(replace(BUG, caught_by="nothing_of_the_kind"), run_history, range(3)) is None


def test_a_seed_that_is_broken_without_the_bug_proves_nothing() -> None:
    """The twin: a promise that is broken anyway would let any seed pass."""

    def always(seed: int) -> Story:
        return Story(seed, 1, (Violation(BUG.caught_by, "", 0),), ())

    assert seed_for(BUG, always, range(3)) is None


def test_only_the_seed_is_rewritten() -> None:
    """The files of the bugs, with every seed moved and moved back, are what they were to the byte."""
    kept = {m.name: m.seed for m in MUTANTS}
    moved = {name: seed + 7_000 for name, seed in kept.items()}
    for file in FILES:
        source = file.read_text("utf-8")
        changed = rewritten(source, moved)
        ast.parse(changed)
        assert rewritten(source, {}) == source
        assert changed.count("70") > source.count("70")
        assert rewritten(changed, kept) == source


def test_what_moved_is_written_and_what_is_lost_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One bug stands, one has moved and is written into its file, one is caught by nothing and fails the run."""
    file = tmp_path / "of_the_core.py"
    file.write_text(FILES[0].read_text("utf-8"), "utf-8")
    monkeypatch.setattr(reseeding, "FILES", (file,))
    monkeypatch.setattr(reseeding, "SEEDS_MAX", {"memory": 60})
    deaf = next(seed for seed in range(50) if not catches(BUG, seed, run_history))
    stands = mutant_named("no_deadline")
    lost = reseed([stands, replace(BUG, seed=deaf), replace(stands, name="gone", caught_by="nothing")])
    said = capsys.readouterr().out
    assert lost == ["gone"]
    assert f"no_deadline: {stands.seed} stands" in said
    assert f"shortage_without_value: {deaf} becomes " in said
    found = int(said.split(" becomes ")[1].split()[0])
    assert file.read_text("utf-8") == rewritten(FILES[0].read_text("utf-8"), {BUG.name: found})
