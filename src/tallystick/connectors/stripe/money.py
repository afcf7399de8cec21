"""Amounts as Stripe writes them ⇄ as the book counts them. Exact or refused.

Source: Stripe's page “Supported currencies”: zero-decimal and three-decimal currencies, and ISK and UGX, which have no
decimals and are written with two.
"""

from collections.abc import Mapping
from typing import Final

from tallystick.model.amount import AmountError, money

_NONE: Final = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE: Final = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
_WRITTEN_WITH_TWO: Final = frozenset({"ISK", "UGX"})
_LETTERS: Final = 3


class Digits:
    """How many digits after the point the book gives each currency."""

    def __init__(self, otherwise: str = "") -> None:
        """Take what the setting `digits` says; raise `AmountError` for what is no currency with digits."""
        self._otherwise: Mapping[str, int] = dict(_read(word) for word in otherwise.split())

    def of(self, currency: str) -> int:
        """Return the book's digits of a currency."""
        iso = 0 if currency in _WRITTEN_WITH_TWO else written(currency)
        return self._otherwise.get(currency, iso)

    def ours(self, amount: int, currency: str) -> int:
        """Return Stripe's amount in the book's minor units; raise `AmountError` where that is no whole number."""
        name = currency.upper()
        return _scaled(amount, self.of(name) - written(name), name)

    def theirs(self, amount: int, commodity: str) -> tuple[int, str]:
        """Return the book's amount of a commodity such as `EUR/2` as Stripe writes it, and its name of the currency."""
        name, _, digits = commodity.partition("/")
        if commodity != money(name, self.of(name)):
            raise AmountError(f"{commodity} is not how this connection counts {name}: see its setting `digits`")
        scaled = _scaled(amount, written(name) - int(digits), name)
        if name in _THREE and scaled % 10:
            raise AmountError(f"Stripe takes {name} in tens of its smallest unit, and {amount} is none")
        return scaled, name.lower()


def written(currency: str) -> int:
    """Return with how many digits Stripe writes a currency."""
    if len(currency) != _LETTERS or not (currency.isascii() and currency.isupper()):
        raise AmountError(f"currency {currency!r} is no code of three letters")
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


def _scaled(amount: int, more: int, currency: str) -> int:
    if more >= 0:
        return amount * int(10**more)
    whole, rest = divmod(amount, int(10**-more))
    if rest:
        raise AmountError(f"{amount} of {currency} has more digits than can be kept: see the setting `digits`")
    return whole


def _read(word: str) -> tuple[str, int]:
    name, _, digits = word.partition("/")
    if not digits.isdecimal():
        raise AmountError(f"{word!r} in the setting `digits` is no currency with digits such as GBP/3")
    return name, int(digits)
