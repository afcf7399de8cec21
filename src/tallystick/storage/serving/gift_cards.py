"""Gift cards for whoever serves them."""

from typing import Any, Final

from tallystick.journal.card import CARD_COLUMNS, Card
from tallystick.security.keyring import Keyring
from tallystick.storage.serving.pool import Pool, lent

_CARD: Final = f"select {', '.join(CARD_COLUMNS)} from gift_card where card = $1"
_NEWEST: Final = f"select card, {', '.join(CARD_COLUMNS)} from gift_card order by event desc limit $1"


async def card_of(connection: Any, name: str) -> Card | None:
    """Return a card as it stands, None where it was never issued."""
    rows = await connection.fetch(_CARD, name)
    return Card(*rows[0]) if rows else None


async def newest_cards(connection: Any, limit: int) -> list[tuple[str, Card]]:
    """Return the cards that moved last, the last first."""
    return [(row[0], Card(*row[1:])) for row in await connection.fetch(_NEWEST, limit)]


class GiftCards:
    """Implements `ports.gift_cards.GiftCards`."""

    def __init__(self, pool: Pool, keyring: Keyring) -> None:
        """Ask over *pool*; codes are named with the *keyring* of the book."""
        self._pool, self._keyring = pool, keyring

    def named(self, code: str) -> str:
        """Return the name of the card with this code."""
        return self._keyring.gift_card(code)

    async def card(self, name: str) -> Card | None:
        """Return a card as it stands."""
        async with lent(self._pool) as connection:
            return await card_of(connection, name)
