"""What our pages say is there, is there."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.architecture.tidy import ROOT, SOURCE
from tests.docs import reading

PAGES = reading.pages()
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_leads_somewhere(page: Path) -> None:
    """A relative link leads to a file and, where it names one, to a heading."""
    assert reading.broken_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_path_in_backticks_exists(page: Path) -> None:
    """A page that names a file of the house names one that is there."""
    assert reading.missing_paths(page.read_text()) == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_command_shown_exists(page: Path) -> None:
    """What a page tells people to type is a command with those options, or a target of the Makefile."""
    text = page.read_text()
    assert [why for called in reading.shown_commands(text) if (why := reading.unknown_command(called))] == []
    assert reading.unknown_targets(text) == []


@pytest.mark.parametrize("drawing", sorted((ROOT / "docs").rglob("*.svg")), ids=lambda file: file.stem)
def test_every_drawing_is_well_formed(drawing: Path) -> None:
    """A drawing parses as XML, says what it shows, and is an SVG."""
    root = ET.parse(drawing).getroot()  # noqa: S314 - drawn by ourselves
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("aria-label")


def test_every_kind_of_break_is_explained() -> None:
    """Whoever finds a break finds its kind on the page for operations, and no kind stands there that is never raised."""
    sources = "".join(file.read_text() for file in (SOURCE / "processes").rglob("*.py"))
    raised = set(re.findall(r'\bBreak\(\s*"(\w+)"', sources))
    page = (ROOT / "docs" / "how-to" / "operations.md").read_text().partition("| kind |")[2].partition("\n## ")[0]
    told = {
        kind
        for row in page.splitlines()[2:]
        for kind in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    }
    assert told == raised


def test_what_is_not_there_is_caught(tmp_path: Path) -> None:
    """A dead link, a lost heading, a moved file, an unknown command, option and target are found."""
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[a](gone.md) [b](#nowhere) [c](#here) `src/tallystick/gone.py` `pyproject.toml` `tally book check`\n"
        "```sh\ntally book juggle\ntally book check --twice\nmake tea\n```\n"
    )
    text = page.read_text()
    assert reading.broken_links(page) == ["gone.md", "#nowhere"]
    assert reading.missing_paths(text) == ["src/tallystick/gone.py"]
    complaints = [why for called in reading.shown_commands(text) if (why := reading.unknown_command(called))]
    assert complaints == [
        "tally book juggle: there is no 'juggle'",
        "tally book check --twice: there is no --twice",
    ]
    assert reading.unknown_targets(text) == ["tea"]
