"""`tally simulate`: the same bytes for the same seed; a failure is told, shrunk, kept and lived again."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.app.conftest import Tally


def test_histories_that_break_nothing(tally: Tally) -> None:
    """The object of --json is a contract: seed, histories, violations, stories; the last a line for each seed."""
    found = tally.json("simulate", "--seed", "7", "--histories", "3")
    assert (found["seed"], found["histories"], found["violations"]) == (7, 3, 0)
    assert [s["seed"] for s in found["stories"]] == [7, 8, 9]
    assert all(s["messages"] >= 50 and not s["violations"] for s in found["stories"])
    text = tally.fine("simulate", "--seed", "7", "--histories", "3", "--faults", "fair")
    assert "No promise was broken." in text


def test_histories_of_an_estate_whose_partners_lie(tally: Tally) -> None:
    """The whole estate under its name: a lie that is neither absorbed nor shown would be a violation; there is none."""
    found = tally.json("simulate", "--seed", "7", "--histories", "3", "--faults", "lying-estate")
    assert (found["faults"], found["engine"], found["violations"]) == ("lying-estate", "memory", 0)
    assert [s["seed"] for s in found["stories"]] == [7, 8, 9]
    assert all(s["messages"] >= 50 and not s["violations"] for s in found["stories"])


def test_the_same_seed_gives_the_same_bytes(tally: Tally) -> None:
    """In another process, on several processors and with other hashes, nothing is said otherwise."""
    words = ["simulate", "--seed", "40", "--histories", "60", "--faults", "storm", "--json"]
    command = [sys.executable, "-m", "tallystick", *words]
    told = {
        subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": n}, capture_output=True, check=True).stdout
        for n in ("1", "2")
    }
    assert told == {tally.fine(*words).encode()}


def test_a_failure_is_told_shrunk_kept_and_lived_again(tally: Tally, tmp_path: Path) -> None:
    """Exit code 1; the broken promise at its step, few messages, and a file that tells the same failure again."""
    file = tmp_path / "kept.json"
    broken = ("simulate", "--seed", "2", "--histories", "2", "--mutant", "skipped_reservation")
    done = tally(*broken, "--keep", str(file))
    assert done.exit_code == 1
    assert "Seed 2, shrunk to 2 messages" in done.stdout
    assert "breaks reserved_off" in done.stdout
    assert "↳ Authorise payment" in done.stdout
    assert f"tally simulate --replay {file}" in done.stdout

    found = tally.json(*broken, code=1)
    again = tally.json("simulate", "--replay", str(file), code=1)
    assert again["shrunk"]["told"] == found["shrunk"]["told"]
    assert again["shrunk"]["kept"] == found["shrunk"]["kept"] == json.loads(file.read_text())
    assert again["stories"][0]["messages"] == 2


def test_a_mended_bug_no_longer_breaks_its_kept_history(tally: Tally, tmp_path: Path) -> None:
    """A kept history is a test: without the bug it passes."""
    file = tmp_path / "kept.json"
    tally("simulate", "--mutant", "skipped_reservation", "--keep", str(file))
    file.write_text(json.dumps(json.loads(file.read_text()) | {"mutant": ""}))
    assert tally.json("simulate", "--replay", str(file))["violations"] == 0


def test_histories_on_postgresql(tally: Tally) -> None:
    """The same command lives histories on the real engine, in the database that is configured."""
    assert tally.json("simulate", "--engine", "postgres")["violations"] == 0
    caught = tally.json("simulate", "--engine", "postgres", "--mutant", "deltas_by_half", code=1)
    assert caught["shrunk"]["breaks"] == "proof_balanced"
    assert caught["shrunk"]["messages"] <= 12


def test_what_cannot_be_lived_is_refused_with_a_remedy(tally: Tally, tmp_path: Path) -> None:
    """An unknown weather or bug, a bug of another engine, and a file that is none."""
    assert "usual" in tally.complains(2, "simulate", "--faults", "hail")
    assert "--mutant list" in tally.complains(4, "simulate", "--mutant", "gremlin")
    assert "--engine postgres" in tally.complains(2, "simulate", "--mutant", "loose_chain")
    file = tmp_path / "no.json"
    file.write_text('{"tallystick_history": 1}')
    assert "--keep FILE" in tally.complains(6, "simulate", "--replay", str(file))


def test_the_known_bugs_are_listed(tally: Tally) -> None:
    """What can be put in is named with what it breaks."""
    assert len(tally.json("simulate", "--mutant", "list")["mutants"]) >= 20
    assert "loose_chain" in tally.fine("simulate", "--mutant", "list")
