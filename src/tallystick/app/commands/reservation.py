"""`tally reservation`: units held for an order that may follow under the same number."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.exits import not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House

Order = Annotated[str, typer.Argument(metavar="ORDER", help="The number of the order it is held for.")]
By = tuple[str | None, str | None]
"""The book, and who acts."""
Name = Annotated[str, typer.Option(help="Its name, where the order has several.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    reservation = group(app, "reservation")
    reservation.command("place")(place)
    reservation.command("confirm")(confirm)
    reservation.command("extend")(extend)
    reservation.command("transfer")(transfer)
    reservation.command("release")(release)
    reservation.command("show")(show)


def place(
    order: Order,
    items: Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="What to hold, such as LAMP=2.")],
    channel: Annotated[str, typer.Option(help="The sales channel it is for.")],
    location: Annotated[str, typer.Option(help="Where the units stand.")],
    seconds: Annotated[int, typer.Option(min=1, max=604800, help="For how long.")] = 900,
    partial: Annotated[bool, typer.Option("--partial", help="Hold what is there, if it is less.")] = False,
    name: Name = "1",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Hold units for a while: all of them or none, unless --partial. Exit code 1 where nothing is held.

    Example: tally reservation place W7 LAMP=2 SHADE=1 --channel web --location WH1 --seconds 600
    """
    from tallystick.app.promising.reporting import wanted
    from tallystick.messages.reservations import ReservationRequested, WantedLine

    lines = tuple(WantedLine(n, sku, units) for n, (sku, units) in enumerate(wanted(items), 1))
    _say(
        order,
        ReservationRequested(order, name, channel, location, lines, seconds, partial),
        (book, as_user),
        as_json=as_json,
    )


def confirm(
    order: Order, name: Name = "1", book: output.Book = None, as_user: output.As = None, as_json: output.Json = False
) -> None:
    """Make a reservation firm: it no longer expires.

    Example: tally reservation confirm W7
    """
    from tallystick.messages.reservations import ReservationConfirmed

    _say(order, ReservationConfirmed(order, name), (book, as_user), as_json=as_json)


def extend(
    order: Order,
    seconds: Annotated[int, typer.Option(min=1, max=604800, help="For how long from now.")] = 900,
    name: Name = "1",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Hold for longer.

    Example: tally reservation extend W7 --seconds 600
    """
    from tallystick.messages.reservations import ReservationExtended

    _say(order, ReservationExtended(order, name, seconds), (book, as_user), as_json=as_json)


def transfer(
    order: Order,
    channel: Annotated[str, typer.Option(help="Hold it for this channel.")] = "",
    location: Annotated[str, typer.Option(help="Hold it here.")] = "",
    name: Name = "1",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Hold the same units at another location or for another channel; where that cannot be, all stays as it is.

    Example: tally reservation transfer W7 --location WH2
    """
    from tallystick.messages.reservations import ReservationTransferRequested

    _say(order, ReservationTransferRequested(order, name, channel, location), (book, as_user), as_json=as_json)


def release(
    order: Order,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    name: Name = "1",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Let the units go.

    Example: tally reservation release W7
    """
    from tallystick.messages.reservations import ReservationReleased

    _say(order, ReservationReleased(order, name, reason), (book, as_user), as_json=as_json)


def show(order: Order, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show the reservations of an order: what is held, where, and until when.

    Example: tally reservation show W7
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> list[dict[str, Any]]:
        return await _standing(house, f"order/{order}")

    found = in_house(book, work)
    if not found:
        raise not_found(f"no reservation is known for {order}", "check the number; `tally order show` shows an order")
    if as_json:
        output.json({"order": order, "reservations": found})
        return
    for one in found:
        until = f" until {output.moment(one['expires_at'])} UTC" if one["expires_at"] else ""
        output.say(f"{order}, reservation {one['name']}: {one['state'].lower()}{until}", "bold")
        output.say(f"for {one['channel']} at {one['location']}")
        if one["lines"]:
            rows = [[x.line, x.sku, x.held, x.owed, x.fenced] for x in one["lines"]]
            output.table(("line", "product", "held", "owed", "from its fence"), rows)


async def _standing(house: "House", subject: str) -> list[dict[str, Any]]:
    from tallystick.processes.family import data_of
    from tallystick.storage.attention.subjects import deadlines_of, family_of

    connection = await house.connection()
    family = await family_of(connection, subject)
    due = dict(await deadlines_of(connection, subject, family))
    return [
        {
            "name": name.partition("/")[2],
            "state": member.state,
            "channel": data.channel,
            "location": data.location,
            "lines": data.lines,
            "expires_at": due.get(name),
        }
        for name, member in list(family.items())
        if name.startswith("reservation/") and (data := data_of(family, name)) is not None
    ]


def _say(order: str, said: Any, by: By, *, as_json: bool) -> None:
    from tallystick.app.access.doing import Doing
    from tallystick.app.promising.reporting import report_in, tell

    doing = Doing("reservation", f"order/{order}", "reservations:write")
    answer = report_in(*by, doing, said)
    tell(answer, f"{order}: {answer.outcome}, {answer.state.lower()}.", as_json=as_json)
