"""Gift cards as who serves them sees them: codes become names that nobody can turn back, and a name has a card."""

from typing import Protocol

from tallystick.journal.card import Card


class GiftCards(Protocol):
    """Looks cards up."""

    def named(self, code: str) -> str:
        """Return the name of the card with this *code*: a keyed digest, the same for the same code however it is typed."""

    async def card(self, name: str) -> Card | None:
        """Return a card as it stands, None where it was never issued."""
