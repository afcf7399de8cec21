"""`tally stock show` and `explain`: what stands on the shelves, and how it came there."""

from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from tallystick.app import output
from tallystick.app.commands.stock.available import AsOf, Channel, moment
from tallystick.app.exits import not_found
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.app.promising.explaining import PromiseStory
    from tallystick.storage.attention.shelves import ShelfRow
    from tallystick.storage.reading.explaining.stock import StockStory

COST_DECIMALS: Final = 6
VALUED: Final = ("value", "short_value")
UNITS: Final = ("sellable", "reserved", "quarantine", "damaged", "refurbish")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    stock = group(app, "stock")
    stock.command("show")(show)
    stock.command("explain")(explain)


def show(
    sku: Annotated[str, typer.Argument(help="A product; without one, all of them.")] = "",
    location: Annotated[str, typer.Option(help="Only this location.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="At most so many rows.")] = 1000,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show units by state and their value, by product and location.

    Example: tally stock show LAMP --location WH1
    """
    from tallystick.app.running import in_house
    from tallystick.storage.attention.shelves import shelves

    async def work(house: "House") -> "tuple[list[ShelfRow], str]":
        return await shelves(await house.connection(), sku, location, limit), house.info.currency

    found, currency = in_house(book, work)
    if sku and not found:
        raise not_found(
            f"the book has no product {sku}{f' at {location}' if location else ''}", "see `tally stock show`"
        )
    if as_json:
        output.json({"currency": currency, "stock": [_row_as_json(r, currency) for r in found]})
    elif not found:
        output.say("The shelves are empty.")
    else:
        show_shelves(found, currency)


def show_shelves(found: "list[ShelfRow]", currency: str) -> None:
    """Write a row for each product and location, and their sum."""
    columns = ("product", "at", *UNITS, "unexplained", f">value ({currency[:3]})")
    rows: list[list[Any]] = [
        [
            r.sku,
            r.location,
            r.sellable,
            r.reserved,
            r.quarantine,
            r.damaged,
            r.refurbish,
            r.short,
            output.amount(r.value, currency),
        ]
        for r in found
    ]
    sums = [sum(row[i] for row in rows) for i in range(2, 8)]
    total = ["total", "", *sums, output.amount(sum(r.value for r in found), currency)] if len(found) > 1 else None
    output.table(columns, rows, total)


def explain(
    sku: Annotated[str, typer.Argument(help="The product.")],
    last: Annotated[int, typer.Option(min=1, help="The last so many events.")] = 10,
    channel: Channel = "",
    as_of: AsOf = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Explain a product's stock: what there is, what moved it, the last events, and what may be promised of it and why.

    With --as-of, what may have been promised then: as it was known then, and as is known now of then.

    Example: tally stock explain LAMP --channel web
    """
    from tallystick.app.promising.explaining import promise_now, promise_then, tell_promise
    from tallystick.app.running import in_house
    from tallystick.storage.reading.explaining.stock import explain_stock
    from tallystick.storage.reading.promising.shelf_lines import Asked

    asked = Asked([sku], moment(as_of), channel)

    async def work(house: "House") -> "tuple[list[StockStory], PromiseStory, str]":
        connection = await house.connection()
        promise = promise_now if as_of is None else promise_then
        stories = await explain_stock(connection, sku, last)
        return stories, await promise(connection, asked), house.info.currency

    stories, promise, currency = in_house(book, work)
    if as_json:
        output.json({"sku": sku, "currency": currency, "locations": stories, "promise": promise})
        return
    for place, story in enumerate(stories if as_of is None else ()):
        if place:
            output.say()
        tell_stock(story, currency)
    tell_promise(promise)


def tell_stock(story: "StockStory", currency: str) -> None:
    """Write what a location has of a product, and how it came to that."""
    states = ", ".join(f"{getattr(story, state)} {state}" for state in UNITS if getattr(story, state)) or "none"
    output.say(f"{story.sku} at {story.location}: {states}, worth {output.money(story.value, currency)}", "bold")
    if story.short:
        output.say(
            f"{output.count(story.short, 'unit')} moved that the book never had, at {output.money(story.short_value, currency)}",
            "yellow",
        )
    output.heading("How it came to that")
    moved = sorted(story.movements, key=lambda m: (m.column in VALUED, m.column, -m.change))
    output.table(
        ("what", ">change", "postings", "because"),
        [(_column(m.column, currency), _change(m.column, m.change, currency), m.postings, m.because) for m in moved],
    )
    output.heading("What moved it last")
    output.table(
        ("day", "event", "subject", "what", ">change"),
        [
            (m.effective_on, m.event, m.subject, _column(m.column, currency), _change(m.column, m.change, currency))
            for m in story.last
        ],
    )


def _column(column: str, currency: str) -> str:
    return f"{column.replace('_', ' ')} ({currency[:3]})" if column in VALUED else column


def _change(column: str, change: int, currency: str) -> str:
    sign = "+" if change > 0 else ""
    return sign + (output.amount(change, currency) if column in VALUED else str(change))


def _row_as_json(r: "ShelfRow", currency: str) -> dict[str, Any]:
    units = {name: getattr(r, name) for name in (*UNITS, "short")}
    return {"sku": r.sku, "location": r.location, **units, "value": output.amount(r.value, currency)}
