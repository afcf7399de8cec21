"""`tally book`: create books, list them, prove them, balance and export them."""

from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.exits import Code, misused
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.book import BookInfo
    from tallystick.storage.reading.proofs import Proof


def register(app: typer.Typer) -> None:
    """Add the commands."""
    book = group(app, "book")
    book.command("create")(create)
    book.command("list")(list_all)
    book.command("check")(check)


def create(
    name: Annotated[str, typer.Argument(help="Small letters, digits and underscores, such as `main` or `shop_de`.")],
    currency: Annotated[
        str, typer.Option(help="Currency and decimals the stock is valued in: GBP/3 counts tenths of pence.")
    ],
    as_json: output.Json = False,
) -> None:
    """Create an empty book: one legal entity or brand, with a schema of its own.

    Example: tally book create main --currency GBP/3
    """
    from tallystick.app.access.keeping import note_keeping
    from tallystick.app.running import at_database
    from tallystick.app.settings import read_settings
    from tallystick.model.amount import decimals_of
    from tallystick.posting.table import TABLE
    from tallystick.storage.book import create_book

    _require_currency(currency)

    async def work(url: str) -> "BookInfo":
        made = await create_book(url, name, currency, TABLE)
        await note_keeping(url, read_settings(), "book.create", name)
        return made

    info = at_database(work)
    if as_json:
        output.json({"book": info.name, "currency": info.currency})
        return
    output.say(
        f"Book {info.name} is ready, its stock valued in {info.currency[:3]} with {decimals_of(info.currency)} decimals."
    )


def list_all(as_json: output.Json = False) -> None:
    """List the books of the database.

    Example: tally book list
    """
    from tallystick.app.running import at_database
    from tallystick.storage.book import list_books

    books = at_database(list_books)
    if as_json:
        output.json({"books": [{"name": b.name, "currency": b.currency} for b in books]})
        return
    if not books:
        output.say("There are no books yet: `tally book create main --currency GBP/3` makes one.")
        return
    output.table(("book", "valued in"), [[b.name, b.currency] for b in books])


def check(book: output.Book = None, as_json: output.Json = False) -> None:
    """Prove the book: that units and money tie out, and that nothing was changed behind its back.

    Ends with exit code 1 when a proof fails.

    Example: tally book check
    """
    proofs = prove(book)
    ok = all(p.ok for p in proofs)
    if as_json:
        output.json({"ok": ok, "proofs": [{"name": p.name, "ok": p.ok, "detail": p.detail} for p in proofs]})
    else:
        show_proofs(proofs)
    if not ok:
        raise typer.Exit(Code.NOT_IN_ORDER)


def prove(book: str | None) -> "list[Proof]":
    """Return the proofs of a book."""
    from tallystick.app.running import in_house
    from tallystick.storage.reading.proofs import check_book

    async def work(house: "House") -> "list[Proof]":
        return await check_book(house.url, house.info)

    return in_house(book, work)


def show_proofs(proofs: "list[Proof]") -> None:
    """Write each proof as a line, and what they amount to."""
    width = max((len(p.name) for p in proofs), default=0)
    for p in proofs:
        output.say(f"{'✓' if p.ok else '✗'} {p.name:<{width}}  {p.detail}", "" if p.ok else "bold red")
    broken = [p.name for p in proofs if not p.ok]
    output.say()
    if broken:
        output.say(f"The book does not hold: {', '.join(broken)}.", "bold red")
    else:
        output.say(f"The book holds: {output.count(len(proofs), 'proof')}, all good.", "bold green")


def _require_currency(currency: str) -> None:
    from tallystick.model.amount import decimals_of, is_money, money

    is_written_so = len(currency) == 5 and is_money(currency) and money(currency[:3], decimals_of(currency)) == currency
    if not is_written_so:
        raise misused(f"{currency!r} is no currency with decimals", "write it as GBP/3, EUR/2 or JPY/0")
