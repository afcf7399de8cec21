"""`tally screen list|accept|reject`: orders that are held until somebody has judged them."""

from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tallystick.app.house import House
    from tallystick.messages.partners.screening import Ruling
    from tallystick.storage.partners.held import HeldOrder

Order = Annotated[str, typer.Argument(metavar="ORDER", help="Its number.")]
Reason = Annotated[str, typer.Option(help="Why; it names no person.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    screen = group(app, "screen")
    screen.command("list")(list_held)
    screen.command("accept")(accept)
    screen.command("reject")(reject)


def list_held(book: output.Book = None, as_json: output.Json = False) -> None:
    """List the orders that are held: first those a person must look at, then those that have not been judged yet.

    Example: tally screen list
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "Sequence[HeldOrder]":
        from tallystick.storage.partners.held import held_orders

        return await held_orders(await house.connection())

    found = in_house(book, work)
    if as_json:
        output.json({"held": [msgspec.to_builtins(x) for x in found]})
    elif not found:
        output.say("No order is held.")
    else:
        columns = ("order", "is", "channel", "worth", "score", "by", "because", "silence decides")
        output.table(columns, [_row(x) for x in found])


def accept(
    order: Order,
    reason: Reason = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Let a held order go.

    Example: tally screen accept W7 --reason "called back"
    """
    _rule((order, "accept", reason), (book, as_user), as_json=as_json)


def reject(
    order: Order,
    reason: Reason = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Refuse a held order: its goods are free again, its money is let go of or paid back, its channel is told.

    Example: tally screen reject W7 --reason "card reported stolen"
    """
    _rule((order, "reject", reason), (book, as_user), as_json=as_json)


def _rule(said: "tuple[str, Ruling, str]", who: tuple[str | None, str | None], *, as_json: bool) -> None:
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.messages.partners.screening import ScreeningRuled

    order, ruling, reason = said
    doing = Doing(f"screen.{ruling}", f"order/{order}", "screenings:decide")
    answer = report_in(*who, doing, ScreeningRuled(order, ruling, reason))
    sentences = {"too_late": "it has been decided", "ignored": "it is not held: see `tally screen list`"}
    tell(answer, f"{order}: {sentences.get(answer.outcome, answer.outcome)}.", as_json=as_json)


def _row(x: "HeldOrder") -> list[object]:
    worth = output.amount(x.amount, x.currency)
    return [x.order, x.state.lower(), x.channel, worth, x.score, x.by, ", ".join(x.reasons), x.due or "a person"]
