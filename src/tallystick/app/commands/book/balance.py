"""`tally book trial-balance` and `export`: what every account holds, for people and for other ledgers."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.app import output
from tallystick.app.exits import Code, misused
from tallystick.app.groups import group

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tallystick.app.house import House
    from tallystick.exports.day_rows import DayPosting
    from tallystick.storage.reading.trial_balance import Balance, Days


def register(app: typer.Typer) -> None:
    """Add the commands."""
    book = group(app, "book")
    book.command("trial-balance")(trial_balance)
    book.command("export")(export)


def trial_balance(
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], metavar="DATE", help="As it stood when this day ended."),
    ] = None,
    first: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], metavar="DATE", help="Only what moved from this day on."),
    ] = None,
    last: Annotated[
        datetime | None,
        typer.Option("--to", formats=["%Y-%m-%d"], metavar="DATE", help="Only what moved up to this day."),
    ] = None,
    account: Annotated[str, typer.Option(metavar="PREFIX", help="Only accounts whose name begins so.")] = "",
    units: Annotated[
        bool, typer.Option("--units", help="Also the accounts that count units, product by product.")
    ] = False,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Show what every account holds: debits on the left, credits on the right, and both the same in the end.

    Without a day it is the book as it stands now. Accounts that count units are shown with --units or a prefix.

    Example: tally book trial-balance --day 2026-11-30 --account revenue
    """
    days = _days(day, first, last)
    found = read_balances(book, account, days)
    if as_json:
        output.json(_as_json(found, days))
        return
    shown = [b for b in found if units or account or not b.commodity.startswith("sku:")]
    show_balances(shown)
    if not _is_even(found) and not account:
        raise typer.Exit(Code.NOT_IN_ORDER)


class Ledger(StrEnum):
    """The ledgers a book can be written for."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


def export(
    ledger: Annotated[Ledger, typer.Option("--format", help="For which ledger.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write there instead of to standard output; replaced when whole."),
    ] = None,
    book: output.Book = None,
    as_json: output.Json = False,
) -> None:
    """Write the whole book as a journal for another ledger. Units and money, day by day, with balances to check.

    Example: tally book export --format beancount --out book.beancount
    """
    from tallystick.app.running import in_house

    if as_json and out is None:
        raise misused(
            "--json and the journal would share standard output", "say where the journal goes with --out FILE"
        )

    async def work(house: "House") -> "tuple[list[DayPosting], str]":
        from tallystick.storage.reading.export_rows import day_postings

        return [row async for row in day_postings(await house.connection())], house.info.currency

    rows, currency = in_house(book, work)
    lines = _journal(ledger, rows, currency)
    if out is None:
        for text in lines:
            output.say(text)
        return
    written = _write_whole(out, lines)
    if as_json:
        output.json({"file": str(out), "format": ledger, "lines": written})
    else:
        output.say(f"{out}: {output.count(written, 'line')} for {ledger}.")


def _journal(ledger: Ledger, rows: "list[DayPosting]", currency: str) -> "Iterator[str]":
    from tallystick.exports.beancount import beancount
    from tallystick.exports.hledger import hledger

    return (beancount if ledger is Ledger.BEANCOUNT else hledger)(rows, currency)


def _write_whole(file: Path, lines: "Iterator[str]") -> int:
    """Write beside *file* and put it in place when it is whole."""
    fresh, written = file.with_name(f".{file.name}.new"), 0
    try:
        with fresh.open("w", encoding="utf-8") as to:
            for text in lines:
                to.write(text + "\n")
                written += 1
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    return written


def read_balances(book: str | None, account: str = "", days: "Days | None" = None) -> "list[Balance]":
    """Return the balances of a book that are not nothing."""
    from tallystick.app.running import in_house
    from tallystick.storage.reading.trial_balance import trial_balance as read

    async def work(house: "House") -> "list[Balance]":
        return [b for b in await read(await house.connection(), account, days) if b.balance]

    return in_house(book, work)


def show_balances(found: "list[Balance]") -> None:
    """Write a table for each commodity, money first, with its sums."""
    if not found:
        output.say("Nothing stands on these accounts.")
        return
    money = sorted({b.commodity for b in found if not b.commodity.startswith("sku:")})
    for place, commodity in enumerate(money):
        if place:
            output.say()
        mine = [b for b in found if b.commodity == commodity]
        total = (
            "total",
            output.amount(sum(b.debit for b in mine), commodity),
            output.amount(sum(b.credit for b in mine), commodity),
        )
        rows = [(b.account, _side(b.debit, commodity), _side(b.credit, commodity)) for b in mine]
        output.table((f"account ({commodity[:3]})", ">debit", ">credit"), rows, total)
    counted = [b for b in found if b.commodity.startswith("sku:")]
    if counted:
        if money:
            output.say()
        units = [(b.account, b.commodity[4:], _side(b.debit, ""), _side(b.credit, "")) for b in counted]
        output.table(("account (units)", "product", ">debit", ">credit"), units)


def _side(number: int, commodity: str) -> str:
    return output.amount(number, commodity) if number else ""


def _days(day: datetime | None, first: datetime | None, last: datetime | None) -> "Days | None":
    from tallystick.storage.reading.trial_balance import Days

    if day and (first or last):
        raise misused(
            "--day and --from/--to ask for two things", "use --day for a balance, or --from and --to for what moved"
        )
    if first and last and last < first:
        raise misused("--to lies before --from", "swap them")
    if not (day or first or last):
        return None
    end = day or last
    return Days(first.date() if first else None, end.date() if end else None)


def _is_even(found: "list[Balance]") -> bool:
    sums: dict[str, int] = {}
    for b in found:
        sums[b.commodity] = sums.get(b.commodity, 0) + b.balance
    return not any(sums.values())


def _as_json(found: "list[Balance]", days: "Days | None") -> dict[str, object]:
    return {
        "from": days.first if days else None,
        "to": days.last if days else None,
        "balanced": _is_even(found),
        "accounts": [
            {
                "account": b.account,
                "commodity": b.commodity,
                "debit": output.amount(b.debit, b.commodity),
                "credit": output.amount(b.credit, b.commodity),
                "balance": output.amount(b.balance, b.commodity),
            }
            for b in found
        ],
    }
