"""Sales: orders that wait for stock and money, and sales that have happened already."""

from datetime import date, datetime

from msgspec import UNSET, Struct, UnsetType

from tallystick.messages.marketplaces.terms import CollectedTax, MarketplaceTerms
from tallystick.messages.selling.gift_cards import CardTender
from tallystick.messages.selling.kits import KitSold
from tallystick.messages.selling.taxes import LineTax
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import Minor, NaturalMinor, NaturalUnits, PositiveMinor, PositiveUnits, SignedMinor, Units


class OrderLine(Struct, frozen=True, gc=False):
    """One line of an order: *net* and *tax* are for the whole line, not per unit."""

    line: int
    sku: str
    quantity: PositiveUnits
    net: NaturalMinor
    tax: NaturalMinor = 0


class ServiceLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something sold that is not kept in stock: postage, a manual line, a fee passed on.

    *service* names the account it is posted to, *sku* the code it was sold under; a discount is below zero.
    """

    line: int
    sku: str
    service: str
    quantity: PositiveUnits
    net: SignedMinor
    tax: SignedMinor = 0


class OrderPlaced(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a customer ordered. The order may be refused; nothing has left yet.

    *reservation* names one of the same subject whose units the order takes over. *partial* asks for what is there
    instead of all or nothing: the order is then cut down to it. *recipient* is the vault's reference of whom the goods
    go to, *payment_method* the provider's own reference of how the customer pays. *services* are what is paid beside the
    goods, such as shipping: earned when the first goods leave, and not before. *follows_parcels* says that the channel
    is to be told of each parcel that leaves. *contact* is the vault's reference of whom to write to; the customer, where
    it is empty. *already_sold* says that a shop has promised it to its customer, at the message's own time: what lacks
    stock then goes by the rule of `oversells`. A *location* of `auto`, or none, has the order sourced by the policy in
    force; *area* is where it goes, as the policy names areas: a country and the beginning of a postcode, no address.
    With *pick_up* the customer fetches it at the location. *marketplace* is there where the
    buyer has paid a marketplace already.
    *taxes* say of lines whose their tax is and what an engine made of them,
    by the rates named in *tax_source*; a tax that differs from it is told, and stays as it was sold. *cards*
    are gift cards that pay before the provider does, in this order. *kits* say which lines were ordered as one.
    """

    order: str
    channel: str
    location: str
    currency: str
    provider: str
    lines: tuple[OrderLine, ...]
    jurisdiction: str = "none"
    customer: str | None = None
    reservation: str = ""
    partial: bool = False
    recipient: str = ""
    payment_method: str = ""
    services: tuple[ServiceLine, ...] = ()
    follows_parcels: bool = False
    contact: str = ""
    already_sold: bool = False
    marketplace: MarketplaceTerms | None = None
    area: str = ""
    pick_up: bool = False
    taxes: tuple[LineTax, ...] = ()
    tax_source: str = ""
    cards: tuple[CardTender, ...] = ()
    kits: tuple[KitSold, ...] = ()


class OrderCancellationRequested(Struct, frozen=True, gc=False):
    """Report: the customer or a clerk wants the order stopped."""

    order: str
    reason: str = ""


class OrderLineCancellationRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the customer or a clerk does not want *quantity* units of a line any more; 0: all that is open of it."""

    order: str
    line: int
    quantity: NaturalUnits = 0
    reason: str = ""


class DeliveryChangeRequested(Struct, frozen=True, gc=False):
    """Report: the goods are to go to somebody, or somewhere, else: *recipient* is the vault's reference."""

    order: str
    recipient: str


class RefundRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the customer is to have *amount*, tax included, of what goods were sold for, though none come back."""

    order: str
    amount: PositiveMinor
    reason: str = ""


class AllowedLine(Struct, frozen=True, gc=False):
    """What is taken off the price of a line that has left; *jurisdiction*: whose its tax is, where not the order's."""

    line: int
    sku: str
    net: Minor
    tax: Minor
    jurisdiction: str | UnsetType = UNSET


class AllowanceGranted(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: the price of goods that have left was lowered afterwards (IFRS 15.21: a change of the transaction price).

    *number* is the refund it leads to. Tax that a marketplace *collected* is told beside the lines, which then have none.
    """

    order: str
    number: int
    channel: str
    jurisdiction: str
    currency: str
    lines: tuple[AllowedLine, ...]
    reason: str = ""
    collected: tuple[CollectedTax, ...] = ()


class SaleLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Goods on a sale or credit that has happened: *net* and *tax* are for the whole line.

    *net* is what the seller earns, whoever pays it. The shelf price is *net* and what came off it: *loyalty* by a
    customer card, *match* by doubling a coupon. *coupon* is what a manufacturer owes in the customer's place.
    """

    line: int
    sku: str
    quantity: PositiveUnits
    net: NaturalMinor
    tax: NaturalMinor = 0
    loyalty: NaturalMinor = 0
    match: NaturalMinor = 0
    coupon: NaturalMinor = 0


class ScanLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """A line of a till that moved no units: a coupon scanned by itself, a price without a count. As `SaleLine` else."""

    line: int
    sku: str
    net: NaturalMinor = 0
    loyalty: NaturalMinor = 0
    match: NaturalMinor = 0
    coupon: NaturalMinor = 0


class SaleReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a sale that has physically happened (a till, an invoice feed). It cannot be refused.

    *goods* leave the stock; *giveaways* leave it without a price; *services* earn without stock; *charges* are costs
    passed to or taken back from somebody; *vouchers* are owed, not earned, until they are redeemed.
    *tender* is how it is paid: `account` leaves it receivable, anything else is cleared at once.
    *till_day* is the day of the till that rang it up: what it brought waits for that day's cash-up. *whole* says that
    a till names all lines of the basket, so that a line it named before and does not name now was taken off.
    """

    sale: str
    channel: str
    location: str
    currency: str
    tender: str
    goods: tuple[SaleLine, ...] = ()
    giveaways: tuple[SaleLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    charges: tuple[ServiceLine, ...] = ()
    vouchers: tuple[ServiceLine, ...] = ()
    jurisdiction: str = "none"
    customer: str | None = None
    scans: tuple[ScanLine, ...] = ()
    till_day: date | None = None
    whole: bool = False


class CreditReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a sale, or part of one, was taken back. Amounts and quantities are positive: what is given back."""

    credit: str
    channel: str
    location: str
    currency: str
    tender: str
    goods: tuple[SaleLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    charges: tuple[ServiceLine, ...] = ()
    vouchers: tuple[ServiceLine, ...] = ()
    jurisdiction: str = "none"
    customer: str | None = None


class BadDebtLine(Struct, frozen=True, gc=False):
    """An amount that will not be paid (positive) or is taken back as payable after all (negative)."""

    line: int
    sku: str
    quantity: PositiveUnits
    written_off: SignedMinor


class BadDebtReported(Struct, frozen=True, gc=False):
    """Report: the seller's books gave up a receivable, or revived one."""

    adjustment: str
    channel: str
    currency: str
    lines: tuple[BadDebtLine, ...]


class SoldLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Goods sold, fully valued: *cost* is what left the inventory account for this line. As `SaleLine` else."""

    line: int
    sku: str
    quantity: Units
    net: Minor
    tax: Minor
    cost: Minor
    loyalty: Minor = 0
    match: Minor = 0
    coupon: Minor = 0


class SaleRecorded(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a finished sale with its costs. *paid* is what the tender cleared at once (signed).

    *taken* is what a till took, which its cash-up clears; below zero where coupons came to more than the goods.
    *customer* is the reference under which the goods can be taken back, None for a buyer nobody knows.
    """

    sale: str
    channel: str
    location: str
    currency: str
    tender: str
    jurisdiction: str
    paid: Minor
    goods: tuple[SoldLine, ...] = ()
    giveaways: tuple[SoldLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    charges: tuple[ServiceLine, ...] = ()
    vouchers: tuple[ServiceLine, ...] = ()
    customer: str | None = None
    scans: tuple[ScanLine, ...] = ()
    taken: Minor = 0


class ReversedLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """A line of a basket that proved wrong, at all it was booked with. *of_event* is the sale it was booked by."""

    line: int
    sku: str
    quantity: Units
    net: Minor
    tax: Minor
    cost: Minor
    of_event: int
    loyalty: Minor = 0
    match: Minor = 0
    coupon: Minor = 0

    @property
    def of_line(self) -> int:
        """The line of that sale: a corrected line keeps its number."""
        return self.line


class SaleReversed(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: lines that a till's later journal changed or took off; what replaces them is a sale of its own."""

    sale: str
    channel: str
    location: str
    currency: str
    tender: str
    jurisdiction: str
    taken: Minor
    goods: tuple[ReversedLine, ...] = ()
    giveaways: tuple[ReversedLine, ...] = ()
    scans: tuple[ScanLine, ...] = ()
    customer: str | None = None


class CreditedLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Goods taken back, fully valued. *of_event* and *of_line* name the sale; a blind return names none."""

    line: int
    sku: str
    quantity: Units
    net: Minor
    tax: Minor
    cost: Minor
    of_event: int = 0
    of_line: int = 0


class SaleCredited(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a sale taken back. *matched* lines carry the cost they left at, *blind* ones the cost known now."""

    credit: str
    channel: str
    location: str
    currency: str
    tender: str
    jurisdiction: str
    paid: Minor
    matched: tuple[CreditedLine, ...] = ()
    blind: tuple[CreditedLine, ...] = ()
    services: tuple[ServiceLine, ...] = ()
    charges: tuple[ServiceLine, ...] = ()
    vouchers: tuple[ServiceLine, ...] = ()
    customer: str | None = None


class BadDebtAdjusted(Struct, frozen=True, gc=False):
    """Fact: receivables written off, or revived where negative."""

    adjustment: str
    channel: str
    currency: str
    lines: tuple[BadDebtLine, ...]


class RefuseOrder(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to the channel: this order cannot be kept, with the lines that lack stock."""

    order: str
    reason: str
    lines: tuple[int, ...] = ()
    channel: str = ""


class CancelOrder(Struct, frozen=True, gc=False, omit_defaults=True):
    """Command to the channel: what has not left of the order will not come.

    *lines* are what will not come where something left and stayed: a channel that hears nothing of parcels cannot know.
    None named: nothing of the order stays with the customer.
    """

    order: str
    reason: str
    channel: str = ""
    lines: tuple[HeldLine, ...] = ()


class CancelLines(Struct, frozen=True, gc=False):
    """Command to the channel: these units of the order will not come, the rest of it will."""

    order: str
    channel: str
    lines: tuple[HeldLine, ...]
    reason: str


class DeadlinePassed(Struct, frozen=True, gc=False):
    """Report by our own clock: *member* stood in its state, at *version*, longer than it may."""

    member: str
    version: int
    due: datetime
