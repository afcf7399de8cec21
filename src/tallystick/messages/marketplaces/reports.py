"""What a marketplace says of money: paid back to a buyer, settled of an order, charged beside all orders."""

from msgspec import Struct

from tallystick.model.amount import PositiveMinor, SignedMinor


class MarketplaceRefundReported(Struct, frozen=True, gc=False):
    """Report: the marketplace paid *amount*, tax included, back to the buyer out of what it owes us. One *reference* is one refund.

    It need not have been asked to, and the goods need not be back.
    """

    order: str
    provider: str
    amount: PositiveMinor
    reference: str


class MarketplaceSettlementReported(Struct, frozen=True, gc=False):
    """Report: an order's part of a payout: of *gross*, *commission* was kept for the marketplace and *tax_withheld* for tax offices.

    An order has one part in a payout. All three are below zero where more was taken back than settled: a refund gives
    commission and tax back.
    """

    order: str
    provider: str
    payout: str
    bank: str
    gross: SignedMinor
    commission: SignedMinor
    tax_withheld: SignedMinor


class MarketplaceChargeReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: what a payout was smaller by beside all orders: a subscription, storage, advertising; negative: larger by.

    One *charge* is one name of one payout; *what* is the marketplace's own word for it. With *is_reserve* it is no cost: the
    marketplace holds it back for a later payout, or, negative, pays what it held back before.
    """

    charge: str
    channel: str
    provider: str
    payout: str
    bank: str
    currency: str
    what: str
    amount: SignedMinor
    is_reserve: bool = False


REPORTS = (MarketplaceRefundReported, MarketplaceSettlementReported, MarketplaceChargeReported)
