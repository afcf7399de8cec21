"""A new connector in a checkout: the specimen copied under another name, and entered in the one list there is."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from msgspec import Struct

from tallystick.app.exits import misused, not_found

ROOMS: Final = ("src/tallystick/connectors", "tests/connectors")
LIST: Final = "src/tallystick/app/connectors.py"
NAME_OF_LIST: Final = "CONNECTORS"
SPECIMEN: Final = "specimen"
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Named(Struct, frozen=True):
    """A connector's name as it is typed, as a module, and as a class."""

    name: str

    @property
    def module(self) -> str:
        """`corner-shop` is `corner_shop`."""
        return self.name.replace("-", "_")

    @property
    def door(self) -> str:
        """`corner-shop` is `CornerShop`."""
        return "".join(part.capitalize() for part in self.name.split("-"))


def scaffolded(name: str, checkout: Path) -> list[Path]:
    """Make connector *name* in *checkout* and return the files that were made or changed, all generated pages included.

    Complains of a name that cannot be one or is taken, and of a folder that is no checkout, before anything is written.
    """
    named = _checked(name, checkout)
    made = [file for room in ROOMS for file in _copied(checkout / room, named)]
    listed = checkout / LIST
    listed.write_text(entered(listed.read_text("utf-8"), named), "utf-8")
    if find_spec(
        "ruff"
    ):  # A longer name breaks lines elsewhere; where the checkout's formatter is missing, CI says so.
        _in_checkout(checkout, "ruff", "format", "--quiet", *map(str, [*made, listed]))
    _in_checkout(checkout, "tallystick", "docs", "write")
    return [*made, listed, checkout / "docs/reference/connectors.md"]


def _checked(name: str, checkout: Path) -> Named:
    if not _NAME.fullmatch(name):
        raise misused(f"{name!r} cannot be a connector's name", "use small letters, digits and hyphens: corner-shop")
    if not (checkout / ROOMS[0] / SPECIMEN).is_dir() or not (checkout / LIST).is_file():
        raise not_found(f"{checkout} is no checkout of tallystick", "go to the folder that has src/ and tests/ in it")
    named = Named(name)
    taken = [room for room in ROOMS if (checkout / room / named.module).exists()]
    if taken:
        raise misused(f"{taken[0]}/{named.module} is there already", "take another name, or remove that folder")
    return named


def _copied(room: Path, named: Named) -> Iterator[Path]:
    for file in sorted((room / SPECIMEN).glob("*.py")):
        made = room / named.module / file.name
        made.parent.mkdir(exist_ok=True)
        made.write_text(renamed(file.read_text("utf-8"), named), "utf-8")
        yield made


def renamed(text: str, named: Named) -> str:
    """Return a file of the specimen under another name; a module's name has underscores where others have hyphens."""
    text = text.replace(f"connectors.{SPECIMEN}", f"connectors.{named.module}")
    text = text.replace(SPECIMEN.upper(), named.module.upper())
    text = text.replace(SPECIMEN.capitalize(), named.door).replace(SPECIMEN, named.name)
    return text.replace(" `tally connector new` copies this folder.", "").replace(
        "Never here: anything registered. ", ""
    )


def entered(text: str, named: Named) -> str:
    """Return the list of connectors with one more: its import in order, its name first."""
    tree = ast.parse(text)
    listed = [x.value for x in tree.body if isinstance(x, ast.AnnAssign) and ast.unparse(x.target) == NAME_OF_LIST]
    if len(listed) != 1 or not isinstance(listed[0], ast.Dict):
        raise not_found(f"{LIST} has no list {NAME_OF_LIST}", "add the connector to its list by hand")
    lines = text.splitlines()
    place, column = listed[0].lineno - 1, listed[0].col_offset + 1
    comma = ", " if listed[0].keys else ""
    lines[place] = f'{lines[place][:column]}"{named.name}": {named.door}{comma}{lines[place][column:]}'
    wanted = f"from tallystick.connectors.{named.module}.connector import {named.door}"
    imports = [n for n, line in enumerate(lines) if line.startswith("from tallystick.")]
    later = [n for n in imports if lines[n].split()[1] > wanted.split()[1]]
    lines.insert(later[0] if later else imports[-1] + 1, wanted)
    return "\n".join(lines) + "\n"


def _in_checkout(checkout: Path, *module: str) -> None:
    """Run a module of the checkout, not of the installation that runs this: it must see what was just written."""
    environment = {**os.environ, "PYTHONPATH": str(checkout / "src")}
    command = [sys.executable, "-m", *module]
    done = subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise not_found(f"the new connector cannot be read: {done.stderr.strip()}", "see that the checkout is whole")
