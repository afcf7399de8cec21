"""How many digits after the point a currency is counted with, by ISO 4217. Partners write amounts as decimals of it."""

from typing import Final

from tallystick.model.amount import AmountError, format_decimal, money, parse_decimal

_NONE: Final = frozenset(
    [
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ]
)
_THREE: Final = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_LETTERS: Final = 3


def digits_of(currency: str) -> int:
    """Return the digits of a currency's smallest unit; raise `AmountError` for what is no code of three capitals."""
    if len(currency) != _LETTERS or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise AmountError(f"currency {currency!r} is no code of three letters")
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


def commodity_of(currency: str) -> str:
    """Return the commodity that counts *currency*, such as `JPY/0`."""
    return money(currency, digits_of(currency))


def minor_of(said: str | float, currency: str) -> int:
    """Return what a partner wrote, as text or as a JSON number, in minor units; raise `AmountError` where it is not whole.

    A JSON number is taken as it was written: the shortest decimal that stands for it. Nothing is rounded.
    """
    return parse_decimal(said if isinstance(said, str) else repr(said), digits_of(currency))


def decimal_of(amount: int, commodity: str) -> tuple[str, str]:
    """Return an amount of a commodity such as `EUR/2` as decimal text, and its currency.

    Raises `AmountError` where the book counts the currency with other digits than ISO 4217 does.
    """
    currency = commodity.partition("/")[0]
    if commodity != commodity_of(currency):
        raise AmountError(f"{commodity} is not how {currency} is written: {commodity_of(currency)} is")
    return format_decimal(amount, digits_of(currency)), currency
