"""Medusa's unrounded amounts as minor units, and back. Pure; integers only."""

from typing import Final

from tallystick.connectors.medusa.wire import Figure
from tallystick.model.amount import AmountError, format_decimal, money

DECIMALS: Final = {"EUR": 2, "GBP": 2, "JPY": 0, "KWD": 3, "USD": 2}
"""Digits after the point (ISO 4217) of the currencies this door knows."""


def commodity(currency: str) -> str:
    """Return the currency of an order as the book counts it."""
    code = currency.upper()
    if code not in DECIMALS:
        raise AmountError(f"currency_code {currency!r} is none of {', '.join(DECIMALS)}")
    return money(code, DECIMALS[code])


def minor(figure: Figure, currency: str) -> int:
    """Return an amount in minor units, rounded to the nearest, halves to the even one."""
    text = str(figure)
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, part = digits.partition(".")
    if not (whole + part).isdecimal():
        raise AmountError(f"{figure!r} is no amount")
    down: int = 10 ** max(len(part) - DECIMALS[currency.upper()], 0)
    up: int = 10 ** max(DECIMALS[currency.upper()] - len(part), 0)
    kept, rest = divmod(int(whole + part) * up, down)
    return sign * (kept + (2 * rest > down or (2 * rest == down and kept % 2 == 1)))


def units(figure: Figure) -> int:
    """Return whole units; raise `AmountError` for a part of one."""
    whole, _, part = str(figure).partition(".")
    if not whole.isdecimal() or part.strip("0"):
        raise AmountError(f"{figure!r} is no whole number of units")
    return int(whole)


def number_of(amount: int, currency: str) -> float:
    """Return an amount as the JSON number Medusa insists on; its shortest decimal text is the amount itself."""
    code, _, digits = currency.partition("/")
    if DECIMALS.get(code) != int(digits or 0):
        raise AmountError(f"{currency} is not how the shop counts: it knows {', '.join(DECIMALS)}, as ISO 4217 does")
    return float(format_decimal(amount, DECIMALS[code]))
