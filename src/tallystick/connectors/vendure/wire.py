"""Vendure's words: the parts of its answers that we read. What else is in them is kept in the raw body only."""

from datetime import datetime
from typing import Any, Final

from msgspec import Struct


class Wire(Struct, frozen=True, rename="camel"):
    """Names as Vendure writes them."""


class Variant(Wire, frozen=True):
    """What is sold."""

    sku: str


class TaxLine(Wire, frozen=True):
    """A tax on a line: a percentage."""

    description: str
    tax_rate: float


class Line(Wire, frozen=True):
    """A line: prices are for all units it still has; unit prices are after discounts."""

    id: str
    quantity: int
    order_placed_quantity: int
    prorated_line_price: int
    prorated_line_price_with_tax: int
    prorated_unit_price: int
    prorated_unit_price_with_tax: int
    product_variant: Variant


class Method(Wire, frozen=True):
    """A way of shipping."""

    code: str = ""


class ShippingLine(Wire, frozen=True):
    """What shipping costs."""

    id: str
    discounted_price: int
    discounted_price_with_tax: int
    shipping_method: Method


class Surcharge(Wire, frozen=True):
    """An amount that is neither goods nor shipping."""

    id: str
    description: str
    price: int
    price_with_tax: int


class Refund(Wire, frozen=True):
    """Money on its way back."""

    id: str
    total: int
    state: str
    updated_at: datetime
    reason: str | None = None
    transaction_id: str | None = None


class Payment(Wire, frozen=True):
    """Money held or taken."""

    id: str
    method: str
    amount: int
    state: str
    updated_at: datetime
    transaction_id: str | None = None
    refunds: tuple[Refund, ...] = ()


class FulfilledLine(Wire, frozen=True):
    """Units of a line in a parcel."""

    order_line_id: str
    quantity: int


class Fulfillment(Wire, frozen=True):
    """A parcel."""

    id: str
    state: str
    lines: tuple[FulfilledLine, ...]
    tracking_code: str | None = None


class Address(Wire, frozen=True):
    """Where goods go: only the country is read here."""

    country_code: str | None = None


class Customer(Wire, frozen=True):
    """Who ordered: only the id is read here; how they are written to goes from the delivery to the vault."""

    id: str


class Said(Wire, frozen=True):
    """What somebody wrote on an order, or gave as the reason of a cancellation."""

    note: str | None = None
    reason: str | None = None
    lines: tuple[dict[str, Any], ...] = ()


class Entry(Wire, frozen=True):
    """An entry of an order's history."""

    id: str
    type: str
    created_at: datetime
    data: Said


class History(Wire, frozen=True):
    """Notes and cancellations of an order."""

    items: tuple[Entry, ...] = ()


class Order(Wire, frozen=True):
    """An order as it stands."""

    id: str
    code: str
    state: str
    currency_code: str
    total_with_tax: int
    updated_at: datetime
    order_placed_at: datetime
    lines: tuple[Line, ...]
    shipping_lines: tuple[ShippingLine, ...]
    surcharges: tuple[Surcharge, ...] = ()
    payments: tuple[Payment, ...] | None = ()
    fulfillments: tuple[Fulfillment, ...] | None = ()
    customer: Customer | None = None
    shipping_address: Address | None = None
    history: History = History()

    @property
    def refunds(self) -> tuple[Refund, ...]:
        """All refunds of all payments."""
        return tuple(refund for payment in self.payments or () for refund in payment.refunds)

    def notes(self) -> tuple[str, ...]:
        """What was written on it, reasons of cancellations included."""
        return tuple(entry.data.note or entry.data.reason or "" for entry in self.history.items)


class StockLevel(Wire, frozen=True):
    """What one stock location counts."""

    stock_location_id: str
    stock_on_hand: int
    stock_allocated: int


class StockedVariant(Wire, frozen=True):
    """What all stock locations count of a product."""

    id: str
    sku: str
    stock_levels: tuple[StockLevel, ...]
    out_of_stock_threshold: int = 0
    use_global_out_of_stock_threshold: bool = True

    @property
    def allocated(self) -> int:
        """What it counts as promised to open orders, over all locations; below zero when the counter has drifted."""
        return sum(level.stock_allocated for level in self.stock_levels)

    @property
    def on_hand(self) -> int:
        """What it counts as being there, over all locations."""
        return sum(level.stock_on_hand for level in self.stock_levels)


class Counters(Struct, frozen=True):
    """What the shop counted of all its products, and when it was asked (UTC)."""

    as_of: datetime
    variants: tuple[StockedVariant, ...]


CANCELLED: Final = "Cancelled"
"""What Vendure calls an order, payment or fulfilment that has ended without effect."""
