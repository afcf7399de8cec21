"""The columns of the feed: their names, and where each of them stands in a given file."""

from collections import Counter
from functools import lru_cache
from typing import Final

from msgspec import Struct

from tallystick.ports.connector import Rejected

INVOICE: Final = "InvoiceNo"
CODE: Final = "StockCode"
DESCRIPTION: Final = "Description"
QUANTITY: Final = "Quantity"
DATE: Final = "InvoiceDate"
PRICE: Final = "UnitPrice"
CUSTOMER: Final = "CustomerID"
COUNTRY: Final = "Country"
CURRENCY: Final = "Currency"
IGNORED: Final = "LineSeq"

REQUIRED: Final = (INVOICE, CODE, DESCRIPTION, QUANTITY, DATE, PRICE, CUSTOMER, COUNTRY)
KNOWN: Final = (*REQUIRED, CURRENCY, IGNORED)


class Layout(Struct, frozen=True, gc=False):
    """Where the columns stand, counted from 0; `currency` is None in a file that does not name one."""

    width: int
    invoice: int
    code: int
    description: int
    quantity: int
    date: int
    price: int
    customer: int
    country: int
    currency: int | None


@lru_cache(maxsize=64)
def layout_of(columns: tuple[str, ...]) -> Layout:
    """Return where the columns stand in a header that `check_columns` has passed."""
    at = columns.index
    return Layout(
        width=len(columns),
        invoice=at(INVOICE),
        code=at(CODE),
        description=at(DESCRIPTION),
        quantity=at(QUANTITY),
        date=at(DATE),
        price=at(PRICE),
        customer=at(CUSTOMER),
        country=at(COUNTRY),
        currency=at(CURRENCY) if CURRENCY in columns else None,
    )


def check_columns(name: str, columns: tuple[str, ...]) -> None:
    """Raise `Rejected` if the file *name* lacks a required column or has a known one twice."""
    missing = [column for column in REQUIRED if column not in columns]
    if missing:
        raise Rejected(
            f"{name} has no column {', '.join(missing)}: give the header that name, exactly so written, and separate "
            f"the cells by commas; it has {', '.join(columns) or 'none'}"
        )
    twice = [column for column, times in Counter(columns).items() if times > 1 and column in KNOWN]
    if twice:
        raise Rejected(f"{name} has the column {', '.join(twice)} more than once: remove or rename all but one")


def unknown_columns(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in a header that this feed has no meaning for."""
    return tuple(column for column in columns if column not in KNOWN)
