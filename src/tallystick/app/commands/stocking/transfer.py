"""`tally transfer …`: goods from one location to another."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from msgspec import Struct

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Callable

    from tallystick.app.house import House

Transfer = Annotated[str, typer.Argument(metavar="TRANSFER", help="Its number.")]
Items = Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="Such as LAMP=10.")]
MaybeItems = Annotated[list[str] | None, typer.Argument(metavar="[PRODUCT=UNITS...]", help="Such as LAMP=10.")]
Document = Annotated[str, typer.Option(help="The number of the document; it is booked once.")]
Final = Annotated[bool, typer.Option("--final", help="Nothing more follows.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    transfer = group(app, "transfer")
    transfer.command("request")(request)
    transfer.command("release")(release)
    transfer.command("cancel")(cancel)
    transfer.command("dispatch")(dispatch)
    transfer.command("receive")(receive)
    transfer.command("lose")(lose)
    transfer.command("close")(close)


def request(
    transfer: Transfer,
    items: Items,
    source: Annotated[str, typer.Option("--from", help="Where the goods are.")],
    target: Annotated[str, typer.Option("--to", help="Where they are wanted.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day they are wanted.")],
    bears: Annotated[
        str, typer.Option(help="Whose loss it is when something does not arrive: source or target.")
    ] = "source",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Ask for goods of another location. Nothing is held before it is released.

    Example: tally transfer request T1 LAMP=6 --from WH1 --to S1 --on 2026-12-01
    """
    from tallystick.app.exits import misused
    from tallystick.app.stocking.typed import units_of
    from tallystick.messages.stocking.transfers import TransferLine, TransferRequested

    if bears not in {"source", "target"}:
        raise misused(f"{bears} bears nothing", "say --bears source or --bears target")
    lines = tuple(TransferLine(n, sku, units) for n, (sku, units) in enumerate(units_of(items), 1))

    def told(currency: str, _: Any) -> Struct:
        return TransferRequested(transfer, source, target, currency, on.date(), lines, bears)  # type: ignore[arg-type]

    say(Who(transfer, "request", book, as_user, as_json), told)


def release(
    transfer: Transfer,
    partial: Annotated[bool, typer.Option("--partial", help="Send what there is, and want no more.")] = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Reserve the goods and tell their location to send them; without enough of them, nothing happens (exit code 1).

    Example: tally transfer release T1
    """
    from tallystick.messages.stocking.transfers import TransferReleased

    say(Who(transfer, "release", book, as_user, as_json), lambda *_: TransferReleased(transfer, partial))


def cancel(
    transfer: Transfer,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Do not send what has not left yet.

    Example: tally transfer cancel T1 --reason "not needed"
    """
    from tallystick.messages.stocking.transfers import TransferCancelled

    say(Who(transfer, "cancel", book, as_user, as_json), lambda *_: TransferCancelled(transfer, reason))


def dispatch(
    transfer: Transfer,
    document: Document,
    items: MaybeItems = None,
    final: Final = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that goods have left. What nobody held leaves all the same.

    Example: tally transfer dispatch T1 LAMP=6 --document D1
    """
    from tallystick.app.stocking.typed import units_of
    from tallystick.messages.stocking.transfers import TransferDispatchReported, TransferLine

    wanted = units_of(items or [])

    def told(currency: str, data: Any) -> Struct:
        lines = tuple(TransferLine(_line_of(data, sku, n), sku, units) for n, (sku, units) in enumerate(wanted, 1))
        return TransferDispatchReported(transfer, document, currency, lines, final)

    say(Who(transfer, "dispatch", book, as_user, as_json), told)


def receive(
    transfer: Transfer,
    document: Document,
    items: MaybeItems = None,
    condition: Annotated[str, typer.Option(help="sellable, quarantine, damaged or refurbish.")] = "sellable",
    final: Final = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Take goods in. After a --final one what is missing is told.

    Example: tally transfer receive T1 LAMP=6 --document R1
    """
    from tallystick.app.stocking.typed import units_of
    from tallystick.messages.stocking.transfers import ArrivedLine, TransferReceiptReported

    came, known = units_of(items or []), state_named(condition)

    def told(currency: str, data: Any) -> Struct:
        lines = tuple(ArrivedLine(_line_of(data, sku, n), sku, units, known) for n, (sku, units) in enumerate(came, 1))
        return TransferReceiptReported(transfer, document, currency, lines, final)

    say(Who(transfer, "receive", book, as_user, as_json), told)


def lose(
    transfer: Transfer,
    items: Items,
    document: Document,
    reason: Annotated[str, typer.Option(help="transit_loss, transit_damage or theft.")] = "transit_loss",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Give up goods on their way: whoever bears it writes them down.

    Example: tally transfer lose T1 LAMP=1 --document L1 --reason transit_damage
    """
    from tallystick.app.stocking.typed import units_of
    from tallystick.messages.stocking.transfers import TransferLine, TransferLossReported

    gone = units_of(items)

    def told(currency: str, data: Any) -> Struct:
        lines = tuple(TransferLine(_line_of(data, sku, n), sku, units) for n, (sku, units) in enumerate(gone, 1))
        return TransferLossReported(transfer, document, currency, reason, lines)

    say(Who(transfer, "lose", book, as_user, as_json), told)


def close(
    transfer: Transfer,
    reason: Annotated[str, typer.Option(help="transit_loss, transit_damage or theft.")] = "transit_loss",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Wait no longer: what is still on its way is lost.

    Example: tally transfer close T1 --reason transit_loss
    """
    from tallystick.messages.stocking.transfers import TransferClosed

    say(Who(transfer, "close", book, as_user, as_json), lambda currency, _: TransferClosed(transfer, currency, reason))


class Who(NamedTuple):
    """Which transfer is spoken of, how, in which book, by whom, and how the answer is written."""

    transfer: str
    verb: str
    book: str | None
    as_user: str | None
    as_json: bool


def say(who: Who, told: "Callable[[str, Any], Struct]") -> None:
    """Report what *told* makes of the book's currency and the transfer as it stands, None for a new one; tell the answer."""
    from tallystick.app.promising.reporting import report_made, tell
    from tallystick.app.stocking.typed import data_named
    from tallystick.processes.members import TRANSFER

    subject = f"transfer/{who.transfer}"

    async def made(house: "House") -> Struct:
        data = await data_named(house, subject, TRANSFER) if who.verb != "request" else None
        return told(house.info.currency, data)

    doing = Doing(f"transfer.{who.verb}", subject, "transfers:write")
    answer = report_made(who.book, who.as_user, doing, made)
    text = f"{who.transfer}: {answer.outcome.replace('_', ' ')}, now {answer.state.lower().replace('_', ' ')}."
    tell(answer, text, as_json=who.as_json)


def state_named(text: str) -> Any:
    """Return a state goods stand in; raise `Complaint` where it is none."""
    from typing import get_args

    from tallystick.app.exits import misused
    from tallystick.messages.stocking.corrections import StockState

    if text not in get_args(StockState):
        raise misused(f"{text!r} is no state", f"say one of {', '.join(get_args(StockState))}")
    return text


def _line_of(data: Any, sku: str, otherwise: int) -> int:
    """Return the line of a transfer that is for *sku*; numbers of their own beyond its lines where none is."""
    known = next((x.line for x in data.lines if x.sku == sku), 0)
    return known or max((x.line for x in data.lines), default=0) + otherwise
