"""`tally master state|load|align`: words of systems that no connector brings, and masters known from before."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.commands.masters.steward import Thing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallystick.app.house import House
    from tallystick.engine.answer import Answer
    from tallystick.messages.stewardship.records import MasterStated, StatedField

SCOPE = "inbox:write"
System = Annotated[str, typer.Option(help="Who says so: the system's name, such as pim.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    master = group(app, "master")
    master.command("state")(state)
    master.command("load")(load)
    master.command("align")(align)


def state(
    about: Thing,
    fields: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE...", help="An empty value: there is none.")],
    system: System,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say in a system's name what a thing is. Fields that are not named stay as that system said them last.

    Example: tally master state product/LAMP title="Lamp, brass" --system pim
    """
    from tallystick.app.masters.desk import thing, words

    kind, code = thing(about)
    now = datetime.now(UTC)
    answers = _taken((book, as_user), f"master/{kind}/{code}", words(system, kind, [(code, _fields(fields))], now), now)
    if as_json:
        output.json({"outcome": answers[0].outcome, "state": answers[0].state})
    else:
        output.say(f"{about}: {answers[0].outcome}")


def load(
    file: Annotated[Path, typer.Argument(help="CSV with a column `code` and a column for each field.")],
    system: System,
    kind: Annotated[str, typer.Option(help="What the lines describe.")] = "product",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Load a table of words in a system's name: enrichment of products, or any other kind. Loaded again, it adds nothing.

    Example: tally master load titles.csv --system pim
    """
    from tallystick.app.masters.desk import thing, words
    from tallystick.app.masters.files import read_table

    thing(f"{kind}/x")
    now = datetime.now(UTC)
    answers = _taken((book, as_user), f"master/{kind}", words(system, kind, read_table(file, kind), now), now)
    new = sum(a.outcome not in {"unchanged", "older"} for a in answers)
    if as_json:
        output.json({"read": len(answers), "new": new})
    else:
        output.say(f"{output.count(len(answers), 'line')} read, {new} of them say something new.")


def align(book: output.Book = None, as_user: output.As = None, as_json: output.Json = False) -> None:
    """State masters that were taken in before there were records. Done again, it adds nothing.

    Example: tally master align
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.masters.desk import align as align_now
    from tallystick.app.running import in_house

    async def work(house: "House") -> int:
        async with acting(house, as_user, Doing("master.align", "masters", SCOPE)):
            return await align_now(house, datetime.now(UTC))

    new = in_house(book, work)
    if as_json:
        output.json({"new": new})
    else:
        output.say(f"{output.count(new, 'word')} of systems were new to the records.")


def _fields(texts: list[str]) -> "tuple[StatedField, ...]":
    from tallystick.app.exits import misused
    from tallystick.messages.stewardship.records import StatedField

    found = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise misused(f"{text} is no field with a value", "write FIELD=VALUE")
        found.append(StatedField(name, value.strip()))
    return tuple(found)


def _taken(
    where: tuple[str | None, str | None], subject: str, told: "Sequence[MasterStated]", at: datetime
) -> "list[Answer]":
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.masters.desk import take
    from tallystick.app.running import in_house

    book, as_user = where

    async def work(house: "House") -> "list[Answer]":
        async with acting(house, as_user, Doing("master.state", subject, SCOPE)):
            return await take(house, told, at)

    return in_house(book, work)
