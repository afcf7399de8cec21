"""`tally price`: what a product costs in a channel, now and later."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.access.doing import Doing
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House

Sku = Annotated[str, typer.Argument(metavar="PRODUCT", help="The product's code.")]
Channel = Annotated[str, typer.Option(help="The sales channel.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    price = group(app, "price")
    price.command("show")(show)
    price.command("set")(declare)


def show(sku: Sku, channel: Channel, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show what a product costs in a channel: now, before and later.

    Exit code 4 when nobody has declared a price.

    Example: tally price show LAMP --channel web
    """
    from tallystick.app.exits import not_found
    from tallystick.app.promising.reporting import product
    from tallystick.app.running import in_house
    from tallystick.processes.masters.price import price_at

    code = product(sku)

    async def work(house: "House") -> Any:
        from tallystick.processes.family import data_of
        from tallystick.storage.attention.subjects import family_of

        family = await family_of(await house.connection(), f"price/{channel}/{code}")
        return data_of(family, "price") if family else None

    data = in_house(book, work)
    if data is None:
        raise not_found(f"nobody has declared a price of {code} in {channel}", "declare one: `tally price set`")
    now = price_at(data.prices, datetime.now(UTC))
    if as_json:
        output.json({"sku": code, "channel": channel, "prices": [_fields(p, now) for p in data.prices]})
    else:
        rows = [
            [_when(p.valid_from), _when(p.valid_until), _money(p), "in force" if p is now else ""] for p in data.prices
        ]
        output.table(("from", "until", "price", ""), rows)


def declare(
    sku: Sku,
    amount: Annotated[int, typer.Argument(min=0, help="Minor units of one unit.")],
    channel: Channel,
    valid_from: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="UTC; now, where not said."),
    ] = None,
    without_tax: Annotated[bool, typer.Option(help="The amount is net of tax.")] = False,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Declare what a product costs from a moment on. Systems of record do the same by reports.

    Example: tally price set LAMP 1440 --channel web --from 2026-12-01
    """
    from tallystick.app.promising.reporting import product, report_in, tell
    from tallystick.messages.masters import PriceDeclared

    code, now = product(sku), datetime.now(UTC)
    begins = valid_from.replace(tzinfo=UTC) if valid_from else now
    told = PriceDeclared(
        channel,
        code,
        _currency(book),
        amount,
        begins,
        includes_tax=not without_tax,
        system="tallystick",
        version=now.isoformat(timespec="microseconds"),
    )
    doing = Doing("price.set", f"price/{channel}/{code}", "catalogue:write")
    answer = report_in(book, as_user, doing, told)
    tell(answer, f"{code} costs {_money(told)} in {channel} from {_when(begins)}.", as_json=as_json)


def _currency(book: str | None) -> str:
    from tallystick.app.running import in_house

    async def work(house: "House") -> str:
        return house.info.currency

    return in_house(book, work)


def _money(price: Any) -> str:
    from tallystick.model.amount import decimals_of, format_decimal

    tax = "with" if price.includes_tax else "without"
    return f"{format_decimal(price.amount, decimals_of(price.priced_in))} {price.priced_in.partition('/')[0]} {tax} tax"


def _when(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else ""


def _fields(price: Any, now: Any) -> dict[str, Any]:
    fields = {name: getattr(price, name) for name in price.__struct_fields__}
    return {**fields, "in_force": price is now}
