"""What is said of payments over HTTP."""

from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.orders.shapes import CommandStanding
from tallystick.api.words import Money, Name, Number, PositiveMoney, Reference, Text

RefundNumber = Annotated[int, Meta(ge=0, lt=10**6, description="the number the house asked the refund under")]


class Authorised(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider holds `amount` of the customer's money."""

    provider: Name
    amount: Money
    reference: Reference = ""


class Declined(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider will not hold the money."""

    reason: Text = ""


class Captured(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider took `amount`. One `reference` is one capture, however often it is told."""

    provider: Name
    amount: PositiveMoney
    reference: Annotated[Reference, Meta(min_length=1)]


class Voided(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider let the money go."""


class Refunded(Struct, frozen=True, forbid_unknown_fields=True):
    """The provider paid `amount` back. One `reference` is one refund, however often it is told."""

    provider: Name
    amount: PositiveMoney
    reference: Annotated[Reference, Meta(min_length=1)]


class AuthorisationWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask the provider once more, perhaps by another method: the provider's own `method` reference."""

    reference: Annotated[Reference, Meta(min_length=1, description="tells one try from the next")]
    method: Reference = ""


class CaptureWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Take `amount` of what is held now; all of it, where it is left out. One `reference` is asked for once."""

    reference: Annotated[Reference, Meta(min_length=1)]
    amount: PositiveMoney | None = None


class VoidWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Let go of what is held."""


class RefundWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """Give `amount` back, tax included, though no goods come back. One `reference` is given once."""

    reference: Annotated[Reference, Meta(min_length=1)]
    amount: PositiveMoney
    reason: Text = ""


class RefundPromised(Struct, frozen=True):
    """The refund `number` it leads to, and the order's `state`."""

    order: str
    number: int
    outcome: str
    state: str


class RefundWhere(Struct, frozen=True):
    """Which refund of which order."""

    order: Number
    number: RefundNumber


class PaymentMoved(Struct, frozen=True):
    """What became of it: the payment's `state` after the `outcome`; `ignored` where it changed nothing."""

    order: str
    outcome: str
    state: str


class RefundStanding(Struct, frozen=True):
    """A refund: `amount` asked for, `paid` so far, in minor units."""

    number: int
    state: str
    amount: int
    paid: int


class CardPart(Struct, frozen=True):
    """What a gift card pays of an order, in minor units: in all, for what left so far, and given back of that."""

    card: str
    wanted: int
    paid: int
    given_back: int


class PaymentStanding(Struct, frozen=True):
    """A payment as it stands, in minor units of `currency`: requested, owed for what left, taken, settled, given back.

    That is the provider's part; `gift_cards` have theirs.
    """

    order: str
    state: str
    provider: str | None
    currency: str | None
    requested: int
    owed: int
    captured: int
    settled: int
    given_back: int
    refunds: list[RefundStanding]
    commands: list[CommandStanding]
    gift_cards: list[CardPart] = []
