"""`tally connection test` and `pull`: a partner called now, while somebody looks."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.commands.connections.connection import MANAGE, Name
from tallystick.app.exits import Code, misused
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.connections.trying import Tried
    from tallystick.app.house import House


def register(app: typer.Typer) -> None:
    """Add the commands."""
    connection = group(app, "connection")
    connection.command("test")(try_it)
    connection.command("pull")(pull)


def try_it(name: Name, book: output.Book = None, as_json: output.Json = False) -> None:
    """Try a connection: its secrets are there, its door opens, and every kind that is pulled answers. Keeps nothing.

    Ends with exit code 1 when something does not work, and says what to do.

    Example: tally connection test web
    """
    from tallystick.app.connections.trying import try_out
    from tallystick.app.running import in_house

    async def inside(house: "House") -> "list[Tried]":
        return await try_out(house, name)

    found = in_house(book, inside)
    fails = [t for t in found if not t.ok]
    if as_json:
        output.json({"ok": not fails, "connection": name, "tried": found})
    else:
        for t in found:
            output.say(f"{'✓' if t.ok else '✗'} {t.what}  {t.detail}", "" if t.ok else "bold red")
    if fails:
        raise typer.Exit(Code.NOT_IN_ORDER)


def pull(
    name: Name,
    kind: Annotated[str | None, typer.Option(help="Only this kind, as `tally connection show` names it.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="CURSOR", help="From there on; without it, from where the last pull ended.")
    ] = None,
    as_user: output.As = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Pull now what happened at a partner. What came before is known and changes nothing, so it is safe to repeat.

    Example: tally connection pull web --kind OrderPlaced
    """
    from tallystick.app.access.acting import acting
    from tallystick.app.access.doing import Doing
    from tallystick.app.connections.trying import pull_now
    from tallystick.app.running import in_house

    if since is not None and kind is None:
        raise misused("a cursor belongs to one kind", "say which: --kind")

    async def inside(house: "House") -> Any:
        doing = Doing("connection.pull", f"connection/{name}", MANAGE)
        async with acting(house, as_user, doing):
            return await pull_now(house, name, (kind, since))

    found = in_house(book, inside)
    if as_json:
        output.json({"connection": name, "new": found.new, "failures": found.failures})
    else:
        output.say(f"{output.count(found.new, 'new delivery', 'new deliveries')} from {name}.")
        for failure in found.failures:
            output.note(failure, "red")
    if found.failures:
        raise typer.Exit(Code.NOT_IN_ORDER)
