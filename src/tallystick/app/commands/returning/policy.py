"""`tally return policy set|show`: the policies of returns."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House


def register(app: typer.Typer) -> None:
    """Add the commands."""
    policy = group(group(app, "return"), "policy")
    policy.command("set")(set_policies)
    policy.command("show")(show)


def set_policies(
    file: Annotated[Path, typer.Argument(help="A file of policies, TOML or JSON; see docs/returns.md.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Put the policies of a file in force, in place of all others: at once, or from the moment it names.

    What was allowed before goes by what it was allowed by.

    Example: tally return policy set returns.toml
    """
    from tallystick.app.access.doing import Doing
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.app.returning.policies_file import read_policies
    from tallystick.processes.members import RETURN_POLICIES_SUBJECT

    doing = Doing("return.policy", RETURN_POLICIES_SUBJECT, "returns:govern")
    answer = report_in(book, as_user, doing, read_policies(file))
    detail = answer.detail or {}
    tell(answer, f"Policies of {file} are version {detail.get('version')}.", as_json=as_json)


def show(book: output.Book = None, as_json: output.Json = False) -> None:
    """Show the policies in force and those to come.

    Example: tally return policy show
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.processes.family import data_of
        from tallystick.processes.members import RETURN_POLICIES, RETURN_POLICIES_SUBJECT
        from tallystick.storage.attention.subjects import family_of

        family = await family_of(await house.connection(), RETURN_POLICIES_SUBJECT)
        return data_of(family, RETURN_POLICIES) if family else None

    found, now = in_house(book, work), datetime.now(UTC)
    versions = found.versions if found else ()
    if as_json:
        output.json({"versions": versions})
    elif not versions:
        output.say("No policies: every return is refunded when it is booked.")
    for v in () if as_json else versions:
        state = "in force" if v.effective_from <= now else "to come"
        output.heading(f"Version {v.version}, {state}, from {output.moment(v.effective_from)} UTC")
        for policy in v.policies:
            names = policy.__struct_fields__
            output.pairs([(n.replace("_", " "), _cell(getattr(policy, n))) for n in names])


def _cell(value: Any) -> str:
    return ", ".join(value) or "any" if isinstance(value, tuple) else "none" if value is None else str(value)
