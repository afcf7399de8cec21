"""Reading single cells: each function returns what a cell says, or raises a `CellFault` that says what to do.

Cells repeat by the thousand in a file of sales, so every reader remembers what it has read.
"""

import re
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.connectors.online_retail.columns import CODE, CURRENCY, CUSTOMER, DATE, INVOICE, PRICE, QUANTITY
from tallystick.kit.cells import CellFault, Decimals
from tallystick.model.product import ProductError, sku

CURRENCY_CODE: Final = "GBP"
DECIMALS: Final = 3
ZONE: Final = "Europe/London"
QUANTITY_DIGITS_MAX: Final = 9
PRICE_CHARACTERS_MAX: Final = 24
PRICE_MINOR_MAX: Final = 10**12
REMEMBERED_MAX: Final = 1 << 16

_ZONE: Final = ZoneInfo(ZONE)
_INVOICE: Final = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,31}")
_WHOLE: Final = re.compile(r"([+-]?[0-9]{1,18})(?:\.0+)?")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9:]{2,5})?")
_MONTH_FIRST: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}) ([0-9]{1,2}):([0-9]{2})")


class Moment(Struct, frozen=True, gc=False):
    """When something was written down: `time` in UTC, `on` the day at the shop, `local` its clock as ISO text."""

    time: datetime
    on: date
    local: str


@lru_cache(REMEMBERED_MAX)
def invoice_of(cell: str | None) -> str:
    """Read an invoice number, in capitals: the data set's own description writes the C of a cancellation small."""
    number = (cell or "").strip().upper()
    if not _INVOICE.fullmatch(number):
        reason = f"{cell!r} is not an invoice number" if number else "the invoice number is empty"
        raise CellFault(INVOICE, reason, "give the invoice number: letters, digits, dot, dash, at most 32")
    return number


@lru_cache(REMEMBERED_MAX)
def sku_of(cell: str | None) -> str:
    """Read a product code in its canonical capitals."""
    remedy = "give the code of the item, as in the price list"
    try:
        return sku(cell or "")
    except ProductError as error:
        raise CellFault(CODE, str(error) if cell else "the product code is empty", remedy) from None


@lru_cache(REMEMBERED_MAX)
def quantity_of(cell: str | None) -> int:
    """Read whole units, signed as in the file; `6.0`, which spreadsheets make of 6, is 6."""
    remedy = f"give whole units with at most {QUANTITY_DIGITS_MAX} digits, such as 6 or -6"
    match = _WHOLE.fullmatch((cell or "").strip())
    if match is None:
        raise CellFault(QUANTITY, f"{cell!r} is not a whole number" if cell else "the quantity is empty", remedy)
    number = int(match[1])
    if abs(number) >= 10**QUANTITY_DIGITS_MAX:
        raise CellFault(QUANTITY, f"{cell!r} is more than {QUANTITY_DIGITS_MAX} digits", remedy)
    return number


@lru_cache(REMEMBERED_MAX)
def price_of(cell: str | None) -> int:
    """Read a unit price as thousandths of a pound; nothing is rounded."""
    remedy = f"give the price with a decimal point and at most {DECIMALS} decimals, such as 2.55"
    text = (cell or "").strip()
    if len(text) > PRICE_CHARACTERS_MAX:
        raise CellFault(PRICE, f"{text[:PRICE_CHARACTERS_MAX]!r}… is too long for a price", remedy)
    return Decimals(PRICE, "price", DECIMALS, remedy).read(text, PRICE_MINOR_MAX)


@lru_cache(REMEMBERED_MAX)
def customer_of(cell: str | None) -> str | None:
    """Read a customer's number as canonical text (`17850.0` is `17850`), None where nobody is named."""
    text = (cell or "").strip()
    if not text:
        return None
    match = _WHOLE.fullmatch(text)
    if match is None or text[0] in "+-":
        raise CellFault(CUSTOMER, f"{cell!r} is not a customer's number", "give digits only, or leave the cell empty")
    return str(int(match[1]))


@lru_cache(REMEMBERED_MAX)
def moment_of(cell: str | None) -> Moment:
    """Read a date with its time: ISO, or month first as in the original file (`12/1/2010 8:26` is 1 December).

    A time without an offset is the shop's clock; where the autumn change makes it ambiguous, the first hour is meant.
    """
    text = (cell or "").strip()
    try:
        told = _iso(text) if _ISO.fullmatch(text) else _month_first(text)
        at = (told if told.tzinfo else told.replace(tzinfo=_ZONE)).astimezone(UTC)
        here = at.astimezone(_ZONE)
    except (ValueError, OverflowError):
        reason = f"{cell!r} is not a date with a time" if text else "the date is empty"
        remedy = "give it as 2010-12-01 08:26:00, or month first as 12/1/2010 8:26"
        raise CellFault(DATE, reason, remedy) from None
    return Moment(at, here.date(), here.replace(tzinfo=None).isoformat(" "))


def _iso(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _month_first(text: str) -> datetime:
    match = _MONTH_FIRST.fullmatch(text)
    if match is None:
        raise ValueError(text)
    month, day, year, hour, minute = (int(part) for part in match.groups())
    return datetime(year, month, day, hour, minute)  # noqa: DTZ001 - the shop's clock; its zone is put on by the caller


def midnight(on: date) -> datetime:
    """Return the first moment of a day at the shop, in UTC."""
    return datetime.combine(on, time.min, tzinfo=_ZONE).astimezone(UTC)


@lru_cache(REMEMBERED_MAX)
def check_currency(cell: str | None) -> None:
    """Pass a line whose currency is the book's; the code is taken as written, for `GBp` means pence."""
    code = (cell or "").strip()
    if code == CURRENCY_CODE:
        return
    if code in _currencies():
        reason = f"this feed's book is in {CURRENCY_CODE}, and the line is in {code}"
        raise CellFault(CURRENCY, reason, f"load it into a book in {code}, or give the price in {CURRENCY_CODE}")
    reason = f"unknown currency {code!r}" if code else "the currency is empty"
    raise CellFault(CURRENCY, reason, f"give the ISO 4217 code {CURRENCY_CODE}")


@cache
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())
