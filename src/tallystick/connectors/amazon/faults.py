"""What waits for a person, each kind by a name of its own, and what he does about it."""

from collections.abc import Mapping
from typing import Final

MEND: Final = "mend this body by `tally dead retry --set`, or see to it in Seller Central, then drop this letter"
UNREADABLE: Final = "what cannot be read"
FBA: Final = "an order that Amazon sends itself"
NO_SKU: Final = "a line without a SKU"
OTHER_TOTAL: Final = "an order whose parts are not its total"
STRANGE_LINE: Final = "a line with units or amounts below zero"
OTHER_CURRENCY: Final = "amounts of two currencies"
REPLACEMENT: Final = "a replacement that nobody pays for"
CASH: Final = "an order paid at the door or in a shop"
IN_PART: Final = "a cancellation of a part"
NO_NOTICE: Final = "a notification of another kind"
OTHER_PAYOUT: Final = "a settlement whose rows are not its total"
NEW_AMOUNT: Final = "an amount of a kind that is not known"
NO_BANK: Final = "a settlement without a bank"

QUARANTINED: Final[Mapping[str, str]] = {
    UNREADABLE: "a field is missing, of another kind, or an amount with more digits than its currency has",
    FBA: "its goods are not ours to reserve or send, and no location of the book holds them: book it by hand",
    NO_SKU: "nobody knows which product it is",
    OTHER_TOTAL: "something in it is not read, such as a fee of a new kind or gift wrap, which Amazon tells with personal data only",
    STRANGE_LINE: "it cannot have been sold",
    OTHER_CURRENCY: "an order or settlement has one",
    REPLACEMENT: "it would be revenue of nothing: send it by hand, and book it as goods given away",
    CASH: "its buyer has not paid Amazon yet",
    IN_PART: "Amazon does not say how many units of a line: take them off by `tally order`, or in Seller Central",
    NO_NOTICE: "only ORDER_CHANGE is understood: take the subscription away, or its rule",
    OTHER_PAYOUT: "rows are missing, or the file was cut",
    NEW_AMOUNT: "it may be price, fee or tax: each goes to another account",
    NO_BANK: "name the bank account by the setting `bank`",
}
"""What is quarantined, and why. The reason of each dead letter of this door begins with one of these names."""


class Unclear(ValueError):
    """Something in what Amazon said that must not be guessed."""

    def __init__(self, name: str, detail: str) -> None:
        """Call it by a *name* of `QUARANTINED`, and say where and what it is."""
        super().__init__(f"{name}: {detail}")
