"""Integer amounts with a declared scale: units of a product, or minor units of a currency."""

import re
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import Annotated, Final

from msgspec import Meta, Struct

NUMBER_LIMIT: Final = 2**53
"""No number in a report reaches this: a thousand of them still add up to less than a bigint holds."""

Units = Annotated[int, Meta(description="whole units of a product", extra={"measure": "units"})]
PositiveUnits = Annotated[Units, Meta(gt=0, lt=NUMBER_LIMIT)]
NaturalUnits = Annotated[Units, Meta(ge=0, lt=NUMBER_LIMIT)]
SignedUnits = Annotated[Units, Meta(gt=-NUMBER_LIMIT, lt=NUMBER_LIMIT)]
Minor = Annotated[int, Meta(description="minor units of the currency named beside it", extra={"measure": "money"})]
PositiveMinor = Annotated[Minor, Meta(gt=0, lt=NUMBER_LIMIT)]
NaturalMinor = Annotated[Minor, Meta(ge=0, lt=NUMBER_LIMIT)]
SignedMinor = Annotated[Minor, Meta(gt=-NUMBER_LIMIT, lt=NUMBER_LIMIT)]

UNITS_PREFIX: Final = "sku:"
DECIMAL_LENGTH_MAX: Final = 40
_DECIMAL: Final = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?", re.ASCII)
_MONEY: Final = re.compile(r"([A-Z]{3})/(\d)", re.ASCII)


class AmountError(ValueError):
    """An amount that cannot be said in whole units of its commodity."""


class Amount(Struct, frozen=True, gc=False):
    """A positive whole number of one commodity.

    `commodity` is `sku:LAMP` for units or `EUR/2` for money counted in hundredths.
    """

    number: int
    commodity: str

    def __post_init__(self) -> None:
        if self.number <= 0:
            raise AmountError(f"an amount is above zero, not {self.number}: corrections are reversals")


def money(currency: str, decimals: int) -> str:
    """Return the commodity of *currency* counted with *decimals* digits, such as `GBP/3`."""
    return f"{currency}/{decimals}"


def decimals_of(commodity: str) -> int:
    """Return how many decimals a commodity is counted with: 0 for units, the declared number for money."""
    match = _MONEY.fullmatch(commodity)
    return int(match[2]) if match else 0


def units(sku: str) -> str:
    """Return the commodity that counts units of *sku*."""
    return UNITS_PREFIX + sku


def is_money(commodity: str) -> bool:
    """Say whether *commodity* is a currency rather than a product."""
    return not commodity.startswith(UNITS_PREFIX)


def parse_decimal(text: str, decimals: int) -> int:
    """Read `"-2.55"` as minor units at *decimals* digits.

    Raises `AmountError` when the text is no decimal number in plain digits, is longer than any amount, or has more
    significant digits than the scale holds: nothing is ever rounded at the door.
    """
    trimmed = text.strip()
    if len(trimmed) > DECIMAL_LENGTH_MAX:
        raise AmountError(f"a text of {len(trimmed)} characters is no amount: at most {DECIMAL_LENGTH_MAX}")
    match = _DECIMAL.fullmatch(trimmed)
    if match is None:
        raise AmountError(f"{text!r} is not a decimal number")
    sign, whole, fraction = match[1], match[2], (match[3] or "").rstrip("0")
    if len(fraction) > decimals:
        raise AmountError(f"{text!r} has more than {decimals} decimals")
    scale: int = 10**decimals
    number = int(whole) * scale + int(fraction.ljust(decimals, "0") or 0)
    return -number if sign == "-" else number


def format_decimal(number: int, decimals: int) -> str:
    """Write minor units as decimal text: `format_decimal(-2550, 3)` is `"-2.550"`."""
    if decimals == 0:
        return str(number)
    whole, fraction = divmod(abs(number), 10**decimals)
    return f"{'-' if number < 0 else ''}{whole}.{fraction:0{decimals}}"


def proportion(total: int, part: int, whole: int) -> int:
    """Return *part*/*whole* of *total* in whole numbers; the remainder stays with what is left of the whole.

    Taking 1 of 3, then 1 of 2, then 1 of 1 hands out every minor unit exactly once.
    """
    if not 0 < part <= whole:
        raise AmountError(f"cannot take {part} of {whole}")
    return total * part // whole


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """Divide *total* by *weights* (natural numbers, not all zero) in whole numbers that add up to it.

    No share is a whole unit off its exact value; where *total* is no more than all weights together, no share is more
    than its weight.
    """
    whole = sum(weights)
    reached = [0, *(total * upto // whole for upto in accumulate(weights))]
    return [after - before for before, after in pairwise(reached)]
