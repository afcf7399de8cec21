"""How facts move the row of a card, and what a move is worth in the book. Pure."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.journal.card import Card, CardState
from tallystick.messages.selling import gift_cards as told


class Worth(Struct, frozen=True):
    """A move of a card in the book: see `GiftCardRedeemed`."""

    net: int
    tax: int
    breakage: int


def redeeming(card: Card, amount: int) -> Worth:
    """What it means to have *amount* of the card; below zero, to give it back."""
    after = replace(card, redeemed=card.redeemed + amount, held=0)
    tax = card.tax_left - after.tax_left
    return Worth(amount - tax, tax, card.owed - after.owed - (amount - tax))


def expiring(card: Card) -> tuple[int, int]:
    """What of the card nobody will ask for, and what of that is earned now."""
    amount = card.available
    after = replace(card, expired=card.expired + amount, state=CardState.EXPIRED)
    return amount, card.owed - after.owed


def _sold(card: Card, fact: told.GiftCardSold) -> None:
    card.channel, card.currency, card.jurisdiction = fact.channel, fact.currency, fact.jurisdiction
    card.state, card.expires_on = CardState.ACTIVE, fact.expires_on
    card.face, card.tax, card.breakage = fact.net + fact.tax, fact.tax, fact.breakage


def _granted(card: Card, fact: told.GiftCardGranted) -> None:
    card.channel, card.currency, card.jurisdiction = fact.channel, fact.currency, "none"
    card.state, card.expires_on, card.face = CardState.ACTIVE, fact.expires_on, fact.amount


def _stopped(card: Card, fact: told.GiftCardStopped) -> None:
    card.state = CardState.BLOCKED if fact.blocked else CardState.ACTIVE


def _held(card: Card, fact: told.GiftCardHeld) -> None:
    card.held += fact.amount


def _redeemed(card: Card, fact: told.GiftCardRedeemed) -> None:
    card.redeemed += fact.net + fact.tax
    card.held -= fact.net + fact.tax


def _credited(card: Card, fact: told.GiftCardCredited) -> None:
    card.redeemed -= fact.net + fact.tax


def _expired(card: Card, fact: told.GiftCardExpired) -> None:
    card.expired += fact.amount
    card.state = CardState.EXPIRED


_MOVES: Final[dict[type[Struct], Callable[[Card, Any], None]]] = {
    told.GiftCardSold: _sold,
    told.GiftCardGranted: _granted,
    told.GiftCardStopped: _stopped,
    told.GiftCardHeld: _held,
    told.GiftCardRedeemed: _redeemed,
    told.GiftCardCredited: _credited,
    told.GiftCardExpired: _expired,
}
CARD_FACTS: Final = frozenset(_MOVES)


def moved(card: Card, fact: Any) -> None:
    """Move *card* as *fact* says."""
    _MOVES[type(fact)](card, fact)


def flaw_of_card(card: Card) -> str:
    """Say what is physically impossible of a card: the database refuses the same."""
    if min(card.held, card.redeemed, card.expired, card.available) >= 0:
        return ""
    return f"{card.face} less {card.redeemed} redeemed, {card.expired} expired and {card.held} held is below zero"
