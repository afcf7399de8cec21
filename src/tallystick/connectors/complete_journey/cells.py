"""Reading single cells: each function returns what a cell says, or raises a `CellFault` that says what to do.

Cells repeat by the thousand in a year of tills, so every reader remembers what it has read.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from tallystick.connectors.complete_journey.columns import BASKET, HOUSEHOLD, MOMENT, PRODUCT, QUANTITY, SHOP
from tallystick.kit.cells import CellFault, Decimals
from tallystick.model.amount import money
from tallystick.model.party import PERSON_PREFIX

DECIMALS: Final = 2
CURRENCY: Final = money("USD", DECIMALS)
ZONE: Final = "America/New_York"
QUANTITY_DIGITS_MAX: Final = 9
MONEY_MINOR_MAX: Final = 10**11
LINE_MAX: Final = 2**31 - 1
REMEMBERED_MAX: Final = 1 << 16
REMEMBERED_OF_A_DAY: Final = 1 << 12
"""Enough for what repeats among neighbours only: the baskets of some days, and their moments."""

_ZONE: Final = ZoneInfo(ZONE)
_DIGITS: Final = re.compile(r"[0-9]{1,18}")
_HOUSEHOLD: Final = re.compile(rf"{PERSON_PREFIX}[0-9a-f]+|[0-9]{{1,18}}")


class Moment(Struct, frozen=True, gc=False):
    """When a basket was rung up: `time` in UTC, `on` the day at the shop."""

    time: datetime
    on: date


def _number(cell: str | None, field: str, what: str) -> str:
    text = (cell or "").strip()
    if not _DIGITS.fullmatch(text):
        reason = f"{cell!r} is not a {what}" if text else f"the {what} is empty"
        raise CellFault(field, reason, f"give the {what}: digits only")
    return str(int(text))


@lru_cache(REMEMBERED_MAX)
def shop_of(cell: str | None) -> str:
    """Read the number of a shop."""
    return _number(cell, SHOP, "number of a shop")


@lru_cache(REMEMBERED_OF_A_DAY)
def basket_of(cell: str | None) -> str:
    """Read the number of a basket."""
    return _number(cell, BASKET, "number of a basket")


@lru_cache(REMEMBERED_MAX)
def product_of(cell: str | None) -> str:
    """Read the number of a product, which also names the line within its basket."""
    number = _number(cell, PRODUCT, "number of a product")
    if not 0 < int(number) <= LINE_MAX:
        raise CellFault(PRODUCT, f"{cell!r} is not the number of a product", f"give it from 1 to {LINE_MAX}")
    return number


@lru_cache(REMEMBERED_MAX)
def household_of(cell: str | None) -> str | None:
    """Read a household's number, or the reference that stands for it; None where nobody is named."""
    text = (cell or "").strip()
    if text and not _HOUSEHOLD.fullmatch(text):
        raise CellFault(HOUSEHOLD, f"{cell!r} is not the number of a household", "give digits only, or leave it empty")
    return text or None


@lru_cache(REMEMBERED_MAX)
def quantity_of(cell: str | None) -> int:
    """Read whole units of what the till counts: pieces, or thousandths of a gallon of fuel."""
    remedy = f"give whole units, none or more, with at most {QUANTITY_DIGITS_MAX} digits"
    text = (cell or "").strip()
    if not _DIGITS.fullmatch(text):
        is_negative = text.startswith("-") and _DIGITS.fullmatch(text[1:]) is not None
        what = "is below zero: a till of this feed takes nothing back" if is_negative else "is not a whole number"
        raise CellFault(QUANTITY, f"{cell!r} {what}" if text else "the quantity is empty", remedy)
    if len(text) > QUANTITY_DIGITS_MAX:
        raise CellFault(QUANTITY, f"{cell!r} has more than {QUANTITY_DIGITS_MAX} digits", remedy)
    return int(text)


@lru_cache(REMEMBERED_MAX)
def money_of(cell: str | None, field: str) -> int:
    """Read an amount as cents; nothing is rounded here."""
    remedy = f"give dollars with a decimal point and at most {DECIMALS} decimals, none or more, such as 2.55"
    minor = Decimals(field, "amount", DECIMALS, remedy).read(cell, MONEY_MINOR_MAX)
    if minor < 0:
        raise CellFault(field, f"{(cell or '').strip()!r} is below zero", remedy)
    return minor


@lru_cache(REMEMBERED_OF_A_DAY)
def moment_of(cell: str | None) -> Moment:
    """Read an ISO time, UTC unless it names an offset; the day is that of the shop."""
    text = (cell or "").strip()
    try:
        told = datetime.fromisoformat(text)
        at = (told if told.tzinfo else told.replace(tzinfo=UTC)).astimezone(UTC)
        moment = Moment(at, at.astimezone(_ZONE).date())
        closing(moment.on)  # a day without an end, such as the calendar's last, is none a shop has
    except (ValueError, OverflowError):
        reason = f"{cell!r} is not a date with a time" if text else "the time is empty"
        raise CellFault(MOMENT, reason, "give it in UTC as 2017-01-01 11:53:26") from None
    return moment


def midnight(on: date) -> datetime:
    """Return the first moment of a day at the shop, in UTC."""
    return datetime.combine(on, time.min, tzinfo=_ZONE).astimezone(UTC)


def closing(on: date) -> datetime:
    """Return the last second of a day at the shop, in UTC: when its tills are counted."""
    return midnight(on + timedelta(days=1)) - timedelta(seconds=1)
