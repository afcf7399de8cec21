"""`tally book breaks`: what did not fit although it was taken, by kind, one by one, and closed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import misused, not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.attention.breaks import BreakKind, FoundBreak, Wanted


def register(app: typer.Typer) -> None:
    """Add the commands."""
    breaks = typer.Typer(
        rich_markup_mode=None, help="What did not fit although it was taken: open breaks, and closing them."
    )
    breaks.callback(invoke_without_command=True)(summary)
    breaks.command("list")(list_all)
    breaks.command("close")(close)
    group(app, "book").add_typer(breaks, name="breaks")


def summary(context: typer.Context, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show the open breaks by kind, with the money at stake. `list` shows them one by one, `close` closes one.

    Example: tally book breaks
    """
    if context.invoked_subcommand is not None:
        return
    from tallystick.app.running import in_house
    from tallystick.storage.attention.breaks import break_kinds

    async def work(house: "House") -> "list[BreakKind]":
        return await break_kinds(await house.connection())

    found = in_house(book, work)
    if as_json:
        kinds = [{"kind": k.kind, "open": k.open, "at_stake": _stake(k), "commodity": k.commodity} for k in found]
        output.json({"open": sum(k.open for k in found), "kinds": kinds})
        return
    if not found:
        output.say("No breaks are open.")
        return
    output.table(("kind", "open", ">at stake"), [[k.kind, k.open, _stake(k)] for k in found])
    output.note("`tally book breaks list` shows each of them.")


def list_all(
    kind: Annotated[str, typer.Option(help="Only breaks of this kind.")] = "",
    subject: Annotated[str, typer.Option(help="Only breaks of this subject, such as order/W1.")] = "",
    closed: Annotated[bool, typer.Option("--all", help="Also closed ones.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 1000,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show breaks one by one.

    Example: tally book breaks list --kind shortage
    """
    from tallystick.app.running import in_house
    from tallystick.storage.attention.breaks import Wanted, breaks

    wanted = Wanted(kind, subject, closed, limit)

    async def work(house: "House") -> "list[FoundBreak]":
        return await breaks(await house.connection(), wanted)

    found = in_house(book, work)
    if as_json:
        output.json({"breaks": [_as_json(b) for b in found]})
    elif not found:
        output.say(f"No {'' if closed else 'open '}breaks{_such(wanted)}.")
    else:
        output.table(("break", "day", "kind", "what", ">at stake"), [_row(b) for b in found])


def close(
    name: Annotated[str, typer.Argument(metavar="EVENT.N", help="The break, as `list` shows it.")],
    closed_as: Annotated[str, typer.Option("--as", metavar="TEXT", help="What became of it.")],
    yes: output.Yes = False,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="USER", help="Who you are, where a book has users; else $TALLYSTICK_USER."),
    ] = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Close a break, saying what became of it. The book itself does not change.

    Example: tally book breaks close 1126.1 --as "found behind the shelf" --yes
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.running import in_house

    async def work(house: "House") -> "FoundBreak":
        if not yes:
            return await _close(house, name, closed_as, yes=False)
        async with acting(house, by, Doing("break.close", f"break/{name}", "breaks:close")):
            return await _close(house, name, closed_as, yes=True)

    found = in_house(book, work)
    if as_json:
        output.json({"break": found.name, "closed": yes, "closed_as": closed_as, "detail": found.detail})
    elif yes:
        output.say(f"Closed {found.name} as {closed_as!r}: {found.detail}.")
    else:
        output.say(f"Would close {found.name} as {closed_as!r}: {found.detail}.")
        output.note("Nothing was changed: say --yes to do it.")


async def _close(house: "House", name: str, closed_as: str, *, yes: bool) -> "FoundBreak":
    from tallystick.storage.attention.breaks import close_break, one_break

    event, _, n = name.partition(".")
    if not (event.isdigit() and n.isdigit()):
        raise misused(f"{name!r} is no break", "name it as `tally book breaks list` does, such as 1126.1")
    connection = await house.connection()
    found = await one_break(connection, int(event), int(n))
    if found is None:
        raise not_found(f"there is no break {name}", "see `tally book breaks list`")
    if found.closed_at is not None:
        raise misused(f"break {name} was closed as {found.closed_as!r} already", "see `tally book breaks list --all`")
    if yes:
        await close_break(connection, int(event), int(n), closed_as)
    return found


def _stake(found: "BreakKind | FoundBreak") -> str:
    from tallystick.storage.attention.breaks import BreakKind

    number = found.at_stake if isinstance(found, BreakKind) else found.amount
    return output.money(number, found.commodity) if found.commodity else output.NOTHING


def _row(b: "FoundBreak") -> list[Any]:
    detail = f"{b.detail} (closed: {b.closed_as})" if b.closed_at else b.detail
    return [b.name, b.on, b.kind, detail, _stake(b)]


def _as_json(b: "FoundBreak") -> dict[str, Any]:
    return {
        "break": b.name,
        "day": b.on,
        "kind": b.kind,
        "subject": b.subject,
        "detail": b.detail,
        "amount": output.amount(b.amount, b.commodity),
        "commodity": b.commodity,
        "closed_at": b.closed_at,
        "closed_as": b.closed_as,
    }


def _such(wanted: "Wanted") -> str:
    kind = f" of kind {wanted.kind}" if wanted.kind else ""
    return kind + (f" of {wanted.subject}" if wanted.subject else "")
