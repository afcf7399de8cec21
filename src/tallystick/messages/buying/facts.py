"""What buying posts, fully valued."""

from msgspec import Struct

from tallystick.messages.stock import ValuedLine
from tallystick.model.amount import Minor, Units


class GoodsBought(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods of a purchase are here, by the condition they are put away in, at the price they were ordered at."""

    purchase: str
    receipt: str
    supplier: str
    location: str
    currency: str
    sellable: tuple[ValuedLine, ...] = ()
    quarantine: tuple[ValuedLine, ...] = ()
    damaged: tuple[ValuedLine, ...] = ()


class SentBackValue(Struct, frozen=True, gc=False):
    """Units that left for their supplier: *owed* is what they were ordered at, *difference* what they cost us beyond it."""

    line: int
    sku: str
    quantity: Units
    owed: Minor
    difference: Minor


class GoodsSentBack(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods left for their supplier, by the condition they stood in."""

    purchase: str
    consignment: str
    supplier: str
    location: str
    currency: str
    sellable: tuple[SentBackValue, ...] = ()
    quarantine: tuple[SentBackValue, ...] = ()
    damaged: tuple[SentBackValue, ...] = ()


class InvoiceSplit(Struct, frozen=True, gc=False):
    """What a line of an invoice is for: *cleared* at the ordered price, and what it asks beyond it.

    The difference goes *to_stock* as far as the units are still here, *to_cost* as far as they are gone; or is *disputed*.
    """

    line: int
    sku: str
    cleared: Minor
    to_stock: Minor
    to_cost: Minor
    disputed: Minor


class SupplierInvoiced(Struct, frozen=True, gc=False):
    """Fact: we owe a supplier for goods of a purchase."""

    purchase: str
    invoice: str
    supplier: str
    location: str
    jurisdiction: str
    currency: str
    lines: tuple[InvoiceSplit, ...]
    tax: Minor


class AcceptedLine(Struct, frozen=True, gc=False):
    """A disputed price difference that was accepted after all."""

    line: int
    sku: str
    to_stock: Minor
    to_cost: Minor


class DisputeAccepted(Struct, frozen=True, gc=False):
    """Fact: what was disputed on an invoice is paid, and is what the goods cost."""

    purchase: str
    invoice: str
    supplier: str
    location: str
    currency: str
    lines: tuple[AcceptedLine, ...]


class SupplierCredited(Struct, frozen=True, gc=False):
    """Fact: a supplier gives money back; the split is that of an invoice, the other way round."""

    purchase: str
    credit: str
    supplier: str
    location: str
    jurisdiction: str
    currency: str
    lines: tuple[InvoiceSplit, ...]
    tax: Minor


class LandedCostAdded(Struct, frozen=True, gc=False):
    """Fact: what it cost to bring goods here is part of what they cost."""

    purchase: str
    cost: str
    payee: str
    location: str
    jurisdiction: str
    currency: str
    lines: tuple[AcceptedLine, ...]
    tax: Minor


class SupplierPaid(Struct, frozen=True, gc=False):
    """Fact: a supplier's invoice was paid from a bank account."""

    purchase: str
    invoice: str
    supplier: str
    bank: str
    currency: str
    amount: Minor
