"""The message types of selling by their role, for the catalogue: of gift cards, and of kits."""

from typing import Final

from msgspec import Struct

from tallystick.messages.selling import gift_cards, kits

REPORTS: Final = (gift_cards.GiftCardIssued, gift_cards.GiftCardBlocked, gift_cards.GiftCardUnblocked)
BY_ROLE: Final = {
    "report": REPORTS,
    "fact": (
        gift_cards.GiftCardSold,
        gift_cards.GiftCardGranted,
        gift_cards.GiftCardStopped,
        gift_cards.GiftCardHeld,
        gift_cards.GiftCardRedeemed,
        gift_cards.GiftCardCredited,
        gift_cards.GiftCardExpired,
    ),
}
KITS: Final[dict[str, tuple[type[Struct], ...]]] = {"report": (kits.KitDeclared,), "fact": (kits.KitSet,)}
