"""A hundred thousand histories, ten thousand on PostgreSQL: CI runs a share. The last report is committed in docs/reports/."""

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
from tallystick.simulator.postgres.run import run_on_postgres
from tallystick.simulator.running import Asked
from tests.simulation.estate_block import judged

pytestmark = pytest.mark.soak

FIRST_SEED = 1_000_000
HISTORIES = int(os.environ.get("TALLYSTICK_SOAK_HISTORIES", "100000"))
ON_POSTGRES = int(os.environ.get("TALLYSTICK_SOAK_POSTGRES_HISTORIES", "10000"))
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


@pytest.fixture(scope="module")
def report() -> Iterator[list[str]]:
    """The parts of the report, written down when all are there."""
    asked = [shutil.which("git") or "git", "rev-parse", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    parts = [
        "# Simulated years",
        (
            f"Written by `make soak` on commit `{commit or 'unknown'}`, Python {platform.python_version()}, "
            f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.0f} when it began."
        ),
    ]
    yield parts
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n\n".join(parts) + "\n")


def test_a_hundred_thousand_histories(report: list[str]) -> None:
    """10% each lost, doubled, reordered and delayed, a crash at every step: no violation, every row reached."""
    started, messages, wrong, coverage = time.monotonic(), 0, list[tuple[int, str]](), Coverage()
    for more, found, counts in _blocks():
        messages, wrong = messages + more, wrong + found
        coverage.add(counts)
    coverage.add(judged()[2])
    seconds = time.monotonic() - started
    rarest = sorted(coverage.counts().items(), key=lambda row: row[1])[:10]
    report += [
        "## In memory",
        (
            f"{HISTORIES:,} of the 100,000 promised histories, from seed {FIRST_SEED:,}: {messages:,} messages, "
            f"{seconds:.0f} s ({HISTORIES / seconds:.0f} histories/s); {len(wrong)} violations; "
            f"{len(coverage.missed())} rows of the process tables not reached."
        ),
        "The rarest rows:",
        "| row | times |\n|---|---|\n" + "\n".join(f"| {name} | {times:,} |" for name, times in rarest),
        *_listed(wrong),
    ]
    assert wrong == []
    assert coverage.missed() == []


def test_ten_thousand_histories_on_postgresql(report: list[str], database_url: str) -> None:
    """The same world on the real engine: the promises and all proofs hold, and the core comes to the same book."""
    started, messages, wrong = time.monotonic(), 0, list[tuple[int, str]]()
    for story in run_on_postgres(database_url, Asked(FIRST_SEED, ON_POSTGRES)):
        messages += story.messages
        wrong += [(story.seed, f"{v.kind}: {v.detail}") for v in story.violations]
    seconds = time.monotonic() - started
    report += [
        "## On PostgreSQL",
        (
            f"{ON_POSTGRES:,} of the 10,000 promised histories, from seed {FIRST_SEED:,}: {messages:,} messages through "
            f"inbox, worker, gate, outbox and timers, {seconds:.0f} s ({ON_POSTGRES / seconds:.1f} histories/s); "
            f"{len(wrong)} violations. After each, every proof of `tally book check` holds, and the pure core makes the same "
            "entries, shelves, families and breaks of the same messages."
        ),
        *_listed(wrong),
    ]
    assert wrong == []


def _listed(wrong: list[tuple[int, str]]) -> list[str]:
    return ["Violations:", "\n".join(f"- seed {seed}: {what}" for seed, what in wrong[:50])] if wrong else []
