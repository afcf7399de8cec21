"""`tally master owners`: which system owns which field."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.reading.masters.records import Governing

STEWARD = "masters:steward"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    owners = group(group(app, "master"), "owners")
    owners.command("set")(set_owners)
    owners.command("show")(show)


def set_owners(
    file: Annotated[Path, typer.Argument(help="A document of owners, TOML or JSON; see docs/masters.md.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say which system owns which field, in place of what was said before. It counts at once for all there is.

    Example: tally master owners set owners.toml
    """
    from tallystick.app.access.doing import Doing
    from tallystick.app.masters.files import read_ownership
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.messages.stewardship.governing import OwnershipDeclared
    from tallystick.processes.members import OWNERSHIP_SUBJECT

    doing = Doing("master.owners", OWNERSHIP_SUBJECT, STEWARD)
    answer = report_in(book, as_user, doing, OwnershipDeclared(read_ownership(file)))
    tell(answer, f"The owners in {file} are version {(answer.detail or {}).get('version')}.", as_json=as_json)


def show(book: output.Book = None, as_json: output.Json = False) -> None:
    """Show which system owns which field.

    Example: tally master owners show
    """
    found = governing_of(book)
    if as_json:
        output.json({"version": found.ownership_version, "owners": found.ownership.owners})
        return
    output.say(f"Version {found.ownership_version}" if found.ownership_version else "Nobody declared any: the default")
    rows = [[x.kind, x.field, x.channel, x.owner] for x in found.ownership.owners]
    output.table(("kind", "field", "channel", "owner"), rows)


def governing_of(book: str | None) -> "Governing":
    """Return the documents in force."""
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Governing":
        from tallystick.storage.reading.masters.records import governing

        return await governing(await house.connection())

    return in_house(book, work)
