"""Whatever can be expected to fail ends in two lines and a documented exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tallystick.app.exits import MEANINGS, Code
from tests.app.conftest import Tally


def test_a_missing_book_is_not_found(tally: Tally) -> None:
    """The message says how to make one."""
    assert "`tally book create moon" in tally.complains(4, "book", "check", "--book", "moon")


def test_a_database_that_is_away(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not answer is named as such, without a traceback."""
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", "postgresql://127.0.0.1:1/none")
    assert "does not answer" in tally.complains(5, "book", "list")
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", "postgresql://no-such-host.invalid/none")
    assert "TALLYSTICK_DATABASE_URL" in tally.complains(5, "book", "list")


def test_a_database_that_does_not_exist(tally: Tally, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong name of the database is not a defect."""
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", os.environ["TALLYSTICK_DATABASE_URL"].replace("/test_", "/none_"))
    assert "no such database" in tally.complains(5, "book", "list")


def test_a_setting_that_cannot_be_used(tally: Tally, home: Path) -> None:
    """The file and the key are named."""
    (home / "tallystick.toml").write_text('moon = "full"\n')
    said = tally.complains(3, "book", "list")
    assert "tallystick.toml" in said
    assert "moon" in said


def test_another_key_than_the_book_was_sealed_with(tally: Tally, home: Path) -> None:
    """Without the right key nothing is read, and the message says which file to restore."""
    tally.fine("book", "create", "main", "--currency", "GBP/3")
    tally.fine("stock", "show")
    (home / "keys" / "master.key").write_text("00" * 32)
    assert "master.key" in tally.complains(3, "stock", "show")


def test_wrong_usage_is_exit_code_two(tally: Tally) -> None:
    """An option that does not exist, and one that is missing."""
    assert tally("book", "create", "main").exit_code == Code.USAGE
    assert tally("book", "check", "--moon").exit_code == Code.USAGE


def test_every_exit_code_is_documented(tally: Tally) -> None:
    """`tally --help` names them all."""
    text = " ".join(tally.fine("--help").split())
    assert set(MEANINGS) == set(Code)
    for code, meaning in MEANINGS.items():
        assert f"{code.value} {meaning}." in text


def test_every_command_has_an_example(tally: Tally) -> None:
    """Help shows by example how each command is typed."""
    import typer.main

    from tallystick.__main__ import tally as command_line

    def leaves(command: object, words: tuple[str, ...]) -> list[tuple[str, ...]]:
        inner = getattr(command, "commands", None)
        return [words] if inner is None else [x for n, c in inner.items() for x in leaves(c, (*words, n))]

    for words in leaves(typer.main.get_command(command_line()), ()):
        assert "Example: tally" in " ".join(tally.fine(*words, "--help").split()), words


def test_help_loads_nothing_heavy() -> None:
    """`tally --help` imports neither database drivers nor tables for the terminal."""
    code = (
        "import sys; sys.argv = ['tally', '--help']\n"
        "from tallystick.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sorted({'asyncpg', 'duckdb', 'rich', 'uvloop', 'cryptography', 'babel'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage: tally" in done.stdout
    assert not done.stderr.strip()
