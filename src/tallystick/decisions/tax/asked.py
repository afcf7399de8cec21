"""What a tax engine is asked: one document of one seller to one customer, as a quote before the sale or for the invoice."""

from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tallystick.model.amount import Minor, PositiveUnits

AMOUNT_MAX: Final = 10**12
"""Minor units of one amount: five hundred of them, with tax, are still a number that every client can count."""
LINES_MAX: Final = 500
PREPAID_MAX: Final = 20
VOUCHERS_MAX: Final = 20

Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}$", description="a country by ISO 3166: `DE`, `GB`, `GR`")]
Region = Annotated[str, Meta(pattern=r"^[A-Z0-9]{0,3}$", description="a state by ISO 3166-2 without its country: `TX`")]
Locality = Annotated[
    str,
    Meta(pattern=r"^[A-Z0-9-]{0,24}$", description="where rates differ within a state: a name of your rates file"),
]
Code = Annotated[
    str, Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3}(-[A-Z0-9-]{1,24})?)?$", description="`DE`, `US-TX`, `US-TX-AUSTIN`")
]
TaxClass = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}$", description="the class of rate: `standard`, or one of the rates file")
]
Word = Annotated[str, Meta(max_length=64, pattern=r"^[ -~]*$", description="visible ASCII and blanks")]
VatId = Annotated[str, Meta(pattern=r"^([A-Z]{2}[A-Z0-9+*]{2,13})?$", description="with its country: `DE123456789`")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}/[0-9]$", description="`EUR/2`: amounts have two decimals")]

NaturalAmount = Annotated[Minor, Meta(ge=0, le=AMOUNT_MAX)]
PositiveAmount = Annotated[Minor, Meta(gt=0, le=AMOUNT_MAX)]
Prices = Literal["inclusive", "exclusive"]
Rounding = Literal["line", "document"]
LineKind = Literal["goods", "voucher_single", "voucher_multi"]


class Place(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where goods leave from or arrive; *region* is needed in the United States only."""

    country: Country
    region: Region = ""
    locality: Locality = ""

    @property
    def state(self) -> str:
        """The jurisdiction without its locality: `US-TX`, `DE`."""
        return f"{self.country}-{self.region}" if self.country == "US" and self.region else self.country

    @property
    def code(self) -> str:
        """The closest jurisdiction: `US-TX-AUSTIN`, `DE`."""
        return f"{self.state}-{self.locality}" if self.locality and self.country == "US" else self.state


class Seller(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Whose sale it is: where established, where registered (nexus), and how it accounts for what crosses borders.

    *below_threshold* is a micro-business of Art. 59c of the VAT Directive; *ioss* one in the import one-stop shop.
    """

    established: Country
    registered: Annotated[tuple[Code, ...], Meta(max_length=200)] = ()
    below_threshold: bool = False
    ioss: bool = False


class Customer(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Who buys: a taxable person acting as such or not, under which VAT number, or with which certificate of exemption.

    Whether the number is valid is for whoever asks to know (VIES); only its form and country count here.
    """

    is_business: bool = False
    vat_id: VatId = ""
    exemption: Word = ""


class VoucherUsed(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A voucher that pays part of a line: *face* is what it is good for, *paid* what was paid for it, if that is less.

    What a *single* purpose voucher pays was taxed when it was issued. A *multi* purpose one is taxed now, on what was
    paid for it (Art. 30b and 73a of Directive 2006/112/EC).
    """

    purpose: Literal["single", "multi"]
    face: PositiveAmount
    paid: NaturalAmount | None = None


class LineAsked(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One line: *amount* is for the whole line, after discounts; with or without tax as the document's prices say.

    A line may sell a voucher instead of goods: one of a *single* purpose is taxed as the goods it stands for.
    """

    line: Annotated[int, Meta(ge=1, lt=10**6)]
    amount: NaturalAmount
    quantity: PositiveUnits = 1
    tax_class: TaxClass = "standard"
    sku: Word = ""
    kind: LineKind = "goods"
    vouchers: Annotated[tuple[VoucherUsed, ...], Meta(max_length=VOUCHERS_MAX)] = ()


class Prepaid(Struct, frozen=True, forbid_unknown_fields=True):
    """What was paid on account before the supply, tax included: tax on it was owed on that day (Art. 65)."""

    on: date
    amount: PositiveAmount


class TaxAsked(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is the tax of this document? *on* is the day of the supply, or of the payment where only that is asked about.

    *rounding* is of each line by itself, or of each rate's sum over the document, spread over its lines so that they
    add up to it. *low_value* says whether a consignment into the EU is worth at most 150 EUR without tax, into Great
    Britain at most 135 GBP; it must be said where goods enter either. *marketplace* names the one it was sold through.
    """

    on: date
    currency: Currency
    prices: Prices
    seller: Seller
    ship_from: Place
    ship_to: Place
    lines: Annotated[tuple[LineAsked, ...], Meta(min_length=1, max_length=LINES_MAX)]
    rounding: Rounding = "document"
    customer: Customer = Customer()
    marketplace: Word = ""
    low_value: bool | None = None
    prepaid: Annotated[tuple[Prepaid, ...], Meta(max_length=PREPAID_MAX)] = ()
    document: Word = ""
