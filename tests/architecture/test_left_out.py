"""A run says what it left out, and a run that may leave out nothing fails when it does."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tidy import ROOT

STORY = """
import pytest

def test_sold(): pass

@pytest.mark.skip(reason="the shop is shut")
def test_shut(): pass

@pytest.mark.soak
def test_long(): pass
"""


def run(folder: Path, processes: int, *, leave_out_nothing: bool) -> subprocess.CompletedProcess[str]:
    """Run a made-up test file under our conftest."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "tests")
    (folder / "tests" / "test_story.py").write_text(STORY)
    environment = os.environ | {"TALLYSTICK_LEAVE_OUT_NOTHING": str(int(leave_out_nothing))}
    command = [sys.executable, "-m", "pytest", f"--numprocesses={processes}"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("leave_out_nothing", [False, True])
@pytest.mark.parametrize("processes", [0, 2])
def test_what_is_left_out_is_named(tmp_path: Path, processes: int, *, leave_out_nothing: bool) -> None:
    """Each skipped test is named with its reason; where nothing may be left out, that fails the run."""
    done = run(tmp_path, processes, leave_out_nothing=leave_out_nothing)
    assert "left out: tests/test_story.py::test_shut: the shop is shut" in done.stdout
    assert "left out: 1 soak tests" in done.stdout
    assert done.returncode == int(leave_out_nothing), done.stdout
    assert "1 passed, 1 skipped" in done.stdout.splitlines()[-1]
