"""`tally identity`: what a partner calls a thing, and what we call it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.commands.connections.connection import MANAGE
from tallystick.app.exits import not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tallystick.app.access.acting import Actor
    from tallystick.app.access.doing import Doing
    from tallystick.app.house import House

LINKS_SHOWN_MAX = 1000
Connection = Annotated[str, typer.Argument(metavar="CONNECTION", help="The connection whose ids these are.")]
Kind = Annotated[str, typer.Argument(metavar="KIND", help="What it is, such as product or order.")]
Theirs = Annotated[str, typer.Argument(metavar="THEIRS", help="What they call it.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    identity = group(app, "identity")
    identity.command("list")(list_all)
    identity.command("link")(link)
    identity.command("unlink")(unlink)


def list_all(
    connection: Annotated[str, typer.Option(help="Only this connection's.")] = "",
    kind: Annotated[str, typer.Option(help="Only this kind.")] = "",
    ended: Annotated[bool, typer.Option("--ended", help="Also links that no longer hold, and who ended them.")] = False,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """List who is who: fed by acknowledgements and masters, or said by a person.

    Example: tally identity list --connection web --kind product
    """
    from tallystick.app.running import in_house
    from tallystick.storage.connections.identity import IdentityBook

    async def inside(house: "House") -> Any:
        links = IdentityBook(await house.connection())
        return await links.links(connection, kind, ended=ended, limit=LINKS_SHOWN_MAX)

    found = in_house(book, inside)
    if as_json:
        output.json({"links": found})
        return
    rows = [(x.connection, x.kind, x.foreign_id, x.our_id, x.linked_by, x.linked_at, x.ended_by or "") for x in found]
    output.table(("connection", "kind", "theirs", "ours", "said by", "since", "ended by"), rows)


def link(
    connection: Connection,
    kind: Kind,
    theirs: Theirs,
    ours: Annotated[str, typer.Argument(metavar="OURS", help="What we call it.")],
    as_user: output.As = None,
    book: output.Book = None,
) -> None:
    """Say that two ids mean the same. Each has one partner at most; then `tally dead retry` what waited for it.

    Example: tally identity link web product 4711 LAMP
    """
    from tallystick.app.access.doing import Doing
    from tallystick.ports.identities import Link
    from tallystick.storage.connections.identity import IdentityBook

    async def work(actor: "Actor", number: int) -> None:
        await IdentityBook(actor.connection).link(number, Link(kind, theirs, ours), actor.name)

    _acting((book, as_user), Doing("identity.link", f"identity/{connection}/{kind}/{theirs}", MANAGE), connection, work)
    output.say(f"{connection}'s {kind} {theirs} is {ours}.")


def unlink(
    connection: Connection,
    kind: Kind,
    theirs: Theirs,
    as_user: output.As = None,
    book: output.Book = None,
) -> None:
    """End a link. It stays in the history; what comes under that id waits until somebody says who it is.

    Example: tally identity unlink web product 4711
    """
    from tallystick.app.access.doing import Doing
    from tallystick.storage.connections.identity import IdentityBook

    async def work(actor: "Actor", number: int) -> None:
        if not await IdentityBook(actor.connection).unlink(number, kind, theirs, actor.name):
            raise not_found(f"{connection}'s {kind} {theirs} is linked to nothing", "see `tally identity list`")

    _acting(
        (book, as_user), Doing("identity.unlink", f"identity/{connection}/{kind}/{theirs}", MANAGE), connection, work
    )
    output.say(f"{connection}'s {kind} {theirs} is linked to nothing any more.")


def _acting(
    where: tuple[str | None, str | None],
    doing: "Doing",
    connection: str,
    work: "Callable[[Actor, int], Awaitable[None]]",
) -> None:
    from tallystick.app.access.acting import acting
    from tallystick.app.running import in_house
    from tallystick.storage.connections.register import Register

    book, named = where

    async def inside(house: "House") -> None:
        async with acting(house, named, doing) as actor:
            known = await Register(actor.connection, house.names, house.keyring).named(connection)
            await work(actor, known.id)

    in_house(book, inside)
