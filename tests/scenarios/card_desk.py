"""The desk for gift cards: verbs for cards that are sold, granted, blocked and spent."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from tallystick.engine.answer import Answer
from tallystick.journal.card import Card
from tallystick.messages.sales import RefundRequested
from tallystick.messages.selling.gift_cards import (
    CardTender,
    GiftCardBlocked,
    GiftCardIssued,
    GiftCardUnblocked,
)
from tests.scenarios.book_text import amount_of
from tests.scenarios.shop import Bought, Shop


class CardDesk:
    """Beside a shop, at its web channel."""

    def __init__(self, shop: Shop) -> None:
        """Stand in *shop*."""
        self.shop = shop

    def sells(self, card: str, amount: str, **more: Any) -> Answer:
        """Somebody buys a card with a bank card."""
        issued = GiftCardIssued(card, "web", "EUR/2", amount_of(amount), "card", **more)
        return self.shop.hears(f"gift_card/{card}", issued)

    def grants(self, card: str, amount: str, expires_on: date | None = None) -> Answer:
        """Somebody is given store credit, to make up."""
        issued = GiftCardIssued(card, "web", "EUR/2", amount_of(amount), expires_on=expires_on, reason="late parcel")
        return self.shop.hears(f"gift_card/{card}", issued)

    def blocks(self, card: str) -> Answer:
        """The holder has lost it."""
        return self.shop.hears(f"gift_card/{card}", GiftCardBlocked(card, "lost"))

    def unblocks(self, card: str) -> Answer:
        """And found it again."""
        return self.shop.hears(f"gift_card/{card}", GiftCardUnblocked(card))

    def orders(self, *lines: Bought, cards: dict[str, str], **more: Any) -> str:
        """A customer orders and pays with cards, of each the amount named or all that is on it, and the rest with the provider."""
        order = self.shop.writes(*lines)
        tenders = tuple(CardTender(card, amount_of(amount) if amount else 0) for card, amount in cards.items())
        self.shop.placed[order] = replace(self.shop.placed[order], cards=tenders, **more)
        self.shop.says(order, self.shop.placed[order])
        return order

    def refunds(self, order: str, amount: str) -> Answer:
        """Goods are made cheaper afterwards."""
        return self.shop.says(order, RefundRequested(order, amount_of(amount), "scratched"))

    def row(self, card: str) -> Card:
        """The card as it stands."""
        return self.shop.book.loaded.card(card)

    def stands(self, card: str) -> tuple[int, int]:
        """What is left of a card, and what of that is held."""
        return self.row(card).balance, self.row(card).held
