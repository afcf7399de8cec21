"""More faults than CI has time for: each absorbed or shown, counted by kind. The last report is committed in docs/reports/."""

import os
import platform
import shutil
import subprocess
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tallystick.simulator.estate.estate_run import run_estate
from tallystick.simulator.estate.faults import ABSORBED, SHOWN
from tallystick.simulator.estate.verdict import Verdict

pytestmark = pytest.mark.soak

FIRST_SEED = 1_000_000
HISTORIES = int(os.environ.get("TALLYSTICK_SOAK_ESTATES", "4000"))
BLOCK = 100
REPORT = Path(__file__).parents[2] / "docs" / "reports" / "reconciliation.md"


def run_block(first: int) -> tuple[Verdict, int, list[str]]:
    """Run one block of seeds; return the verdict, the messages, and the promises that were broken."""
    found, messages, broken = Verdict(), 0, []
    for seed in range(first, first + BLOCK):
        one = run_estate(seed)
        found.add(one.verdict)
        messages += one.story.messages
        broken += [f"seed {seed}: {v.kind}: {v.detail}" for v in one.story.violations]
    return found, messages, broken


def test_every_fault_is_absorbed_or_shown() -> None:
    """Reconciliation and the processes find every lie, at its amount, and call nobody for nothing."""
    started, found, messages, broken = time.monotonic(), Verdict(), 0, list[str]()
    with ProcessPoolExecutor() as workers:
        for verdict, more, wrong in workers.map(run_block, range(FIRST_SEED, FIRST_SEED + HISTORIES, BLOCK)):
            found.add(verdict)
            messages, broken = messages + more, broken + wrong
    _report(found, messages, broken, time.monotonic() - started)
    assert broken == []
    assert found.missed == []
    assert found.false_alarms == []


def _report(found: Verdict, messages: int, broken: list[str], seconds: float) -> None:
    asked = [shutil.which("git") or "git", "rev-parse", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    rows = [f"| `{kind}` | absorbed | {found.absorbed[kind]:,} |\n" for kind in ABSORBED]
    rows += [f"| `{kind}` | shown | {found.shown[kind]:,} |\n" for kind in SHOWN]
    wrong = [*found.missed, *found.false_alarms, *broken][:50]
    REPORT.write_text(
        "# What is seeded is found\n\n"
        f"Written by `make soak` on commit `{commit or 'unknown'}`, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores.\n\n"
        f"{HISTORIES:,} histories of the estate from seed {FIRST_SEED:,}, {messages:,} messages, {seconds:.0f} s "
        f"({HISTORIES / seconds:.0f} histories/s).\n\n"
        f"{found.faults:,} faults of {len(ABSORBED) + len(SHOWN)} kinds: {found.absorbed.total():,} absorbed, "
        f"{found.shown.total():,} shown, {len(found.missed)} missed. {found.exceptions:,} exceptions were raised, "
        f"{found.happenings:,} of them for what people did; {len(found.false_alarms)} false alarms. "
        f"{len(broken)} violations.\n\n"
        "| fault | must be | times |\n|---|---|---|\n"
        + "".join(rows)
        + ("\nWrong:\n\n" + "".join(f"- {text}\n" for text in wrong) if wrong else "")
    )
