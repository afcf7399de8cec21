"""A million bad inputs to the parsers of files, and the longest ones there can be: no crash, no hang, little memory."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.big import BIG
from tests.fuzz.targets import targets

pytestmark = pytest.mark.soak

INPUTS = int(os.environ.get("TALLYSTICK_SOAK_FUZZ_INPUTS", "1000000"))
SLOWEST_SECONDS_MAX = 2.0
MEMORY_MB_MAX = 256
ROOT = Path(__file__).parents[2]
REPORT = ROOT / "docs" / "reports" / "fuzz.md"


def ran(*words: str) -> dict[str, Any]:
    """Run a stretch in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.soaking", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def report(parsers: Sequence[dict[str, Any]], longest: Sequence[dict[str, Any]]) -> str:
    """What was found, as a page."""
    head = "| {} | inputs | slowest, s of CPU | memory, MB |\n|---|---|---|---|\n"
    rows = [f"| {f['what']} | {f['inputs']:,} | {f['slowest_s']} | {f['memory_mb']} |" for f in (*parsers, *longest)]
    count = len(parsers)
    return (
        "# Bad inputs to the parsers of files\n\n"
        f"Written by `make soak`, Python {platform.python_version()} on {platform.machine()}: "
        f"{sum(f['inputs'] for f in parsers):,} inputs made out of good ones (tests/fuzz/mutating.py), none of which "
        "crashed a parser, was quarantined under a name that is not in the reference, or became a report that the "
        "catalogue would not read. Each row is a process of its own; its memory is the most it had, with the interpreter "
        "and all parsers in it.\n\n"
        + head.format("parser")
        + "\n".join(rows[:count])
        + "\n\nInputs as long as a file may be:\n\n"
        + head.format("input")
        + "\n".join(rows[count:])
        + "\n"
    )


def test_a_million_bad_inputs() -> None:
    """Below two seconds of CPU and 256 MB each; the long ones may take longer, but no more memory."""
    names = [target.name for target in targets()]
    parsers = [ran("some", name, "1000000", str(INPUTS // len(names))) for name in names]
    longest = [ran("big", what) for what in BIG]
    REPORT.write_text(report(parsers, longest), encoding="utf-8")
    assert [f["wrong"] for f in (*parsers, *longest) if f["wrong"]] == []
    assert [f for f in parsers if f["slowest_s"] > SLOWEST_SECONDS_MAX] == []
    assert [f for f in (*parsers, *longest) if f["memory_mb"] > MEMORY_MB_MAX] == []
