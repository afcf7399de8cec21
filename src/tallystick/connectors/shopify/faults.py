"""What waits for a person, each kind by a name of its own, and what he does about it."""

from collections.abc import Mapping
from typing import Final

MEND: Final = "mend the order in Shopify, or this body by `tally dead retry --set`, then drop this letter"
UNREADABLE: Final = "what cannot be read"
NO_SKU: Final = "a line that is shipped and has no SKU"
GIFT_CARD: Final = "a line that sells a gift card"
NO_GOODS: Final = "an order of services alone"
TWO_PROVIDERS: Final = "two providers in one order"
OTHER_TOTAL: Final = "an order whose parts are not its total"
POS: Final = "an order of Shopify POS"
ADDED: Final = "units added by an edit"
NO_CURRENCY: Final = "an amount that is not in the customer's currency"
STRANGE_LINE: Final = "a line with units or amounts below zero"
STRANGE_PARCEL: Final = "a parcel or refund of lines that are not in the order"
TOO_MANY: Final = "an order with more transactions than are read"
TOPIC: Final = "a webhook of another topic"
OTHER_PAYOUT: Final = "a payout whose movements are not its amount"
NO_ORDER: Final = "a movement of a payout that names no order"
CONVERTED: Final = "a movement of an order paid in another currency"
STRANGE_MOVEMENT: Final = "a movement that is a test, or whose fee does not fit its net"

QUARANTINED: Final[Mapping[str, str]] = {
    UNREADABLE: "a field is missing, of another kind, or an amount with more digits than its currency has",
    NO_SKU: "nobody knows which product it is",
    GIFT_CARD: "it is owed, not earned, and an order has no room for that yet",
    NO_GOODS: "nothing would ever leave, so nothing would ever be earned",
    TWO_PROVIDERS: "an order has one provider: a gift card pays a part, or two gateways do; see the setting `providers`",
    OTHER_TOTAL: "something in it is not read, such as a fee of a new kind, or taxes without a line",
    POS: "it has happened and cannot be refused",
    ADDED: "an order that stands is not made larger here: place them as another order",
    NO_CURRENCY: "a rate would have to be guessed",
    STRANGE_LINE: "it cannot be sold",
    STRANGE_PARCEL: "nobody knows what left or came back",
    TOO_MANY: "a hundred are read; what is held would be guessed",
    TOPIC: "take its subscription away in Shopify",
    OTHER_PAYOUT: "a page is missing, or the payout has changed",
    NO_ORDER: "disputes, adjustments, reserves and fees of Shopify itself",
    CONVERTED: "the book converts no money",
    STRANGE_MOVEMENT: "it cannot be believed",
}
"""What is quarantined, and why. The reason of each dead letter of this door begins with one of these names."""


class Unclear(ValueError):
    """Something in what the shop said that must not be guessed."""

    def __init__(self, name: str, detail: str) -> None:
        """Call it by a *name* of `QUARANTINED`, and say where and what it is."""
        super().__init__(f"{name}: {detail}")
