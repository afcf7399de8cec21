"""What is said of purchases over HTTP."""

from datetime import date

from msgspec import Struct

from tallystick.api.words import Name


class PurchaseWhere(Struct, frozen=True):
    """Which purchase."""

    purchase: Name


class LineShown(Struct, frozen=True):
    """A line: units ordered, in, rejected, invoiced, sent back and still to come; money in minor units of the purchase.

    `received_not_invoiced` is what the line has in GR/IR, below zero where it was invoiced first.
    """

    line: int
    sku: str
    ordered: int
    received: int
    rejected: int
    invoiced: int
    sent_back: int
    to_come: int
    received_not_invoiced: int


class InvoiceShown(Struct, frozen=True):
    """An invoice: what it asks for, tax included, what was paid, and why it must wait."""

    invoice: str
    state: str
    amount: int
    paid: int
    reasons: tuple[str, ...]


class PurchaseShown(Struct, frozen=True):
    """A purchase as it stands; `short` are units ordered that are not here."""

    purchase: str
    state: str
    supplier: str
    location: str
    currency: str
    expected_on: date
    matching: str
    revision: int
    short: int
    received_not_invoiced: int
    lines: list[LineShown]
    invoices: list[InvoiceShown]
