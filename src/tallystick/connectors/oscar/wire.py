"""oscar's words: the parts of its answers that we read. What else is in them is kept in the raw body only."""

from datetime import datetime

from msgspec import Struct


class Address(Struct, frozen=True):
    """Where goods go: a link to the country, which ends in its code (ISO 3166-1)."""

    country: str


class Surcharge(Struct, frozen=True):
    """An amount beside goods and shipping."""

    name: str
    excl_tax: str
    incl_tax: str


class Head(Struct, frozen=True):
    """An order without its lines. Amounts are decimals as text."""

    number: str
    status: str
    currency: str
    total_incl_tax: str
    date_placed: datetime
    lines: str
    shipping_excl_tax: str = "0"
    shipping_incl_tax: str = "0"
    shipping_code: str = ""
    surcharges: tuple[Surcharge, ...] = ()
    shipping_address: Address | None = None
    owner: str | None = None
    email: str | None = None


class Line(Struct, frozen=True):
    """A line: prices are for all its units, after discounts. The SKU is put beside it by who reads it."""

    sku: str
    quantity: int
    price_excl_tax: str
    price_incl_tax: str


class Order(Struct, frozen=True):
    """An order with its lines."""

    head: Head
    lines: tuple[Line, ...]


class StockRecord(Struct, frozen=True):
    """What the shop counts of a product; an allocation it never made is null."""

    url: str
    partner_sku: str
    num_in_stock: int | None = None
    num_allocated: int | None = None

    @property
    def allocated(self) -> int:
        """Units in open orders, as it counts them."""
        return self.num_allocated or 0

    @property
    def free(self) -> int:
        """Units it would sell."""
        return (self.num_in_stock or 0) - self.allocated


class Product(Struct, frozen=True):
    """A product, and what is counted of it."""

    stockrecords: tuple[StockRecord, ...] = ()


class Counters(Struct, frozen=True):
    """What the shop counted of all its products, and when it was asked (UTC)."""

    as_of: datetime
    records: tuple[StockRecord, ...]


class Status(Struct, frozen=True):
    """How an order stands, by our view in the shop."""

    number: str
    status: str
    notes: tuple[str, ...]
