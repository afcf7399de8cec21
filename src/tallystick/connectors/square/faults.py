"""What waits for a person, each kind by a name of its own, and what he does about it."""

from collections.abc import Mapping
from typing import Final

MEND: Final = "mend this body by `tally dead retry --set`, or book the sale by hand, then drop this letter"
UNREADABLE: Final = "what cannot be read"
NO_SKU: Final = "a line whose variation has no SKU"
NOT_WHOLE: Final = "a quantity that is not whole"
OTHER_TOTAL: Final = "a sale whose parts are not its total"
STRANGE_LINE: Final = "a line with units or amounts below zero"
OTHER_CURRENCY: Final = "amounts of two currencies"
NO_SALE: Final = "an order with nothing in it"

QUARANTINED: Final[Mapping[str, str]] = {
    UNREADABLE: "a field is missing or of another kind",
    NO_SKU: "nobody knows which product it is: give the variation a SKU in Square's catalogue",
    NOT_WHOLE: "goods sold by weight or length are not kept in parts of a unit here",
    OTHER_TOTAL: "something in it is not read",
    STRANGE_LINE: "it cannot have been sold",
    OTHER_CURRENCY: "a till has one",
    NO_SALE: "neither sold nor taken back",
}
"""What is quarantined, and why. The reason of each dead letter of this door begins with one of these names."""


class Unclear(ValueError):
    """Something in what the till said that must not be guessed."""

    def __init__(self, name: str, detail: str) -> None:
        """Call it by a *name* of `QUARANTINED`, and say where and what it is."""
        super().__init__(f"{name}: {detail}")
