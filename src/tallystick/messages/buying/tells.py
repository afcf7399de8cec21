"""What a purchase and its invoices tell each other."""

from msgspec import Struct

from tallystick.messages.buying.reports import InvoicedLine


class MatchInvoice(Struct, frozen=True, gc=False):
    """Tell (invoice to purchase): hold this against what was ordered and came."""

    invoice: str
    lines: tuple[InvoicedLine, ...]
    tax: int


class InvoiceMatched(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (purchase to invoice): it is booked; with *reasons*, it must not be paid yet. *agreed*: and nobody is told."""

    amount: int
    supplier: str
    reasons: tuple[str, ...] = ()
    agreed: bool = False


class AcceptDispute(Struct, frozen=True, gc=False):
    """Tell (invoice to purchase): a person released it."""

    invoice: str


class InvoiceCleared(Struct, frozen=True, gc=False):
    """Tell (purchase to invoice): what blocked it is settled: the goods came, or a credit note did."""
