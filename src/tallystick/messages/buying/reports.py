"""What buyers, warehouses and suppliers report of a purchase."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.model.amount import NaturalMinor, NaturalUnits, PositiveMinor, PositiveUnits, SignedMinor

Matching = Literal["three_way", "invoice_first", "two_way"]
"""`three_way`: invoice against order and goods, blocked and told until they are there. `invoice_first`: the same, but an
invoice before its goods is the agreed way and told only when it stands too long. `two_way`: against the order alone."""
Condition = Literal["sellable", "quarantine", "damaged"]
Spread = Literal["value", "quantity", "weight"]
BasisPoints = Annotated[int, Meta(ge=0, le=10_000, description="hundredths of a per cent")]


class PurchaseLine(Struct, frozen=True, gc=False):
    """Units ordered of a product; *net* is the agreed price of the whole line."""

    line: int
    sku: str
    quantity: PositiveUnits
    net: NaturalMinor


class Tolerance(Struct, frozen=True, gc=False, omit_defaults=True):
    """By how much an invoice or a receipt may lie above the order, line by line, before a person is asked.

    A price may be dearer by `price_basis_points` of the line or by `price_minor`, whichever is more; `units` more may be
    invoiced than arrived; `over_basis_points` more may arrive than was ordered.
    """

    price_basis_points: BasisPoints = 0
    price_minor: NaturalMinor = 0
    units: NaturalUnits = 0
    over_basis_points: BasisPoints = 0


class PurchasePlaced(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: we ordered goods of *supplier*, to arrive at *location* by *expected_on*. A higher *revision* replaces it.

    *jurisdiction* is whose tax its invoices carry.
    """

    purchase: str
    supplier: str
    location: str
    currency: str
    expected_on: date
    lines: tuple[PurchaseLine, ...]
    jurisdiction: str = "none"
    matching: Matching = "three_way"
    tolerance: Tolerance = Tolerance()
    revision: Annotated[int, Meta(ge=1)] = 1


class AcknowledgedLine(Struct, frozen=True, gc=False):
    """Units of a line that the supplier will send (none: he will not), and when."""

    line: int
    quantity: NaturalUnits
    expected_on: date


class PurchaseAcknowledged(Struct, frozen=True, gc=False):
    """Report: the supplier says what he will send. Lines he does not name stay as ordered; a later word replaces it."""

    purchase: str
    lines: tuple[AcknowledgedLine, ...]


class PurchaseCancelled(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: what has not arrived is not wanted, or will not come."""

    purchase: str
    reason: str = ""


class AdvisedLine(Struct, frozen=True, gc=False):
    """Units of a line that are on their way."""

    line: int
    quantity: PositiveUnits


class ShipmentAdvised(Struct, frozen=True, gc=False):
    """Report: the supplier's advance notice (ASN, X12 856, EDIFACT DESADV) of a shipment. A later word replaces it."""

    purchase: str
    asn: str
    expected_on: date
    lines: tuple[AdvisedLine, ...]


class PurchaseReceiptLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units of a line that came in, the *condition* they are put away in, and units *rejected* at the door.

    A product that was not ordered has line 0: a wrong item.
    """

    line: int
    sku: str
    quantity: NaturalUnits
    condition: Condition = "sellable"
    rejected: NaturalUnits = 0


class PurchaseReceiptReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: goods came in for a purchase, under *asn* where one is known. After a *final* one nothing more is expected."""

    purchase: str
    receipt: str
    currency: str
    lines: tuple[PurchaseReceiptLine, ...]
    asn: str = ""
    final: bool = False


class SentBackLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units of a line that leave for their supplier again, out of the *condition* they stood in."""

    line: int
    sku: str
    quantity: PositiveUnits
    condition: Condition = "damaged"


class GoodsSentBackReported(Struct, frozen=True, gc=False):
    """Report: goods were returned to the supplier as *consignment*."""

    purchase: str
    consignment: str
    currency: str
    lines: tuple[SentBackLine, ...]


class InvoicedLine(Struct, frozen=True, gc=False):
    """Units of a line and what the supplier asks for them, net of tax."""

    line: int
    quantity: PositiveUnits
    net: NaturalMinor


class SupplierInvoiceReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the supplier's invoice for goods of this purchase. *tax* is input tax on all of it."""

    purchase: str
    invoice: str
    currency: str
    lines: tuple[InvoicedLine, ...]
    tax: NaturalMinor = 0


class InvoiceReleased(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a person accepts what is blocked on an invoice: its price, or that goods are still to come."""

    purchase: str
    invoice: str
    reason: str = ""


class CreditNoteLine(Struct, frozen=True, gc=False):
    """What the supplier gives back of a line, net: for units *returned*, or for the *price* of units we keep."""

    line: int
    quantity: PositiveUnits
    net: NaturalMinor
    because: Literal["returned", "price"]


class SupplierCreditReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the supplier's credit note; *invoice* names the one whose dispute it ends, if any."""

    purchase: str
    credit: str
    currency: str
    lines: tuple[CreditNoteLine, ...]
    tax: NaturalMinor = 0
    invoice: str = ""


class Weighed(Struct, frozen=True, gc=False):
    """What a line of the purchase weighs, in grams, all of its units together."""

    line: int
    grams: NaturalUnits


class LandedCostReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: freight, duty or insurance invoiced by *payee* for goods of this purchase, *spread* over what arrived.

    `weight` wants *weights*. *amount* is net; below zero for a credit (IAS 2.10: costs of purchase).
    """

    purchase: str
    cost: str
    payee: str
    currency: str
    amount: SignedMinor
    spread: Spread = "value"
    weights: tuple[Weighed, ...] = ()
    tax: NaturalMinor = 0


class SupplierPaymentReported(Struct, frozen=True, gc=False):
    """Report: an invoice was paid, in whole or in part, from *bank*. *reference* is the bank's."""

    purchase: str
    invoice: str
    reference: str
    bank: str
    currency: str
    amount: PositiveMinor


REPORTS = (
    PurchasePlaced,
    PurchaseAcknowledged,
    PurchaseCancelled,
    ShipmentAdvised,
    PurchaseReceiptReported,
    GoodsSentBackReported,
    SupplierInvoiceReported,
    InvoiceReleased,
    SupplierCreditReported,
    LandedCostReported,
    SupplierPaymentReported,
)
