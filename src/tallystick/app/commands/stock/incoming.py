"""`tally stock incoming`: goods announced, and what is still expected of them."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House

Inbound = Annotated[str, typer.Argument(metavar="NAME", help="The announcement: an ASN or purchase order number.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    incoming = group(group(app, "stock"), "incoming")
    incoming.command("show")(show)
    incoming.command("announce")(announce)
    incoming.command("cancel")(cancel)


def show(
    sku: Annotated[str, typer.Argument(help="A product; without one, all of them.")] = "",
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show what is expected, by product, location and day; what is overdue counts for no promise.

    Example: tally stock incoming show
    """
    from tallystick.app.promising.reporting import product
    from tallystick.app.running import in_house

    async def work(house: "House") -> list[Any]:
        from tallystick.storage.reading.promising.incoming import expected

        return await expected(await house.connection(), product(sku) if sku else "")

    found, today = in_house(book, work), datetime.now(UTC).date().isoformat()
    if as_json:
        output.json({"incoming": [{**_fields(x), "overdue": x.expected_on < today} for x in found]})
    elif not found:
        output.say("Nothing is expected.")
    else:
        rows = [[x.sku, x.location, x.expected_on, x.units, "overdue" if x.expected_on < today else ""] for x in found]
        output.table(("product", "at", "expected on", "units", ""), rows)


def announce(
    name: Inbound,
    items: Annotated[list[str], typer.Argument(metavar="PRODUCT=UNITS...", help="What comes, such as LAMP=40.")],
    location: Annotated[str, typer.Option(help="Where it will arrive.")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day it is expected.")],
    supplier: Annotated[str, typer.Option(help="Who sends it.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Announce goods. A later word under the same name replaces the earlier one; receipts that name it end it.

    Example: tally stock incoming announce ASN-7 LAMP=40 SHADE=10 --location WH1 --on 2026-12-01
    """
    from tallystick.app.promising.reporting import report_in, tell, wanted
    from tallystick.messages.availability import InboundAnnounced, InboundLine

    lines = tuple(InboundLine(n, sku, units) for n, (sku, units) in enumerate(wanted(items), 1))
    told = InboundAnnounced(name, location, on.date(), lines, supplier)
    answer = report_in(book, as_user, _doing("announce", name), told)
    tell(answer, f"{name} is {answer.state.lower()}.", as_json=as_json)


def cancel(
    name: Inbound,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that what has not arrived will not come.

    Example: tally stock incoming cancel ASN-7 --reason "sold out"
    """
    from tallystick.app.promising.reporting import report_in, tell
    from tallystick.messages.availability import InboundCancelled

    answer = report_in(book, as_user, _doing("cancel", name), InboundCancelled(name, reason))
    tell(answer, f"{name} is {answer.state.lower()}.", as_json=as_json)


def _doing(what: str, name: str) -> Doing:
    return Doing(f"stock.incoming.{what}", f"inbound/{name}", "availability:write")


def _fields(found: Any) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__struct_fields__}
