"""Our names in Beancount's alphabet, each one kept apart from every other.

Beancount knows accounts such as `Assets:Stock:Sellable:MAIN` (capitals or digits first, then letters, digits, dashes)
and commodities such as `GBP` (24 characters at most, capitals, digits and `'._-`). A name that fits is only dressed up;
any other ends in a digest of what it was.
"""

import hashlib
import re
from functools import cache
from typing import Final

from tallystick.journal.chart import AccountType, account_of
from tallystick.model.amount import UNITS_PREFIX, decimals_of, format_decimal, is_money

_ROOTS: Final = {
    AccountType.ASSET: "Assets",
    AccountType.LIABILITY: "Liabilities",
    AccountType.EQUITY: "Equity",
    AccountType.INCOME: "Income",
    AccountType.EXPENSE: "Expenses",
    AccountType.STOCK: "Assets",
    AccountType.OUTSIDE: "Equity",
}
_SNAKE: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z][a-z0-9]*)*")
_DRESSED: Final = re.compile(r"[A-Z][a-z0-9]*(?:-[A-Z][a-z0-9]*)*")
_PLAIN: Final = re.compile(r"[A-Z0-9][A-Za-z0-9-]*")
_DIGESTED: Final = re.compile(r".*-[0-9a-f]{10}")
_SYMBOL: Final = re.compile(r"[A-Z0-9._'-]*[A-Z0-9]")
SYMBOL_LENGTH_MAX: Final = 24
_UNITS: Final = "SKU-"
_UNITS_DIGESTED: Final = "SKX-"
_STEM_LENGTH: Final = 8


@cache
def account_name(address: str) -> str:
    """Return `Income:Revenue:Web` for `revenue:web`. Raises `ChartError` for what is in no chart."""
    return ":".join([_ROOTS[account_of(address).type], *map(_component, address.split(":"))])


@cache
def leaf_name(address: str, commodity: str) -> str:
    """Return the account an amount stands on: money on its account, units on a leaf of it for each product.

    Beancount copies an account's whole inventory for every commodity of every transaction, so thousands of products
    on one account take it minutes; a product's leaf holds one commodity, and the parent adds the leaves up.
    """
    name = account_name(address)
    if is_money(commodity):
        return name
    leaf = symbol(commodity)
    return f"{name}:{leaf}" if _PLAIN.fullmatch(leaf) else f"{name}:{_component(leaf)}"


@cache
def symbol(commodity: str) -> str:
    """Return `GBP` for `GBP/3`, `SKU-85123A` for `sku:85123A`."""
    if is_money(commodity):
        return commodity.partition("/")[0]
    sku = commodity.removeprefix(UNITS_PREFIX)
    if len(_UNITS + sku) <= SYMBOL_LENGTH_MAX and _SYMBOL.fullmatch(sku):
        return _UNITS + sku
    stem = re.sub(r"[^A-Z0-9]", "", sku.upper())[:_STEM_LENGTH]
    return f"{_UNITS_DIGESTED}{stem}-{_digest(sku).upper()}"


def amount(number: int, commodity: str) -> str:
    """Write units or minor units with their symbol: `-2.550 GBP`, `3 SKU-85123A`."""
    return f"{format_decimal(number, decimals_of(commodity))} {symbol(commodity)}"


def _component(text: str) -> str:
    """Dress one part of an address: `sales_credits` is `Sales-Credits`, `WH1` stays; `A`, which `a` takes, is digested."""
    if _SNAKE.fullmatch(text):
        return "-".join(part.capitalize() for part in text.split("_"))
    if _PLAIN.fullmatch(text) and not _DRESSED.fullmatch(text) and not _DIGESTED.fullmatch(text):
        return text
    stem = re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "X"
    return f"{stem[0].upper()}{stem[1:]}-{_digest(text)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()
