"""`tally purchase invoice|release|credit|freight|pay`: what suppliers ask for, and what they get."""

from typing import Annotated, Any

import typer
from msgspec import Struct

from tallystick.app import output
from tallystick.app.commands.buying.purchase import Document, Priced, Purchase, Who, say
from tallystick.app.groups import group

Invoice = Annotated[str, typer.Argument(metavar="INVOICE", help="The supplier's number of it.")]
Minor = Annotated[int, typer.Argument(metavar="AMOUNT", min=1, help="Minor units of the purchase's currency.")]
Tax = Annotated[int, typer.Option(min=0, help="Input tax on all of it, in minor units.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    purchase = group(app, "purchase")
    purchase.command("invoice")(invoice)
    purchase.command("release")(release)
    purchase.command("credit")(credit)
    purchase.command("freight")(freight)
    purchase.command("pay")(pay)


def invoice(
    purchase: Purchase,
    number: Invoice,
    items: Priced,
    tax: Tax = 0,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Take a supplier's invoice in: it is matched with order and goods, and payable or blocked.

    Example: tally purchase invoice P1 INV-9 LAMP=10@400 --tax 800
    """
    from tallystick.app.buying.typed import line_of, typed
    from tallystick.messages.buying.reports import InvoicedLine, SupplierInvoiceReported

    asked = typed(items, priced=True)

    def told(currency: str, data: Any) -> Struct:
        strange = max((x.line for x in data.lines), default=0)
        lines = []
        for x in asked:
            line = line_of(data, x.sku)
            strange += 0 if line else 1
            lines.append(InvoicedLine(line or strange, x.units, x.units * x.price))
        return SupplierInvoiceReported(purchase, number, currency, tuple(lines), tax)

    say(Who(purchase, "invoice", book, as_user, as_json), told)


def release(
    purchase: Purchase,
    number: Invoice,
    reason: Annotated[str, typer.Option(help="Why.")] = "",
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Accept what blocks an invoice: its price, or that goods are still to come. A controller's right.

    Example: tally purchase release P1 INV-9 --reason "agreed by telephone"
    """
    from tallystick.messages.buying.reports import InvoiceReleased

    def told(*_: Any) -> Struct:
        return InvoiceReleased(purchase, number, reason)

    say(Who(purchase, "release", book, as_user, as_json, "purchases:release"), told)


def credit(
    purchase: Purchase,
    items: Priced,
    document: Document,
    returned: Annotated[
        bool, typer.Option("--returned", help="For goods that went back, not for their price.")
    ] = False,
    invoice: Annotated[str, typer.Option(help="The invoice whose dispute it ends.")] = "",
    tax: Tax = 0,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Take a supplier's credit note in: for goods that went back, or for the price of goods we keep.

    Example: tally purchase credit P1 LAMP=2@400 --document CN-3 --returned
    """
    from tallystick.app.buying.typed import line_of, typed
    from tallystick.messages.buying.reports import CreditNoteLine, SupplierCreditReported

    given = typed(items, priced=True)

    def told(currency: str, data: Any) -> Struct:
        because = "returned" if returned else "price"
        lines = tuple(
            CreditNoteLine(line_of(data, x.sku), x.units, x.units * x.price, because)  # type: ignore[arg-type]
            for x in given
        )
        return SupplierCreditReported(purchase, document, currency, lines, tax, invoice)

    say(Who(purchase, "credit", book, as_user, as_json), told)


def freight(
    purchase: Purchase,
    amount: Minor,
    payee: Annotated[str, typer.Option(help="Who invoices it.")],
    document: Document,
    spread: Annotated[str, typer.Option(help="Over what came, by value or quantity.")] = "value",
    tax: Tax = 0,
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Add freight, duty or insurance to what the goods cost. By weight it is reported, for weights are no options.

    Example: tally purchase freight P1 2000 --payee hauler --document FR-1
    """
    from tallystick.app.exits import misused
    from tallystick.messages.buying.reports import LandedCostReported

    if spread not in {"value", "quantity"}:
        raise misused(f"--spread {spread} is not known", "say value or quantity")

    def told(currency: str, _: Any) -> Struct:
        return LandedCostReported(purchase, document, payee, currency, amount, spread, tax=tax)  # type: ignore[arg-type]

    say(Who(purchase, "freight", book, as_user, as_json), told)


def pay(
    purchase: Purchase,
    number: Invoice,
    amount: Minor,
    bank: Annotated[str, typer.Option(help="The bank account it left.")],
    reference: Annotated[str, typer.Option(help="The bank's reference; it is booked once.")],
    book: output.Book = None,
    as_user: output.As = None,
    as_json: output.Json = False,
) -> None:
    """Say that an invoice was paid, in whole or in part.

    Example: tally purchase pay P1 INV-9 4800 --bank main --reference B-77
    """
    from tallystick.messages.buying.reports import SupplierPaymentReported

    def told(currency: str, _: Any) -> Struct:
        return SupplierPaymentReported(purchase, number, reference, bank, currency, amount)

    say(Who(purchase, "pay", book, as_user, as_json), told)
