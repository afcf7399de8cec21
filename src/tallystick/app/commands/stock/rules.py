"""`tally stock rules`: the rules of what may be promised."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.groups import group

SECONDS_IN_HOUR: Final = 3600

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.decisions.rulebook import Rulebook


def register(app: typer.Typer) -> None:
    """Add the commands."""
    rules = group(group(app, "stock"), "rules")
    rules.command("set")(set_rules)
    rules.command("show")(show)


def set_rules(
    file: Annotated[Path, typer.Argument(help="A file of rules, TOML or JSON; see docs/availability.md.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Put the rules of a file in force, in place of all others: at once, or from the moment it names.

    Promises already made stay made.

    Example: tally stock rules set rules.toml
    """
    from tallystick.app.access.doing import Doing
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.app.promising.rules_file import read_rules
    from tallystick.processes.members import RULES_SUBJECT

    doing = Doing("stock.rules", RULES_SUBJECT, "availability:write")
    answer = report_in(book, as_user, doing, read_rules(file))
    detail = answer.detail or {}
    tell(answer, f"Rules of {file} are version {detail.get('version')}.", as_json=as_json)


def show(
    every: Annotated[bool, typer.Option("--all", help="All versions that were ever in force, too.")] = False,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show the rules in force and those to come.

    Example: tally stock rules show
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Rulebook":
        from tallystick.storage.reading.promising.rules import rulebook

        return await rulebook(await house.connection())

    found, now = in_house(book, work), datetime.now(UTC)
    in_force = found.at(now).version
    told = [v for v in found.versions if every or v.version == in_force or v.effective_from > now]
    if as_json:
        output.json({"in_force": in_force, "versions": told})
    elif not told:
        output.say("No rules: all that is sellable may be promised.")
    for v in () if as_json else told:
        state = "in force" if v.version == in_force else "to come" if v.effective_from > now else "past"
        output.heading(f"Version {v.version}, {state}, from {output.moment(v.effective_from)} UTC")
        _tables(v.rules)


def _tables(rules: Any) -> None:
    for name in rules.__struct_fields__:
        found = getattr(rules, name)
        if found:
            output.say(name, "dim")
            fields = found[0].__struct_fields__
            output.table(fields, [[_cell(getattr(x, f)) for f in fields] for x in found])


def _cell(value: Any) -> Any:
    from tallystick.messages.policy.deadlines import OffsetShift, OpenHours

    if isinstance(value, tuple):
        return ", ".join(_cell(x) for x in value)
    if isinstance(value, OpenHours):
        return f"{' '.join(value.days)} {value.opens} to {value.closes}"
    if isinstance(value, OffsetShift):
        return f"{output.moment(value.since)} UTC{value.seconds / SECONDS_IN_HOUR:+g} h"
    return f"{value}" if isinstance(value, date) else value
