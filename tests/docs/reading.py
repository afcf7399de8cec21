"""Reading our own pages: their prose, their fenced blocks, their links, and the commands they show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from tallystick.__main__ import tally as command_line
from tallystick.exports.docs_pages.markdown import anchor
from tests.architecture.tidy import ROOT

REFERENCE = ROOT / "docs" / "reference"
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
SHELLS = {"sh", "console", "text"}
SUFFIXES = (".py", ".sql", ".md", ".toml", ".svg", ".in", ".txt", "/")


def pages() -> list[Path]:
    """Every Markdown page a newcomer may open."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def prose(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def broken_links(page: Path) -> list[str]:
    """Relative links that lead to no file, or to no heading of it."""
    return [target for target in _LINK.findall(prose(page.read_text())) if not _leads_somewhere(page, target)]


def _leads_somewhere(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    name, _, fragment = target.partition("#")
    file = (page.parent / name).resolve() if name else page
    return file.exists() and (not fragment or fragment in anchors(file))


def anchors(file: Path) -> set[str]:
    """The fragments that a page's headings can be reached by."""
    return {anchor(line.lstrip("#").strip()) for line in prose(file.read_text()).splitlines() if line.startswith("#")}


def missing_paths(text: str) -> list[str]:
    """Source paths named in backticks that are not there; holes in braces are none."""
    rooms = {place.name for place in ROOT.iterdir() if place.is_dir()}
    named = [code for code in _CODE.findall(prose(text)) if code.endswith(SUFFIXES) and re.fullmatch(r"[\w./-]+", code)]
    return [code for code in named if code.partition("/")[0] in rooms and not (ROOT / code).exists()]


def shown_commands(text: str) -> Iterator[str]:
    """Lines of fenced blocks, and code in prose, that call `tally`."""
    lines = [line for kind, body in _FENCE.findall(text) if kind in SHELLS for line in body.splitlines()]
    for line in [*lines, *_CODE.findall(prose(text))]:
        called = line.removeprefix("$ ")
        if called == "tally" or called.startswith("tally "):
            yield called.partition("#")[0].strip()


def unknown_command(called: str) -> str:
    """Why the command line does not have *called*; nothing when it has."""
    command: Any = typer.main.get_command(command_line())
    words = called.split()[1:]
    while words and words[0][0] not in "-[" and (children := getattr(command, "commands", None)):
        if words[0] not in children:
            return f"{called}: there is no {words[0]!r}"
        command = children[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
    wrong = [w for w in words if re.fullmatch(r"--[a-z-]+", w) and w not in known]
    return f"{called}: there is no {wrong[0]}" if wrong else ""


def unknown_targets(text: str) -> list[str]:
    """`make` targets that the Makefile does not have."""
    there = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    lines = [line for kind, body in _FENCE.findall(text) if kind in SHELLS for line in body.splitlines()]
    called = [c.split()[1] for c in [*lines, *_CODE.findall(prose(text))] if c.startswith("make ")]
    return [target for target in called if target not in there]
