"""What is said of gift cards over HTTP."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import Currency, Money, Name, PositiveMoney, Reference, Text
from tallystick.messages.selling.gift_cards import BasisPoints, Purpose

Code = Annotated[
    str,
    Meta(
        min_length=8,
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]{6,62}[A-Za-z0-9]$",
        description="what is printed on the card; blanks, dashes and the size of letters do not count. Make it long and random",
    ),
]
CardName = Annotated[
    str,
    Meta(
        pattern=r"^gc_[0-9a-f]{32}$", description="the digest a card is known by: whoever reads it cannot pay with it"
    ),
]


class CardWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """A card to be issued: sold for the `tender` that paid it, or granted where none is named; see `GiftCardIssued`.

    Of a `single` purpose voucher, `tax` of the amount is owed to `jurisdiction` now. `expires_on` is its last day.
    """

    code: Code
    channel: Name
    amount: PositiveMoney
    tender: Name | None = None
    currency: Currency | None = None
    purpose: Purpose = "multi"
    tax: Money = 0
    jurisdiction: Name = "none"
    expires_on: date | None = None
    breakage_basis_points: BasisPoints = 0
    reason: Reference = ""


class CodeGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """The code on a card."""

    code: Code


class CardWhere(Struct, frozen=True):
    """Which card."""

    card: CardName


class BlockWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a card is not to pay."""

    reason: Text = ""


class CardMoved(Struct, frozen=True):
    """What became of a card."""

    card: str
    outcome: str
    state: str


class CardShown(Struct, frozen=True):
    """A card as it stands: what it was good for, what is left of it, what of that orders hold, and until when it may pay."""

    card: str
    state: str
    channel: str
    currency: str
    face: int
    balance: int
    held: int
    available: int
    expires_on: date | None
