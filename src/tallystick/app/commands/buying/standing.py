"""`tally purchase show|open`: where purchases stand, and what is received and not invoiced, by age."""

from typing import TYPE_CHECKING, Any

import typer

from tallystick.app import output
from tallystick.app.commands.buying.purchase import Purchase
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.app.house import House
    from tallystick.storage.reading.buying.open_purchases import OpenPurchase


def register(app: typer.Typer) -> None:
    """Add the commands."""
    purchase = group(app, "purchase")
    purchase.command("show")(show)
    purchase.command("open")(open_)


def show(purchase: Purchase, book: output.Book = None, as_json: output.Json = False) -> None:
    """Show a purchase line by line, and its invoices.

    Exit code 4 when there is none.

    Example: tally purchase show P1
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> Any:
        from tallystick.api.purchases.handlers import shown
        from tallystick.app.buying.typed import purchase_family

        return shown(await purchase_family(house, purchase))

    found = in_house(book, work)
    if as_json:
        output.json(found)
        return
    output.say(f"{found.purchase} of {found.supplier} for {found.location}: {found.state.lower()}", "bold")
    rows = [[x.line, x.sku, x.ordered, x.received, x.rejected, x.invoiced, x.sent_back, x.to_come] for x in found.lines]
    output.table(("line", "product", ">ordered", ">in", ">rejected", ">invoiced", ">sent back", ">to come"), rows)
    money = output.amount(found.received_not_invoiced, found.currency)
    output.pairs([("received, not invoiced", money), ("expected on", str(found.expected_on))])
    if found.invoices:
        output.heading("Invoices")
        output.table(
            ("invoice", "state", ">amount", ">paid", "waits for"),
            [
                [
                    x.invoice,
                    x.state.lower(),
                    output.amount(x.amount, found.currency),
                    output.amount(x.paid, found.currency),
                    ", ".join(x.reasons),
                ]
                for x in found.invoices
            ],
        )


def open_(book: output.Book = None, as_json: output.Json = False) -> None:
    """List purchases with goods not invoiced, invoices without goods, or invoices that are blocked; the oldest first.

    The sum is what stands in GR/IR of purchases.

    Example: tally purchase open
    """
    from tallystick.app.running import in_house

    async def work(house: "House") -> "tuple[str, list[OpenPurchase]]":
        from tallystick.storage.reading.buying.open_purchases import open_purchases

        return house.info.currency, await open_purchases(await house.connection())

    currency, found = in_house(book, work)
    total = sum(x.received_not_invoiced for x in found)
    if as_json:
        output.json({"purchases": found, "received_not_invoiced": total})
    elif not found:
        output.say("Nothing is open: what came is invoiced, and what is invoiced came.")
    else:
        output.table(
            ("purchase", "supplier", "since", ">not invoiced", ">to come", "blocked"),
            [
                [
                    x.purchase,
                    x.supplier,
                    output.moment(x.moved_at),
                    output.amount(x.received_not_invoiced, currency),
                    x.to_come,
                    ", ".join(x.blocked),
                ]
                for x in found
            ],
        )
        output.pairs([("received, not invoiced", output.amount(total, currency))])
