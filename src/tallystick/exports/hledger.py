"""The book as hledger text: our own account addresses under five roots, units and money as commodities, by day."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final
from urllib.parse import quote

from tallystick.exports.day_rows import Day, DayPosting, days
from tallystick.journal.chart import AccountType, account_of
from tallystick.model.amount import decimals_of, format_decimal, is_money

_ROOTS: Final = {
    AccountType.ASSET: "assets",
    AccountType.LIABILITY: "liabilities",
    AccountType.EQUITY: "equity",
    AccountType.INCOME: "revenues",
    AccountType.EXPENSE: "expenses",
    AccountType.STOCK: "assets",
    AccountType.OUTSIDE: "equity",
}
_TYPES: Final = {"assets": "A", "liabilities": "L", "revenues": "R", "expenses": "X", "equity": "E"}
# One space may stand in an hledger account, two end it; a percent sign is escaped because it escapes.
_SAFE: Final = "".join(chr(c) for c in range(33, 127) if chr(c) not in '%;"')


def hledger(rows: Iterable[DayPosting], currency: str) -> Iterator[str]:
    """Yield the lines of an hledger journal; *currency* is the book's, such as `GBP/3`.

    Balances are asserted when a month ends and at the very end, for all that moved since they were last asserted.
    """
    yield "decimal-mark ."
    yield f"commodity {format_decimal(1000 * 10 ** decimals_of(currency), decimals_of(currency))} {currency.partition('/')[0]}"
    for root, letter in _TYPES.items():
        yield f"account {root}  ; type: {letter}"
    for day in days(rows):
        yield from _transactions(day)
        if day.checks:
            yield ""
            yield f"{day.day} * checked"
        for check in day.checks:
            held = _amount(check.balance, check.commodity)
            yield f"    {account_name(check.account)}  {_amount(0, check.commodity)} = {held}"


@cache
def account_name(address: str) -> str:
    """Return `revenues:revenue:web` for `revenue:web`. Raises `ChartError` for what is in no chart."""
    return f"{_ROOTS[account_of(address).type]}:{quote(address, safe=_SAFE)}"


@cache
def symbol(commodity: str) -> str:
    """Return `GBP` for `GBP/3`, and a product's commodity as it is, in quotes."""
    if is_money(commodity):
        return commodity.partition("/")[0]
    return f'"{quote(commodity, safe=_SAFE + " ;")}"'


def _transactions(day: Day) -> Iterator[str]:
    for debit, credit, amounts in day.pairs:
        yield ""
        yield f"{day.day} * {account_name(debit)} from {account_name(credit)}"
        for commodity, number in amounts:
            yield f"    {account_name(debit)}  {_amount(number, commodity)}"
            yield f"    {account_name(credit)}  {_amount(-number, commodity)}"


def _amount(number: int, commodity: str) -> str:
    return f"{format_decimal(number, decimals_of(commodity))} {symbol(commodity)}"
