"""`tally return ask|label|receive|inspect|refurbish|cancel`: what happens to a return, said at the desk."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from msgspec import Struct

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.app.house import House
    from tallystick.processes.family import Family

Order = Annotated[str, typer.Argument(metavar="ORDER", help="The order the goods left under.")]
Rma = Annotated[str, typer.Argument(metavar="RMA", help="The number of the return.")]
Items = Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="Such as LAMP=1.")]
Judged = Annotated[
    list[str],
    typer.Argument(metavar="PRODUCT=UNITS:VERDICT...", help="Such as LAMP=1:resell."),
]
Location = Annotated[str, typer.Option(help="The warehouse or shop the goods are at.")]
Name = Annotated[str, typer.Option(help="Its number: it is booked once.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    returns = group(app, "return")
    returns.command("ask")(ask)
    returns.command("label")(label)
    returns.command("receive")(receive)
    returns.command("inspect")(inspect)
    returns.command("refurbish")(refurbish)
    returns.command("cancel")(cancel)


def ask(
    order: Order,
    rma: Rma,
    items: Items,
    reason: Annotated[str, typer.Option(help="Why, in the words of the policy.")] = "",
    condition: Annotated[str, typer.Option(help="In which condition, in the words of the policy.")] = "",
    delivered: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day the customer got the goods.")
    ] = None,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Ask whether goods may come back: authorised, or refused with the reason named (exit code 1).

    Example: tally return ask W1 R1 LAMP=1 --reason "too small"
    """
    from tallystick.app.returning.typed import line_of, typed
    from tallystick.messages.returns import ReturnRequested
    from tallystick.messages.stock import HeldLine

    wanted = typed(items)

    def told(family: "Family") -> Struct:
        lines = tuple(HeldLine(line_of(family, x.sku), x.sku, x.units) for x in wanted)
        on = delivered.date() if delivered else None
        return ReturnRequested(order, rma, lines, reason, condition, on)

    say(Who(order, rma, "ask", (book, as_user), as_json), told)


def label(
    order: Order,
    rma: Rma,
    carrier: Annotated[str, typer.Option(help="Who carries the goods.")],
    tracking: Annotated[str, typer.Option(help="The number to follow them by.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that the customer has a label; the days to send the goods begin anew.

    Example: tally return label W1 R1 --carrier dhl --tracking JD014
    """
    from tallystick.messages.returning.reports import ReturnLabelled

    say(Who(order, rma, "label", (book, as_user), as_json), lambda _: ReturnLabelled(order, rma, carrier, tracking))


def receive(
    order: Order,
    rma: Rma,
    items: Items,
    location: Location,
    parcel: Name,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Take goods in. Under a policy they wait for inspection; without one they are refunded at once.

    Example: tally return receive W1 R1 LAMP=1 --location WH1 --parcel JD014
    """
    from tallystick.app.returning.typed import line_of, typed
    from tallystick.messages.returns import ReturnedLine, ReturnReceived

    came = typed(items)

    def told(family: "Family") -> Struct:
        lines = tuple(ReturnedLine(line_of(family, x.sku), x.sku, x.units, "sellable") for x in came)
        return ReturnReceived(order, rma, location, lines, parcel)

    say(Who(order, rma, "receive", (book, as_user), as_json), told)


def inspect(
    order: Order,
    rma: Rma,
    items: Judged,
    location: Location,
    inspection: Name,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say what goods are worth: resell, refurbish, scrap or supplier are credited; reject goes to the customer again.

    Example: tally return inspect W1 R1 LAMP=1:resell --location WH1 --inspection I1
    """
    from typing import get_args

    from tallystick.app.returning.typed import line_of, typed
    from tallystick.messages.returning.policies import Verdict
    from tallystick.messages.returning.reports import InspectedLine, ReturnInspected

    looked = typed(items, *get_args(Verdict))

    def told(family: "Family") -> Struct:
        lines = tuple(InspectedLine(line_of(family, x.sku), x.sku, x.units, x.verdict) for x in looked)  # type: ignore[arg-type]
        return ReturnInspected(order, rma, inspection, location, lines)

    say(Who(order, rma, "inspect", (book, as_user), as_json), told)


def refurbish(
    order: Order,
    rma: Rma,
    items: Judged,
    location: Location,
    work: Name,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say what became of units that were set aside: resell, or scrap.

    Example: tally return refurbish W1 R1 LAMP=1:resell --location WH1 --work K1
    """
    from tallystick.app.returning.typed import line_of, typed
    from tallystick.messages.returning.reports import RefurbishedLine, ReturnRefurbished

    done = typed(items, "resell", "scrap")

    def told(family: "Family") -> Struct:
        lines = tuple(RefurbishedLine(line_of(family, x.sku), x.sku, x.units, x.verdict) for x in done)  # type: ignore[arg-type]
        return ReturnRefurbished(order, rma, work, location, lines)

    say(Who(order, rma, "refurbish", (book, as_user), as_json), told)


def cancel(
    order: Order,
    rma: Rma,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that the customer keeps the goods; too late once they are here, or were refunded ahead.

    Example: tally return cancel W1 R1 --reason "fits after all"
    """
    from tallystick.messages.returning.reports import ReturnCancelled

    say(Who(order, rma, "cancel", (book, as_user), as_json), lambda _: ReturnCancelled(order, rma, reason))


class Who(NamedTuple):
    """Which return is spoken of, how, in which book and by whom, and how the answer is written."""

    order: str
    rma: str
    verb: str
    where: tuple[str | None, str | None]
    as_json: bool


def say(who: Who, told: "Callable[[Family], Struct]") -> None:
    """Report what *told* makes of the order as it stands, and tell the answer."""
    from tallystick.app.promising.reporting import report_made, tell
    from tallystick.app.returning.typed import order_family

    async def made(house: "House") -> Struct:
        return told(await order_family(house, who.order))

    doing = Doing(f"return.{who.verb}", f"order/{who.order}", "returns:write")
    answer = report_made(*who.where, doing, made)
    tell(answer, f"Return {who.rma} of {who.order}: {answer.outcome}, now {answer.state.lower()}.", as_json=who.as_json)
