"""The reference pages are what the code would write now, and a page that is not is caught."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tallystick.__main__ import tally as command_line
from tallystick.app.commands.docs import pages, stale
from tallystick.messages.catalogue import TYPES
from tallystick.posting.table import RULES
from tallystick.processes.registry import PROCESSES
from tallystick.security.roles import MATRIX
from tests.docs.reading import REFERENCE


@pytest.fixture(scope="module")
def tally() -> Any:
    """The command `tally`."""
    return typer.main.get_command(command_line())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the reference pages that a test may spoil."""
    return Path(shutil.copytree(REFERENCE, tmp_path / "reference"))


def test_the_pages_are_fresh(tally: Any) -> None:
    """Nobody changed the code without `make docs`, or a page by hand."""
    assert stale(REFERENCE, pages(tally)) == []


def test_the_pages_are_always_the_same(tally: Any) -> None:
    """Writing twice gives the same bytes."""
    assert pages(tally) == pages(tally)


def test_a_spoilt_page_is_caught(tally: Any, folder: Path) -> None:
    """An edited page, a missing one, and one that nobody writes any more are each named."""
    wanted = pages(tally)
    for name, text in wanted.items():
        (folder / name).write_text(text, "utf-8")
    assert stale(folder, wanted) == []
    (folder / "messages.md").write_text("edited")
    (folder / "cli.md").unlink()
    (folder / "processes" / "juggling.svg").touch()
    expected = ["messages.md is stale", "cli.md is missing", "processes/juggling.svg is written no longer"]
    assert stale(folder, wanted) == expected


def test_the_command_names_what_is_stale_and_the_remedy(folder: Path) -> None:
    """`tally docs check` ends with exit code 1; after `tally docs write` it ends with 0."""
    (folder / "messages.md").write_text("edited")
    (folder / "left-over.md").touch()
    run, app = CliRunner().invoke, command_line()
    found = run(app, ["docs", "check", "--folder", str(folder)])
    assert found.exit_code == 1
    assert "messages.md is stale" in found.output
    assert "left-over.md is written no longer" in found.output
    assert "make docs" in found.output
    assert run(app, ["docs", "write", "--folder", str(folder)]).exit_code == 0
    assert run(app, ["docs", "check", "--folder", str(folder)]).exit_code == 0
    assert not (folder / "left-over.md").exists()


def test_nothing_is_left_out(tally: Any) -> None:
    """Every rule, process and message type stands on its page."""
    found = pages(tally)
    rows = re.findall(r"^\| (\d+) \|", found["posting-rules.md"], re.MULTILINE)
    assert sorted(map(int, rows)) == list(range(1, len(RULES) + 1))
    for name, process in PROCESSES.items():
        section = found["processes.md"].partition(f"## {name}\n")[2].partition("\n## ")[0]
        assert section.count("\n| `") >= len(process.rows)
        assert f"processes/{name}.svg" in section
        assert all(state in found[f"processes/{name}.svg"] for state in process.states if state != "NEW")
    marks = re.findall(r"^\| `\w+:\w+` \|(.*)\|", found["access.md"], re.MULTILINE)
    assert [row.count("✓") for row in marks] == [len(p.roles) for p in MATRIX]
    assert all(f"## {t.struct.__name__}\n\n`{t.type}`" in found["messages.md"] for t in TYPES)
