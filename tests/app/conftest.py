"""The real command line, in this process, over the real server; and the lamp shop of the demo to look at."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tallystick.__main__ import tally as command_line
from tallystick.app.demo.days import Demo, run_demo
from tallystick.app.running import run
from tallystick.app.settings import Settings


class Tally:
    """Types commands and reads what they say."""

    def __call__(self, *words: str) -> Result:
        """Run a command."""
        return CliRunner().invoke(command_line(), list(words), prog_name="tally")

    def fine(self, *words: str) -> str:
        """Run a command that must succeed; return its standard output."""
        done = self(*words)
        assert done.exit_code == 0, done.output
        return str(done.stdout)

    def json(self, *words: str, code: int = 0) -> Any:
        """Run a command with --json; standard output must hold that one object and nothing else."""
        done = self(*words, "--json")
        assert done.exit_code == code, done.output
        found = json.loads(done.stdout)
        assert isinstance(found, dict)
        return found

    def complains(self, code: int, *words: str) -> str:
        """Run a command that must fail with *code*: nothing on standard output, two lines beside it."""
        done = self(*words)
        assert done.exit_code == code, done.output
        assert not done.stdout
        lines = done.stderr.splitlines()
        assert len(lines) == 2, done.stderr
        assert lines[1].startswith("  → ")
        return str(done.stderr)


@pytest.fixture
def home(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of one's own and an empty database."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    return tmp_path


@pytest.fixture
def tally(home: Path) -> Tally:
    """The command line over an empty database."""
    return Tally()


class Shop:
    """The lamp shop after its three days: where it lies, and what the demo found."""

    def __init__(self, url: str, home: Path, demo: Demo) -> None:
        self.url, self.home, self.demo = url, home, demo


@pytest.fixture(scope="session")
def lamp_shop(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The lamp shop, lived once for the whole run; look, do not touch."""
    home = tmp_path_factory.mktemp("lamp-shop")
    return Shop(cluster_url, home, run(run_demo(cluster_url, Settings(home))))


@pytest.fixture
def shop(lamp_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Tally:
    """The command line over the lamp shop."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(lamp_shop.home))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", lamp_shop.url)
    monkeypatch.setenv("TALLYSTICK_BOOK", lamp_shop.demo.book)
    return Tally()
