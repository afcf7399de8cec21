"""The floors of the house: who may import whom, as import-linter reads it from pyproject.toml."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tidy import ROOT, SOURCE

LINT = str(Path(sys.executable).with_name("lint-imports"))


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts on the house that stands in a folder, without looking at any other copy of it."""
    environment = {"PYTHONPATH": str(folder / "src"), "PATH": ""}
    command = [LINT, "--no-cache", "--config", str(folder / "pyproject.toml")]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house that a test may spoil."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(SOURCE, tmp_path / "src" / "tallystick", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_every_room_only_looks_down() -> None:
    """Rooms import from lower rooms only, and every room has its floor."""
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("journal/spoilt.py", "import tallystick.posting", "Floors"),
        ("ports/spoilt.py", "import tallystick.storage", "Floors"),
        ("storage/spoilt.py", "import tallystick.connectors", "Floors"),
        ("processes/spoilt.py", "import tallystick.engine", "Floors"),
        ("attic/__init__.py", "", "Floors"),
        ("model/spoilt.py", "import os", "The ground floor"),
        ("decisions/spoilt.py", "import time", "The ground floor"),
        ("posting/spoilt.py", "import babel", "The ground floor"),
        ("engine/spoilt.py", "import asyncpg", "PostgreSQL lives in storage"),
        ("connectors/one/__init__.py", "import tallystick.connectors.two", "No connector knows another"),
    ],
)
def test_a_look_upwards_is_caught(house: Path, file: str, line: str, contract: str) -> None:
    """An import against the floors, impurity on the ground floor, and a room without a floor are found."""
    spoilt = house / "src" / "tallystick" / file
    spoilt.parent.mkdir(exist_ok=True)
    for connector in ("one", "two"):
        (house / "src/tallystick/connectors" / connector).mkdir(parents=True, exist_ok=True)
        (house / "src/tallystick/connectors" / connector / "__init__.py").touch()
    spoilt.write_text(line + "\n")
    done = lint(house)
    assert done.returncode != 0, done.stdout
    broken = [text for text in done.stdout.splitlines() if " BROKEN" in text]
    assert any(text.startswith(contract) for text in broken), done.stdout + done.stderr
