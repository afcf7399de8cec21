"""`tally order cancel`, `refund`, `capture`, `void`: what a clerk or the treasury changes of an order on its way."""

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.engine.answer import Answer

Order = Annotated[str, typer.Argument(metavar="ORDER", help="Its number.")]
Reason = Annotated[str, typer.Option(help="Why.")]
Minor = Annotated[
    int, typer.Argument(metavar="AMOUNT", min=1, help="Minor units of the order's currency, tax included.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    order = group(app, "order")
    order.command("cancel")(cancel)
    order.command("refund")(refund)
    order.command("capture")(capture)
    order.command("void")(void)


def cancel(
    number: Order,
    line: Annotated[int, typer.Option(min=0, help="Only this line, counted from 1.")] = 0,
    units: Annotated[int, typer.Option(min=0, help="Only so many units of the line.")] = 0,
    reason: Reason = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Cancel an order, one of its lines, or some units of a line. What was released is asked back from its location.

    Exit code 1 when it is too late: what has left can only be returned.

    Example: tally order cancel W1 --line 2 --units 1 --reason "one too many"
    """
    from tallystick.app.exits import misused
    from tallystick.messages.sales import OrderCancellationRequested, OrderLineCancellationRequested

    if units and not line:
        raise misused("units of which line?", "name it: --line 1 --units 2")
    whole = OrderCancellationRequested(number, reason)
    part = OrderLineCancellationRequested(number, line, units, reason)
    _ask(("cancel", "orders:write", part if line else whole), (book, as_user), as_json=as_json)


def refund(
    number: Order,
    amount: Minor,
    reason: Reason = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Give money back though no goods come back: the price of what has left is lowered, line by line.

    Exit code 1 when it is more than what left, and stayed, was sold for; the answer says how much it may be.

    Example: tally order refund W1 250 --reason "a scratch"
    """
    from tallystick.messages.sales import RefundRequested

    _ask(("refund", "payments:write", RefundRequested(number, amount, reason)), (book, as_user), as_json=as_json)


def capture(
    number: Order,
    amount: Annotated[int, typer.Option(min=0, help="Minor units; without it, all that is held.")] = 0,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Have the provider take money that is held now, before goods leave: a deposit, a made-to-order product.

    Example: tally order capture W1 --amount 1000
    """
    from tallystick.messages.payments import CaptureRequested

    _ask(("capture", "payments:write", CaptureRequested(number, amount)), (book, as_user), as_json=as_json)


def void(
    number: Order,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Have the provider let go of money that is held and not taken; the order it was for ends.

    Example: tally order void W1
    """
    from tallystick.messages.payments import VoidRequested

    _ask(("void", "payments:write", VoidRequested(number)), (book, as_user), as_json=as_json)


def _ask(what: tuple[str, str, Struct], who: tuple[str | None, str | None], *, as_json: bool) -> None:
    """Report *what* (verb, scope, message) on an order in the name of *who* (book, user), and tell the answer."""
    from tallystick.app.promising.reporting import report_in, tell

    verb, scope, data = what
    book, as_user = who
    number = data.order  # type: ignore[attr-defined]
    answer = report_in(book, as_user, Doing(f"order.{verb}", f"order/{number}", scope), data)
    tell(answer, _sentence(number, answer), as_json=as_json)


def _sentence(number: str, answer: "Answer") -> str:
    return f"{number}: {answer.outcome.replace('_', ' ')}, now {answer.state.lower()}."
