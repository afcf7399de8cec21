"""Gift cards: what each was sold for, what orders hold and have had of it, and what of it is still owed.

A card's numbers are kept in one row, locked and checked by the database as a stock layer is. What is owed for a multi-purpose
voucher is what is left of it less the breakage earned so far (IFRS 15.B44-B47); for a single-purpose one, whose tax was owed when it
was sold (Art. 30b of Directive 2006/112/EC), what is left of it without that tax.
"""

from datetime import date
from enum import StrEnum
from typing import Final

from msgspec import Struct


class CardState(StrEnum):
    """Whether a card may pay: nobody knows it, it may, it is blocked, or its time is over."""

    UNKNOWN = ""
    ACTIVE = "active"
    BLOCKED = "blocked"
    EXPIRED = "expired"


class Card(Struct):
    """One gift card; amounts in minor units of *currency*.

    *face* is what it is good for, *tax* how much of that was owed to *jurisdiction* when it was sold (single-purpose only),
    *breakage* how much is expected never to be asked for. *redeemed* has been had, *expired* will not be, *held* waits for
    orders. *channel* is who issued it. *event* is the last that touched it.
    """

    channel: str = ""
    currency: str = ""
    jurisdiction: str = ""
    state: str = CardState.UNKNOWN
    expires_on: date | None = None
    face: int = 0
    tax: int = 0
    breakage: int = 0
    redeemed: int = 0
    expired: int = 0
    held: int = 0
    event: int = 0

    @property
    def balance(self) -> int:
        """What is left of it, held or not."""
        return self.face - self.redeemed - self.expired

    @property
    def available(self) -> int:
        """What is left and not held."""
        return self.balance - self.held

    @property
    def tax_left(self) -> int:
        """The part of what is left whose tax was owed when the card was sold."""
        return self.tax * self.balance // self.face if self.tax else 0

    @property
    def owed(self) -> int:
        """What the book owes for it."""
        return self.balance - self.tax_left - self._earned

    @property
    def _earned(self) -> int:
        """Breakage earned so far: in proportion to what customers have had of what they are expected to (IFRS 15.B46)."""
        if not self.breakage or self.state == CardState.EXPIRED:
            return 0
        return min(self.breakage, self.breakage * self.redeemed // (self.face - self.breakage), self.balance)

    def usable(self, on: date, currency: str) -> int:
        """What it may pay on a day, in *currency*."""
        over = self.expires_on is not None and self.expires_on < on
        return self.available if self.state == CardState.ACTIVE and not over and self.currency == currency else 0


CARD_COLUMNS: Final = Card.__struct_fields__
