"""A hundred thousand histories: what CI runs a tenth of. The last report is committed in docs/reports/."""

import os
import platform
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from tallystick.simulator.coverage import Coverage
from tallystick.simulator.history import run_history
from tests.simulation.estate_block import judged

pytestmark = pytest.mark.soak

FIRST_SEED = 1_000_000
HISTORIES = int(os.environ.get("TALLYSTICK_SOAK_HISTORIES", "100000"))
BLOCK = 500
REPORT = Path(__file__).parents[2] / "docs" / "reports" / "simulated-years.md"

Block = tuple[int, list[tuple[int, str]], Counter[str]]


def run_block(first: int) -> Block:
    """Run one block of seeds; return messages, violations by seed, and rows reached."""
    coverage, messages, wrong = Coverage(), 0, []
    for seed in range(first, first + BLOCK):
        story = run_history(seed, watch=coverage.seen)
        messages += story.messages
        wrong += [(seed, f"{v.kind}: {v.detail}") for v in story.violations]
    return messages, wrong, coverage.counts()


def _blocks() -> Iterator[Block]:
    with ProcessPoolExecutor() as workers:
        yield from workers.map(run_block, range(FIRST_SEED, FIRST_SEED + HISTORIES, BLOCK))


def test_a_hundred_thousand_histories() -> None:
    """10% each lost, doubled, reordered and delayed, a crash at every step: no violation, every row reached."""
    started, messages, wrong, coverage = time.monotonic(), 0, list[tuple[int, str]](), Coverage()
    for more, found, counts in _blocks():
        messages, wrong = messages + more, wrong + found
        coverage.add(counts)
    coverage.add(judged()[2])
    _report(messages, wrong, coverage, time.monotonic() - started)
    assert wrong == []
    assert coverage.missed() == []


def _report(messages: int, wrong: list[tuple[int, str]], coverage: Coverage, seconds: float) -> None:
    asked = [shutil.which("git") or "git", "rev-parse", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    rarest = sorted(coverage.counts().items(), key=lambda row: row[1])[:10]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(
        "# Simulated years\n\n"
        f"Written by `make soak` on commit `{commit or 'unknown'}`, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores.\n\n"
        f"{HISTORIES:,} histories from seed {FIRST_SEED:,}, {messages:,} messages, {seconds:.0f} s "
        f"({HISTORIES / seconds:.0f} histories/s); {len(wrong)} violations; "
        f"{len(coverage.missed())} rows of the process tables not reached.\n\n"
        "The rarest rows:\n\n| row | times |\n|---|---|\n"
        + "".join(f"| {name} | {times:,} |\n" for name, times in rarest)
        + ("\nViolations:\n\n" + "".join(f"- seed {seed}: {what}\n" for seed, what in wrong[:50]) if wrong else "")
    )
