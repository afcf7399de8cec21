"""Sales: orders that wait for stock and money, and sales that have happened already."""

from datetime import datetime

from msgspec import Struct

from tallystick.model.amount import Minor, NaturalMinor, PositiveUnits, SignedMinor, Units


class OrderLine(Struct, frozen=True, gc=False):
    """One line of an order: *net* and *tax* are for the whole line, not per unit."""

    line: int
    sku: str
    quantity: PositiveUnits
    net: NaturalMinor
    tax: NaturalMinor = 0


class OrderPlaced(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a customer ordered. The order may be refused; nothing has left yet.

    *reservation* names one of the same subject whose units the order takes over. *partial* asks for what is there
    instead of all or nothing: the order is then cut down to it.
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


class OrderCancellationRequested(Struct, frozen=True, gc=False):
    """Report: the customer or a clerk wants the order stopped."""

    order: str
    reason: str = ""


class SaleLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Goods on a sale or credit that has happened: *net* and *tax* are for the whole line."""

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


class SaleReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a sale that has physically happened (a till, an invoice feed). It cannot be refused.

    *goods* leave the stock; *giveaways* leave it without a price; *services* earn without stock; *charges* are costs
    passed to or taken back from somebody; *vouchers* are owed, not earned, until they are redeemed.
    *tender* is how it is paid: `account` leaves it receivable, anything else is cleared at once.
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


class SoldLine(Struct, frozen=True, gc=False):
    """Goods sold, fully valued: *cost* is what left the inventory account for this line."""

    line: int
    sku: str
    quantity: Units
    net: Minor
    tax: Minor
    cost: Minor


class SaleRecorded(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: a finished sale with its costs. *paid* is what the tender cleared at once (signed).

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


class RefuseOrder(Struct, frozen=True, gc=False):
    """Command to the channel: this order cannot be kept, with the lines that lack stock."""

    order: str
    reason: str
    lines: tuple[int, ...] = ()


class CancelOrder(Struct, frozen=True, gc=False):
    """Command to the channel: the order has ended without shipment."""

    order: str
    reason: str


class DeadlinePassed(Struct, frozen=True, gc=False):
    """Report by our own clock: *member* stood in its state, at *version*, longer than it may."""

    member: str
    version: int
    due: datetime
