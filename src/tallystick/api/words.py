"""The kinds of words and numbers that callers send, each with what it may be, so that contracts say it too."""

from functools import lru_cache
from typing import Annotated, Final

from msgspec import Meta

from tallystick.model.amount import NUMBER_LIMIT
from tallystick.model.product import sku as canonical

LINES_MAX: Final = 500

Name = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=32,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$",
        description="letters, digits, dot, dash and underscore, beginning with a letter or digit",
    ),
]
Number = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[!#-9;-z|~]{1,64}$",
        description="the caller's own number: visible ASCII but for colon, braces and quotes",
    ),
]
Sku = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=64,
        pattern=r"^[!#-9;-z|~][!#-z|~]*( [!#-z|~]+)*$",
        description="a product's code; capitals and small letters mean the same product",
    ),
]
Reference = Annotated[
    str,
    Meta(max_length=128, pattern=r"^[ -~]*$", description="somebody's own reference: visible ASCII and blanks"),
]
Text = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="a line of text")]
Currency = Annotated[
    str, Meta(pattern=r"^[A-Z]{3}/[0-9]$", description="a currency and how many decimals its amounts have: `EUR/2`")
]
Quantity = Annotated[int, Meta(gt=0, lt=10**9, description="whole units of a product")]
Money = Annotated[int, Meta(ge=0, lt=NUMBER_LIMIT, description="minor units of the book's currency")]
PositiveMoney = Annotated[
    int, Meta(gt=0, lt=NUMBER_LIMIT, description="minor units of the book's currency, above zero")
]
PageSize = Annotated[int, Meta(ge=1, le=500, description="how many at most")]


@lru_cache(65_536)
def sku_of(text: str) -> str:
    """Return the canonical code of a product; what is a `Sku` always has one."""
    return canonical(text)
