"""`tally tax`: what tax a sale owes, what of it goes back, and the rates behind it. Needs no book."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.app import output
from tallystick.app.groups import group

if TYPE_CHECKING:
    from tallystick.decisions.tax.quoted import TaxedLine, TaxQuote, TaxRefund
    from tallystick.decisions.tax.rates import RateTable

Question = Annotated[Path, typer.Argument(metavar="FILE", help="The question as JSON; - reads standard input.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    tax = group(app, "tax")
    tax.command("quote")(quote)
    tax.command("refund")(refund)
    tax.command("rates")(rates)


def quote(file: Question, as_json: output.Json = False) -> None:
    """Say what tax a document owes: line by line, where, at which rate, who collects it, and by which law.

    Example: tally tax quote question.json
    """
    from tallystick.app.taxing.asking import read_question, refused
    from tallystick.decisions.tax.asked import TaxAsked
    from tallystick.decisions.tax.quote import tax_quote
    from tallystick.decisions.tax.quoted import TaxRefused

    asked = read_question(file, TaxAsked)
    try:
        found = tax_quote(asked, _table())
    except TaxRefused as wrong:
        raise refused(file, wrong) from wrong
    if as_json:
        output.json(found)
    else:
        _tell(found, found.currency)
        output.note(f"rates {found.rates}")


def refund(file: Question, as_json: output.Json = False) -> None:
    """Say what of the tax goes back when goods do: at the rates of the sale, whatever they are today.

    The question holds the lines of the quote, and what of them comes back.

    Example: tally tax refund returned.json
    """
    from tallystick.app.taxing.asking import read_question, refused
    from tallystick.decisions.tax.quoted import RefundAsked, TaxRefused
    from tallystick.decisions.tax.refund import tax_refund

    asked = read_question(file, RefundAsked)
    try:
        found = tax_refund(asked)
    except TaxRefused as wrong:
        raise refused(file, wrong) from wrong
    if as_json:
        output.json(found)
    else:
        _tell(found, "")


def rates(
    jurisdiction: Annotated[str, typer.Argument(help="Only there, such as DE or US-NJ; without it, everywhere.")] = "",
    on: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Only what is in force on this day.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Show the rates: by jurisdiction, class and day, each with the law that sets it, yours laid over the built-in ones.

    Example: tally tax rates DE --on 2020-08-01
    """
    from tallystick.app.exits import not_found
    from tallystick.decisions.tax.quoted import in_percent

    table = _table()
    day = on.date() if on else None
    found = [r for r in table.data.rates if jurisdiction in {"", r.jurisdiction} and (day is None or r.holds(day))]
    if not found:
        raise not_found(
            f"no rate of {jurisdiction or 'anywhere'} there", "`tally tax rates` shows all; docs/tax.md how to add one"
        )
    if as_json:
        output.json({"version": table.version, "rates": found})
        return
    rows = [[r.jurisdiction, r.tax_class, in_percent(r.rate), r.first_day, r.last_day or "", r.law] for r in found]
    output.table(("in", "class", ">rate", "from", "until", "law"), rows)
    output.note(f"rates {table.version}")


def _table() -> "RateTable":
    from tallystick.app.settings import read_settings
    from tallystick.app.taxing.rates_file import load_rates

    return load_rates(read_settings())


def _tell(found: "TaxQuote | TaxRefund", currency: str) -> None:
    from tallystick.decisions.tax.quoted import in_percent
    from tallystick.model.amount import decimals_of, format_decimal

    def money(number: int) -> str:
        return format_decimal(number, decimals_of(currency)) if currency else str(number)

    def row(x: "TaxedLine") -> list[Any]:
        amounts = [money(n) for n in (x.net, x.tax, x.gross)]
        return [x.line, x.sku, x.jurisdiction, x.treatment, in_percent(x.rate), *amounts, x.tax_collected_by]

    columns = ("line", "product", "in", "treatment", ">rate", ">net", ">tax", ">gross", "collected by")
    total = ["total", "", "", "", "", money(found.net), money(found.tax), money(found.gross), ""]
    output.table(columns, [row(x) for x in found.lines], total)
    for law in dict.fromkeys(x.law for x in found.lines):
        output.say(law, "dim")
