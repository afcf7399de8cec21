"""The book as text: one line an account, its balance and its commodity."""

from collections import Counter
from collections.abc import Iterable

from tallystick.journal.posting import Posting, balances
from tallystick.model.amount import decimals_of, format_decimal, money, parse_decimal, units

DECIMALS = 2


def amount_of(text: str) -> int:
    """Read `12.00 EUR` as minor units."""
    number, currency = text.split()
    assert currency == "EUR"
    return parse_decimal(number, DECIMALS)


def lines_of(text: str) -> list[tuple[str, str, str]]:
    """Read a table of account, number, commodity."""
    found = []
    for line in text.strip().splitlines():
        account, number, commodity = line.split()
        found.append((account, number, commodity))
    return found


def shown(text: str, postings: Iterable[Posting]) -> tuple[str, str]:
    """Return the table as expected and as the book has it, of the accounts that the table lists and no other."""
    book = balances(postings)
    lines = lines_of(text)
    actual = [(a, _written(book, a, commodity), commodity) for a, _, commodity in lines]
    return _table(lines), _table(actual)


def entry_text(postings: Iterable[Posting]) -> str:
    """Print an entry: debit, credit, number, commodity, product."""
    return "\n".join(
        f"{p.debit} < {p.credit}  {format_decimal(p.number, decimals_of(p.commodity))} {_short(p.commodity)}"
        for p in postings
    )


def _short(commodity: str) -> str:
    return commodity.partition("/")[0].removeprefix("sku:")


def _written(book: Counter[tuple[str, str]], account: str, commodity: str) -> str:
    if (account, units(commodity)) in book or commodity != "EUR":
        return str(book[account, units(commodity)])
    return format_decimal(book[account, money(commodity, DECIMALS)], DECIMALS)


def _table(lines: Iterable[tuple[str, str, str]]) -> str:
    return "\n".join(f"{account:<32} {number:>10}  {commodity}" for account, number, commodity in lines)
