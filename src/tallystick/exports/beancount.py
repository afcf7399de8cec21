"""The book as Beancount text: units and money side by side as commodities, added up by day, no lots."""

from collections.abc import Iterable, Iterator
from typing import Final

from tallystick.exports.beancount_names import amount, leaf_name
from tallystick.exports.day_rows import Checked, Day, DayPosting, day_after, days
from tallystick.model.amount import decimals_of

TITLE: Final = "Tallystick"


def beancount(rows: Iterable[DayPosting], currency: str) -> Iterator[str]:
    """Yield the lines of a Beancount file; *currency* is the book's, such as `GBP/3`.

    Each account is opened on the first day it moves. Balances are asserted when a month ends and at the very end,
    for all that moved since they were last asserted.
    """
    yield f'option "title" "{TITLE}"'
    yield f'option "operating_currency" "{currency.partition("/")[0]}"'
    yield f"; amounts in {currency}: {decimals_of(currency)} decimals; units of a product are a commodity of its own"
    opened: set[str] = set()
    for day in days(rows):
        yield ""
        yield from _opened(day, opened)
        yield from _transactions(day)
        yield from map(_asserted, day.checks)


def _opened(day: Day, opened: set[str]) -> Iterator[str]:
    leaves = {leaf_name(a, c) for debit, credit, amounts in day.pairs for c, _ in amounts for a in (debit, credit)}
    for leaf in sorted(leaves - opened):
        opened.add(leaf)
        yield f"{day.day} open {leaf}"


def _transactions(day: Day) -> Iterator[str]:
    for debit, credit, amounts in day.pairs:
        yield f'{day.day} * "{_quoted(debit)} from {_quoted(credit)}"'
        for commodity, number in amounts:
            yield f"  {leaf_name(debit, commodity)}  {amount(number, commodity)}"
            yield f"  {leaf_name(credit, commodity)}  {amount(-number, commodity)}"


def _asserted(check: Checked) -> str:
    """Beancount would let a last digit pass; our numbers are exact, so its tolerance is set to none."""
    number, symbol = amount(check.balance, check.commodity).split(" ")
    return f"{day_after(check.day)} balance {leaf_name(check.account, check.commodity)}  {number} ~ 0 {symbol}"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
