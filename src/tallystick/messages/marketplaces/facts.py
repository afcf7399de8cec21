"""What a marketplace's money became in the book."""

from msgspec import Struct

from tallystick.model.amount import Minor


class MarketplaceSettled(Struct, frozen=True, gc=False):
    """Fact: an order's part of a payout reached the bank: *net* of the *commission* kept and the tax *withheld*."""

    order: str
    channel: str
    provider: str
    bank: str
    payout: str
    currency: str
    net: Minor
    commission: Minor
    withheld: Minor


class MarketplaceCharged(Struct, frozen=True, gc=False):
    """Fact: a payout was smaller for something that belongs to no order: a *cost*, or what is *held* back for later."""

    charge: str
    channel: str
    provider: str
    payout: str
    bank: str
    currency: str
    what: str
    cost: Minor
    held: Minor
