"""Every small change of the core, one after the other: which of them no seed catches. A person looks at those."""

import os
import platform
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tallystick.simulator.history import run_history
from tallystick.simulator.mutants.candidates import WHERE, candidates

pytestmark = pytest.mark.soak

SEEDS_MAX = int(os.environ.get("TALLYSTICK_SOAK_MUTANT_SEEDS", "300"))
REPORT = Path(__file__).parents[2] / "docs" / "reports" / "mutants.md"
CAUGHT_SHARE_MIN = 0.4  # in a sample of 61 changes and 25 seeds, 31 were caught

Fate = tuple[str, int, str, int, str]


def fates(module: str) -> list[Fate]:
    """Return (where, line, what, seed, promise) of every change in a module; seed -1 where none caught it."""
    return [(c.where, c.line, c.does, *caught(c.change)) for c in candidates(module)]


def caught(change: object) -> tuple[int, str]:
    """Return the first seed that catches *change*, and how."""
    with change.applied():  # type: ignore[attr-defined]
        for seed in range(SEEDS_MAX):
            try:
                violations = run_history(seed).violations
            except Exception as failure:  # noqa: BLE001 - a world that cannot go on is caught as well
                return seed, type(failure).__name__
            if violations:
                return seed, violations[0].kind
    return -1, ""


def test_small_changes_of_the_core_are_caught() -> None:
    """Two of five at least; the rest changes nothing that matters, or names a promise that nobody checks yet: a work list."""
    with ProcessPoolExecutor() as workers:
        found = [fate for part in workers.map(fates, WHERE) for fate in part]
    missed = [f"| `{where}` | {line} | {does} |" for where, line, does, seed, _ in found if seed < 0]
    share = 1 - len(missed) / len(found)
    REPORT.write_text(
        "# Small changes of the core\n\n"
        f"Written by `make soak`, Python {platform.python_version()}: {len(found)} changes of one place each (a comparison, an "
        "operator, a condition, what a decision tells, commands or breaks), every one lived with for up to "
        f"{SEEDS_MAX} seeds in memory. {len(found) - len(missed)} are caught ({share:.0%}), half of them by the first "
        f"{sorted(seed for *_, seed, _ in found if seed >= 0)[(len(found) - len(missed)) // 2] + 1} seeds. These are not:\n\n"
        "| where | line | what |\n|---|---|---|\n" + "\n".join(missed) + "\n"
    )
    assert share >= CAUGHT_SHARE_MIN
