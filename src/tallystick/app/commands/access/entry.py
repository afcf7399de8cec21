"""`tally entry`: manual journal entries, prepared by one person and booked when another has approved."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.access.acting import Actor
    from tallystick.app.house import House
    from tallystick.messages.books.entries import ManualEntry
    from tallystick.security.proposals import Proposal

Number = Annotated[int, typer.Argument(metavar="ID", help="The entry's number, as `tally entry list` shows it.")]
Expires = Annotated[int, typer.Option(min=1, max=90, help="So long it may wait for a second person.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    entry = group(app, "entry")
    entry.command("accounts")(accounts)
    entry.command("list")(list_all)
    entry.command("propose")(propose)
    entry.command("reverse")(reverse)
    entry.command("show")(show)


def accounts(as_json: output.Json = False) -> None:
    """List the accounts that are open to manual entries; names in braces are yours to fill.

    Example: tally entry accounts
    """
    from tallystick.journal.chart import CHART, OPEN_TO_MANUAL_ENTRIES

    found = [a for a in CHART if a.address in OPEN_TO_MANUAL_ENTRIES]
    if as_json:
        output.json({"accounts": [{"address": a.address, "type": a.type, "means": a.means} for a in found]})
    else:
        output.table(("account", "type", "means"), [[a.address, a.type.value, a.means] for a in found])


def propose(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help="The entry, TOML or JSON.")],
    expires_days: Expires = 14,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Prepare a manual entry. It is booked when another person, whose limit is high enough, has approved it.

    Example: tally entry propose rent.toml --as mia
    """
    from tallystick.app.access.acting import actor_of
    from tallystick.app.access.entry_file import read_entry
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Proposal":
        actor = await actor_of(house, as_user)
        entry = read_entry(file, house.info.currency)
        return await _proposed(house, actor, entry, expires_days)

    _show(in_house(book, work), as_json=as_json)


def reverse(
    number: Number,
    because: Annotated[str, typer.Option(metavar="TEXT", help="Why it is taken back.")],
    day: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it takes effect; today without.")
    ] = None,
    expires_days: Expires = 14,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Prepare the reversal of a manual entry: its own lines, the other way round. It is approved like any entry.

    Example: tally entry reverse 1 --because "booked twice" --as mia
    """
    from tallystick.app.access.acting import actor_of
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house
    from tallystick.messages.books.entries import ManualEntry
    from tallystick.processes.approved import manual_entry_of
    from tallystick.storage.access.approvals import proposal

    on: date = day.date() if day else datetime.now(UTC).date()

    async def work(house: "House") -> "Proposal":
        actor = await actor_of(house, as_user)
        known = await proposal(actor.connection, number)
        if known is None:
            raise not_found(f"there is no entry {number}", "see `tally entry list`")
        entry = manual_entry_of(known)
        back = ManualEntry(entry.currency, on, because, entry.lines, number)
        return await _proposed(house, actor, back, expires_days)

    _show(in_house(book, work), as_json=as_json)


def list_all(
    limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 1000,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List manual entries and reversals, whatever state they are in.

    Example: tally entry list
    """
    from tallystick.app.commands.access.approve import as_object
    from tallystick.app.running import in_house
    from tallystick.processes.approved import MANUAL_ENTRY, manual_entry_of
    from tallystick.storage.access.approvals import proposals

    async def work(house: "House") -> "list[Proposal]":
        return await proposals(await house.connection(), frozenset(), limit)

    found = [p for p in in_house(book, work) if p.kind == MANUAL_ENTRY]
    if as_json:
        output.json({"entries": [as_object(p) for p in found]})
        return
    if not found:
        output.say("No manual entries. `tally entry propose FILE` prepares one.")
        return
    rows = []
    for p in found:
        entry = manual_entry_of(p)
        what = f"reverses {entry.reverses}: {entry.reason}" if entry.reverses else entry.reason
        rows.append([p.id, entry.effective_on, what, output.money(p.amount, p.currency), p.state.value])
    output.table(("id", "day", "reason", ">amount", "state"), rows)


def show(number: Number, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a manual entry in full: its lines, who prepared and who approved it, and the event it became.

    Example: tally entry show 1
    """
    from tallystick.app.commands.access.approve import show as show_proposal

    show_proposal(number, book, as_json)


async def _proposed(house: "House", actor: "Actor", entry: "ManualEntry", expires_days: int) -> "Proposal":
    from tallystick.processes.approved import propose_entry
    from tallystick.storage.access.approvals import Approvals

    desk = Approvals(actor.connection, house.names, house.keyring)
    return await desk.propose(actor.user(), propose_entry(entry, expires_days))


def _show(found: "Proposal", *, as_json: bool) -> None:
    from tallystick.app.commands.access.approve import as_object, describe

    if as_json:
        output.json(as_object(found))
        return
    describe(found)
    output.note(f"It waits for another person: `tally approve approve {found.id} --as NAME`.")
