"""What waits for a person, each kind by a name of its own, and what he does about it."""

from collections.abc import Mapping
from typing import Final

MEND: Final = "mend the order in WooCommerce, or this body by `tally dead retry --set`, then drop this letter"
UNREADABLE: Final = "what cannot be read"
NO_SKU: Final = "a line without a SKU"
NO_GOODS: Final = "an order without goods"
OTHER_TOTAL: Final = "an order whose parts are not its total"
STRANGE_LINE: Final = "a line with units or amounts below zero"
STRANGE_REFUND: Final = "a refund of lines that are not in the order"
TOO_MANY: Final = "an order with more refunds than are read"
TOPIC: Final = "a webhook of another topic"

QUARANTINED: Final[Mapping[str, str]] = {
    UNREADABLE: "a field is missing, of another kind, or an amount with more digits than its currency has",
    NO_SKU: "nobody knows which product it is",
    NO_GOODS: "fees and shipping alone: nothing would ever leave, so nothing would ever be earned",
    OTHER_TOTAL: "something in it is not read: a plugin has put an amount elsewhere; a cent a line is taken as rounding",
    STRANGE_LINE: "it cannot be sold",
    STRANGE_REFUND: "nobody knows what was taken off",
    TOO_MANY: "a hundred are read, and what was taken off would be guessed",
    TOPIC: "take the webhook away in WooCommerce",
}
"""What is quarantined, and why. The reason of each dead letter of this door begins with one of these names."""


class Unclear(ValueError):
    """Something in what the shop said that must not be guessed."""

    def __init__(self, name: str, detail: str) -> None:
        """Call it by a *name* of `QUARANTINED`, and say where and what it is."""
        super().__init__(f"{name}: {detail}")
