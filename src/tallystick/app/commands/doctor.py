"""`tally doctor`: whether everything is in order, and what to do where it is not."""

from typing import TYPE_CHECKING

import typer

from tallystick.app import output
from tallystick.app.exits import Code

if TYPE_CHECKING:
    from tallystick.app.checkup import Finding

_SIGNS = {"ok": ("✓", ""), "warn": ("!", "yellow"), "bad": ("✗", "bold red")}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(as_json: output.Json = False) -> None:
    """Look whether everything is in order. That is the machine, the data folder, the key, the database, and every book.

    Every line that is not in order says what to do. Ends with exit code 1 when something is bad; a warning is no
    failure.

    Example: tally doctor
    """
    from tallystick.app.checkup import Grade, check_up
    from tallystick.app.settings import read_settings

    found = check_up(read_settings())
    bad = [f for f in found if f.grade is Grade.BAD]
    if as_json:
        output.json({"ok": not bad, "findings": found})
    else:
        _show(found)
    if bad:
        raise typer.Exit(Code.NOT_IN_ORDER)


def _show(found: "list[Finding]") -> None:
    width = max(len(f.name) for f in found)
    before = ""
    for f in found:
        sign, style = _SIGNS[f.grade]
        name = "" if f.name == before else f.name
        output.say(f"{sign} {name:<{width}}  {f.detail}", style)
        if f.remedy:
            output.say(f"  {'':<{width}}  → {f.remedy}", style)
        before = f.name
