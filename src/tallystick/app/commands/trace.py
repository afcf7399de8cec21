"""`tally trace`: any number followed back to the messages it came from."""

from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tallystick.app.house import House
    from tallystick.storage.attention.subjects import SentCommand
    from tallystick.storage.reading.explaining.trace import Trace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("trace")(trace)


def trace(
    reference: Annotated[
        str,
        typer.Argument(metavar="ID", help="An event's number, source:id of a message, a correlation, or a subject."),
    ],
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Tell the full story behind a number. Every message, what it did in the book and why, and what it led to.

    Example: tally trace order/W1
    """

    async def find(house: "House") -> str:  # noqa: ARG001 - the order's number is looked up, a reference is not
        return reference

    follow(find, book, as_json=as_json)


def follow(find: "Callable[[House], Awaitable[str]]", book: str | None, *, as_json: bool) -> None:
    """Tell the story of the reference that *find* returns."""
    from tallystick.app.running import in_house
    from tallystick.app.telling import tell_trace

    async def work(house: "House") -> "tuple[Trace, list[SentCommand], str]":
        return (*await read_story(house, await find(house)), house.info.currency)

    found, sent, currency = in_house(book, work)
    if as_json:
        output.json(found)
        return
    output.say(", ".join(found.subjects), "bold")
    tell_trace(found, sent, currency)


async def read_story(house: "House", reference: str) -> "tuple[Trace, list[SentCommand]]":
    """Return the trace of *reference* and the commands its subjects sent."""
    from tallystick.storage.attention.subjects import commands_of
    from tallystick.storage.reading.explaining.trace import trace as read

    connection = await house.connection()
    found = await read(connection, reference)
    sent = [command for subject in found.subjects for command in await commands_of(connection, subject)]
    return found, sent
