"""`tally order why`, `source`, `ready`: where an order's goods come from and why, and what a clerk says of it."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from msgspec import Struct

    from tallystick.app.house import House
    from tallystick.messages.sourcing.decided import Candidate, OrderSourced

Order = Annotated[str, typer.Argument(metavar="ORDER", help="Its number.")]
BECAUSE: Final = {
    "chosen": "sends it",
    "beaten": "could send it, another goes first",
    "lacks": "has too little of it",
    "too_far": "is too far",
    "unknown_distance": "nobody knows how far it is",
    "closed": "is closed",
    "full": "has as many orders as it can do",
    "refused": "would not send it",
    "not_asked": "no rule came to it",
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    order = group(app, "order")
    order.command("why")(why)
    order.command("source")(source)
    order.command("ready")(ready)


def why(number: Order, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show each location that was looked at for an order, and why it won or lost: as it was decided, and is stored.

    Example: tally order why W1
    """
    from tallystick.app.exits import not_found
    from tallystick.app.running import in_house

    async def work(house: "House") -> "list[OrderSourced]":
        from tallystick.storage.reading.promising.sourcing import decided_of

        return await decided_of(await house.connection(), number if "/" in number else f"order/{number}")

    found = in_house(book, work)
    if not found:
        raise not_found(
            f"no location was ever sought for {number}", "orders that name their location have none to seek"
        )
    if as_json:
        output.json({"order": number, "decided": found})
        return
    for fact in found:
        _tell(fact)


def source(
    number: Order,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Source an order now that is parked because no location could send it.

    Example: tally order source W1 --reason "goods have come"
    """
    from tallystick.messages.sourcing.decided import SourcingRequested

    _report("source", "orders:write", SourcingRequested(number, reason), (book, as_user, as_json))


def ready(
    number: Order,
    location: Annotated[str, typer.Option(help="Where it lies, if several locations have a part of it.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that the goods of an order lie ready for the customer to fetch, who is told.

    Example: tally order ready W1
    """
    from tallystick.messages.sourcing.decided import CollectionReady

    _report("ready", "fulfilment:write", CollectionReady(number, location), (book, as_user, as_json))


def _report(verb: str, scope: str, data: "Struct", how: tuple[str | None, str | None, bool]) -> None:
    from tallystick.app.access.doing import Doing
    from tallystick.app.promising.reporting import report_in, tell

    book, as_user, as_json = how
    subject = f"order/{data.order}"  # type: ignore[attr-defined]
    answer = report_in(book, as_user, Doing(f"order.{verb}", subject, scope), data)
    tell(answer, f"{subject}: {answer.outcome}, {answer.state}", as_json=as_json)


def _tell(fact: "OrderSourced") -> None:
    what = ", ".join(f"{x.quantity} {x.sku}" for x in fact.sought.lines)
    run = "when it was placed" if fact.sought.run == "placing" else "when a location would not send it"
    output.heading(f"{what}, {run}, {output.moment(fact.at)} UTC")
    if not fact.version:
        output.say("No sourcing policy was in force.")
        return
    if not fact.routing:
        output.say(f"No routing of version {fact.version} is for this order.")
        return
    result = "; ".join(f"{x.location} sends {', '.join(f'{y.quantity} {y.sku}' for y in x.lines)}" for x in fact.parts)
    output.say(f"By version {fact.version}, {fact.routing}, {fact.rule}: {result or fact.action}")
    output.table(
        ("location", "verdict", "because", "rule", ">metres", "could promise", ">orders that day"),
        [[*_row(x)] for x in fact.candidates],
    )


def _row(x: "Candidate") -> list[Any]:
    metres = "" if x.metres is None else x.metres
    units = ", ".join(f"{n} {sku}" for sku, n in x.units.items())
    return [x.location, x.verdict, BECAUSE[x.verdict], x.rule, metres, units, x.day_orders or ""]
