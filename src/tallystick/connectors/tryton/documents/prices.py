"""Net amounts as Tryton's quantities and unit prices, and taxes as one of its own. Pure; integers only."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

PRICE_DECIMALS: Final = 4
"""Tryton's default (`price_decimal`)."""


class Priced(Struct, frozen=True):
    """So many units (below zero: given back) at a price in ten-thousandths of the currency."""

    quantity: int
    price: int


class Tax(Struct, frozen=True):
    """One of Tryton's taxes: its rate is *numerator* / *denominator*, and it is owed on the account of *code*."""

    id: int
    name: str
    numerator: int
    denominator: int
    code: str


def priced(net: int, quantity: int, decimals: int) -> list[Priced]:
    """Return lines of together *quantity* units whose amounts, each rounded as Tryton does, come to *net* exactly."""
    sign, scale = (-1 if net < 0 else 1), 10 ** (PRICE_DECIMALS - decimals)
    total = abs(net) * scale
    low = total // quantity
    for price in (low, low + 1):
        if amount_of(quantity, price, scale) == abs(net):
            return [Priced(sign * quantity, price)]
    rest = abs(net) - amount_of(quantity - 1, low, scale)
    return [Priced(sign * (quantity - 1), low), Priced(sign, rest * scale)]


def amount_of(quantity: int, price: int, scale: int) -> int:
    """Return what Tryton makes of a line: the product, rounded to minor units, halves to the even one."""
    whole, rest = divmod(quantity * price, scale)
    return whole + (2 * rest > scale or (2 * rest == scale and whole % 2 == 1))


def fitting(taxes: Sequence[Tax], net: int, tax: int, quantity: int) -> Tax | None:
    """Return the tax whose rate gives *tax* on *net*, but for half a minor unit a unit sold and one more; None for none."""
    fits = [(_off(t, net, tax), t) for t in taxes]
    near = [(off, t) for off, t in fits if 2 * off <= (quantity + 2) * t.denominator]
    return min(near, key=lambda one: (one[0] * _others(taxes, one[1]), taxes.index(one[1])))[1] if near else None


def _off(tax: Tax, net: int, amount: int) -> int:
    """Return how far *amount* is from the rate's, in minor units times the tax's denominator."""
    return abs(amount * tax.denominator - net * tax.numerator)


def _others(taxes: Sequence[Tax], mine: Tax) -> int:
    """Return what makes a distance comparable with those under other denominators."""
    product = 1
    for t in taxes:
        product *= t.denominator if t is not mine else 1
    return product
