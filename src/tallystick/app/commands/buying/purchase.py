"""`tally purchase order|cancel|advise|receive|send-back`: goods of suppliers, ordered and come."""

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

Purchase = Annotated[str, typer.Argument(metavar="PURCHASE", help="Its number.")]
Items = Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="Such as LAMP=10.")]
Priced = Annotated[
    list[str],
    typer.Argument(metavar="PRODUCT=UNITS@PRICE...", help="Price of one unit, net, in minor units: LAMP=10@400."),
]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day the goods are expected.")]
Document = Annotated[str, typer.Option(help="The number of the document; it is booked once.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    purchase = group(app, "purchase")
    purchase.command("order")(order)
    purchase.command("cancel")(cancel)
    purchase.command("advise")(advise)
    purchase.command("receive")(receive)
    purchase.command("send-back")(send_back)


def order(
    purchase: Purchase,
    items: Priced,
    supplier: Annotated[str, typer.Option(help="Of whom.")],
    location: Annotated[str, typer.Option(help="Where the goods will arrive.")],
    on: Day,
    jurisdiction: Annotated[str, typer.Option(help="Whose tax its invoices carry.")] = "none",
    matching: Annotated[str, typer.Option(help="three_way, invoice_first or two_way.")] = "three_way",
    revision: Annotated[int, typer.Option(min=1, help="A higher one replaces the order.")] = 1,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Order goods of a supplier. They count as incoming from now on.

    Example: tally purchase order P1 LAMP=10@400 --supplier acme --location WH1 --on 2026-12-01
    """
    from typing import get_args

    from tallystick.app.buying.typed import typed
    from tallystick.app.exits import misused
    from tallystick.messages.buying.reports import Matching, PurchaseLine, PurchasePlaced

    if matching not in get_args(Matching):
        raise misused(f"--matching {matching} is not known", f"say one of {', '.join(get_args(Matching))}")
    lines = tuple(
        PurchaseLine(n, x.sku, x.units, x.units * x.price) for n, x in enumerate(typed(items, priced=True), 1)
    )

    def told(currency: str, _: Any) -> Struct:
        return PurchasePlaced(
            purchase,
            supplier,
            location,
            currency,
            on.date(),
            lines,
            jurisdiction,
            matching,  # type: ignore[arg-type]
            revision=revision,
        )

    say(Who(purchase, "order", book, as_user, as_json), told)


def cancel(
    purchase: Purchase,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that what has not arrived is not expected any more.

    Example: tally purchase cancel P1 --reason "sold out"
    """
    from tallystick.messages.buying.reports import PurchaseCancelled

    say(Who(purchase, "cancel", book, as_user, as_json), lambda *_: PurchaseCancelled(purchase, reason))


def advise(
    purchase: Purchase,
    items: Items,
    asn: Annotated[str, typer.Option(help="The number of the supplier's notice.")],
    on: Day,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Take in a supplier's notice that goods are on their way: they are expected on their own day.

    Example: tally purchase advise P1 LAMP=6 --asn ASN-7 --on 2026-11-28
    """
    from tallystick.app.buying.typed import line_of, typed
    from tallystick.messages.buying.reports import AdvisedLine, ShipmentAdvised

    wanted = typed(items, priced=False)

    def told(_: str, data: Any) -> Struct:
        lines = tuple(AdvisedLine(line_of(data, x.sku), x.units) for x in wanted)
        return ShipmentAdvised(purchase, asn, on.date(), lines)

    say(Who(purchase, "advise", book, as_user, as_json), told)


def receive(
    purchase: Purchase,
    items: Items,
    receipt: Document,
    rejected: Annotated[list[str] | None, typer.Option(metavar="PRODUCT=UNITS", help="Turned away.")] = None,
    condition: Annotated[str, typer.Option(help="sellable, quarantine or damaged.")] = "sellable",
    asn: Annotated[str, typer.Option(help="The notice they came under.")] = "",
    final: Annotated[bool, typer.Option("--final", help="Nothing more is expected.")] = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Take goods in at the ordered price. A product that was not ordered is taken in too, and told.

    Example: tally purchase receive P1 LAMP=8 --receipt GR-1 --rejected LAMP=2
    """
    from typing import get_args

    from tallystick.app.buying.typed import line_of, typed
    from tallystick.app.exits import misused
    from tallystick.messages.buying.reports import Condition, PurchaseReceiptLine, PurchaseReceiptReported

    if condition not in get_args(Condition):
        raise misused(f"--condition {condition} is not known", f"say one of {', '.join(get_args(Condition))}")
    came, away = typed(items, priced=False), typed(rejected or [], priced=False)

    def told(currency: str, data: Any) -> Struct:
        lines = [PurchaseReceiptLine(line_of(data, x.sku), x.sku, x.units, condition) for x in came]  # type: ignore[arg-type]
        lines += [PurchaseReceiptLine(line_of(data, x.sku), x.sku, 0, rejected=x.units) for x in away]
        return PurchaseReceiptReported(purchase, receipt, currency, tuple(lines), asn, final)

    say(Who(purchase, "receive", book, as_user, as_json), told)


def send_back(
    purchase: Purchase,
    items: Items,
    consignment: Document,
    condition: Annotated[str, typer.Option(help="What they stood in: damaged, quarantine or sellable.")] = "damaged",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Return goods to their supplier; his credit note clears what was invoiced of them.

    Example: tally purchase send-back P1 LAMP=2 --consignment RTS-1
    """
    from typing import get_args

    from tallystick.app.buying.typed import line_of, typed
    from tallystick.app.exits import misused
    from tallystick.messages.buying.reports import Condition, GoodsSentBackReported, SentBackLine

    if condition not in get_args(Condition):
        raise misused(f"--condition {condition} is not known", f"say one of {', '.join(get_args(Condition))}")
    back = typed(items, priced=False)

    def told(currency: str, data: Any) -> Struct:
        lines = tuple(SentBackLine(line_of(data, x.sku), x.sku, x.units, condition) for x in back)  # type: ignore[arg-type]
        return GoodsSentBackReported(purchase, consignment, currency, lines)

    say(Who(purchase, "send-back", book, as_user, as_json), told)


class Who(NamedTuple):
    """Which purchase is spoken of, how, in which book, by whom, and how the answer is written."""

    purchase: str
    verb: str
    book: str | None
    as_user: str | None
    as_json: bool
    scope: str = "purchases:write"


def say(who: Who, told: "Callable[[str, Any], Struct]") -> None:
    """Report what *told* makes of the book's currency and the purchase as it stands, None for a new one; tell the answer."""
    from tallystick.app.buying.typed import purchase_family
    from tallystick.app.promising.reporting import report_made, tell
    from tallystick.processes.family import data_of

    async def made(house: "House") -> Struct:
        data = data_of(await purchase_family(house, who.purchase), "purchase") if who.verb != "order" else None
        return told(house.info.currency, data)

    doing = Doing(f"purchase.{who.verb}", f"purchase/{who.purchase}", who.scope)
    answer = report_made(who.book, who.as_user, doing, made)
    tell(
        answer, f"{who.purchase}: {answer.outcome.replace('_', ' ')}, now {answer.state.lower()}.", as_json=who.as_json
    )
