"""Gift cards and store credit: issued, held and had by orders, blocked, run out. A card is named by a keyed digest of its code."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.model.amount import Minor, NaturalMinor, PositiveMinor

Purpose = Literal["multi", "single"]
BasisPoints = Annotated[int, Meta(ge=0, lt=10_000)]


class CardTender(Struct, frozen=True, gc=False, omit_defaults=True):
    """A card that pays part of an order: *amount* of it, or as much as is there where it is 0."""

    card: str
    amount: NaturalMinor = 0


class GiftCardIssued(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a card good for *amount* was sold for the *tender* that paid it, or granted where no tender is named.

    A *single* purpose voucher says with its sale which goods, taxed how, it will buy (Art. 30a of Directive 2006/112/EC): *tax* of
    the amount is owed to *jurisdiction* now. A *multi* purpose one is taxed with the goods. *expires_on* is its last day.
    *breakage_basis_points* is the part that is expected never to be asked for, earned as the rest is used (IFRS 15.B46); with
    none, what is left is earned when it runs out.
    """

    card: str
    channel: str
    currency: str
    amount: PositiveMinor
    tender: str = ""
    purpose: Purpose = "multi"
    tax: NaturalMinor = 0
    jurisdiction: str = "none"
    expires_on: date | None = None
    breakage_basis_points: BasisPoints = 0
    reason: str = ""


class GiftCardBlocked(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a card was lost or stolen: it pays for nothing more, but what orders hold of it."""

    card: str
    reason: str = ""


class GiftCardUnblocked(Struct, frozen=True, gc=False):
    """Report: a blocked card may pay again."""

    card: str


class GiftCardSold(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a card was sold. *net* is owed to its holder, *tax* to the tax office already; *breakage* is expected not to be asked for."""

    card: str
    channel: str
    currency: str
    jurisdiction: str
    tender: str
    net: Minor
    tax: Minor
    breakage: int = 0
    expires_on: date | None = None


class GiftCardGranted(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a card was given for nothing, as store credit or to make up: it lowers what sales earn (IFRS 15.70)."""

    card: str
    channel: str
    currency: str
    amount: Minor
    expires_on: date | None = None
    reason: str = ""


class GiftCardStopped(Struct, frozen=True, gc=False):
    """Fact: a card may not pay, or may again."""

    card: str
    blocked: bool


class GiftCardHeld(Struct, frozen=True, gc=False):
    """Fact: *amount* of a card waits for an order's goods to leave; below zero: it waits no more."""

    card: str
    order: str
    amount: int


class GiftCardRedeemed(Struct, frozen=True, gc=False):
    """Fact: what an order held of a card has paid for goods that left.

    *net* is no longer owed to the holder, *tax* was owed when the card was sold and is not twice. *breakage* is earned with it; below
    zero where more is asked for than was expected. *issuer* is the channel that sold the card, *channel* that of the order.
    """

    card: str
    order: str
    issuer: str
    channel: str
    jurisdiction: str
    currency: str
    net: Minor
    tax: Minor
    breakage: Minor


class GiftCardCredited(Struct, frozen=True, gc=False):
    """Fact: what a card paid of goods that came back stands on it again; as `GiftCardRedeemed`, the other way."""

    card: str
    order: str
    issuer: str
    channel: str
    jurisdiction: str
    currency: str
    net: Minor
    tax: Minor
    breakage: Minor


class GiftCardExpired(Struct, frozen=True, gc=False):
    """Fact: a card's time is over: *amount* of it will not be asked for, and *breakage* of what was owed for it is earned."""

    card: str
    issuer: str
    currency: str
    amount: int
    breakage: Minor
