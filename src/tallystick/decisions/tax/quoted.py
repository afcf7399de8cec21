"""What a tax engine answers: each line with its tax, who collects it and by which law; or what was wrong with the question."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from tallystick.decisions.tax.asked import AMOUNT_MAX, Word
from tallystick.model.amount import Minor, NaturalMinor, NaturalUnits, PositiveUnits, format_decimal

WHOLE: Final = 1_000_000
"""100 %: a rate is a whole number of ten-thousandths of a percent, so that 8.875 % is 88750."""

Rate = Annotated[int, Meta(ge=0, le=WHOLE, description="ten-thousandths of a percent: 19 % is 190000")]


LineAmount = Annotated[Minor, Meta(ge=0, le=2 * AMOUNT_MAX)]
ROWS_MAX: Final = 2_000
RETURNED_MAX: Final = 500


class Treatment(StrEnum):
    """What becomes of a line."""

    TAXED = "taxed"
    INTRA_COMMUNITY = "intra_community"
    EXPORT = "export"
    IMPORT = "import"
    REVERSE_CHARGE = "reverse_charge"
    EXEMPT_CUSTOMER = "exempt_customer"
    NOT_REGISTERED = "not_registered"
    VOUCHER_ISSUED = "voucher_issued"


class Collector(StrEnum):
    """Who owes the tax to the state: the seller, the marketplace, or the customer (who accounts for it, or imports)."""

    SELLER = "seller"
    MARKETPLACE = "marketplace"
    CUSTOMER = "customer"


class TaxedLine(Struct, frozen=True, gc=False):
    """A line, or the part of it whose tax fell due on one day, with its tax and the law.

    A line that was paid in parts on account stands here once for each. *gross* is *net* and *tax* together.
    """

    line: int
    sku: str
    quantity: PositiveUnits
    tax_class: str
    treatment: Treatment
    jurisdiction: str
    rate: Rate
    tax_collected_by: Collector
    tax_point: date
    net: LineAmount
    tax: LineAmount
    gross: LineAmount
    law: str


class TaxTotal(Struct, frozen=True, gc=False):
    """The sum of the lines that share jurisdiction, treatment, rate, collector and tax point."""

    jurisdiction: str
    treatment: Treatment
    rate: Rate
    tax_collected_by: Collector
    tax_point: date
    net: NaturalMinor
    tax: NaturalMinor


class TaxQuote(Struct, frozen=True, kw_only=True):
    """The tax of a document; *rates* is the version of the rate table that was used."""

    document: str
    on: date
    currency: str
    rates: str
    lines: tuple[TaxedLine, ...]
    totals: tuple[TaxTotal, ...]
    net: NaturalMinor
    tax: NaturalMinor
    gross: NaturalMinor
    seller_collects: NaturalMinor
    marketplace_collects: NaturalMinor


class Returned(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How many units of a line come back now, and how many of it had come back before."""

    line: int
    quantity: PositiveUnits
    before: NaturalUnits = 0


class RefundAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What of the tax goes back? *lines* are those of the quote the sale was made at, untouched."""

    lines: Annotated[tuple[TaxedLine, ...], Meta(min_length=1, max_length=ROWS_MAX)]
    returned: Annotated[tuple[Returned, ...], Meta(min_length=1, max_length=RETURNED_MAX)]
    document: Word = ""


class TaxRefund(Struct, frozen=True, kw_only=True):
    """What goes back, at the rates and to the collectors of the sale; all amounts are positive."""

    document: str
    lines: tuple[TaxedLine, ...]
    net: NaturalMinor
    tax: NaturalMinor
    gross: NaturalMinor


class TaxFlaw(Struct, frozen=True):
    """One thing that is wrong: *field* is its place in the question, as `lines/0/tax_class`; *text* has the remedy."""

    field: str
    text: str


class TaxRefused(ValueError):
    """A question that cannot be answered. It lists all that is wrong; nothing is guessed."""

    def __init__(self, *flaws: TaxFlaw) -> None:
        """Refuse because of *flaws*."""
        super().__init__("; ".join(f"{f.field}: {f.text}" for f in flaws))
        self.flaws = flaws


def flawed(field: str, text: str) -> TaxRefused:
    """Return the refusal of one field."""
    return TaxRefused(TaxFlaw(field, text))


def in_percent(rate: int) -> str:
    """Write a rate: 88750 is `8.875 %`."""
    whole, _, fraction = format_decimal(rate, 4).partition(".")
    return f"{whole}.{fraction.rstrip('0')} %" if fraction.strip("0") else f"{whole} %"
