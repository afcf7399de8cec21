"""The message types of gift cards by their role, for the catalogue."""

from typing import Final

from tallystick.messages.selling import gift_cards

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
