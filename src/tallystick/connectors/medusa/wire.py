"""Medusa's words: the parts of its answers that we read. Amounts are text, or whole numbers. The rest stays in the raw body."""

from datetime import datetime
from typing import Any

from msgspec import Struct

Figure = str | int


class Item(Struct, frozen=True):
    """A line: *subtotal* is net of all its units, after discounts."""

    id: str
    variant_sku: str
    quantity: Figure
    subtotal: Figure
    tax_total: Figure
    discount_subtotal: Figure = 0


class Shipping(Struct, frozen=True):
    """What is paid for shipping."""

    name: str
    subtotal: Figure
    tax_total: Figure
    discount_subtotal: Figure = 0


class Taken(Struct, frozen=True):
    """A capture or a refund."""

    id: str
    amount: Figure
    created_at: datetime
    note: str | None = None


class Payment(Struct, frozen=True):
    """A payment: authorised as long as it stands."""

    id: str
    amount: Figure
    created_at: datetime
    captures: tuple[Taken, ...] = ()
    refunds: tuple[Taken, ...] = ()
    canceled_at: datetime | None = None


class Collection(Struct, frozen=True):
    """The payments of an order."""

    payments: tuple[Payment, ...] = ()


class Fulfillment(Struct, frozen=True):
    """Goods that leave together."""

    id: str
    metadata: dict[str, Any] | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    canceled_at: datetime | None = None


class Address(Struct, frozen=True):
    """Where goods go."""

    country_code: str | None = None


class Order(Struct, frozen=True):
    """An order as it stands."""

    id: str
    status: str
    created_at: datetime
    updated_at: datetime
    currency_code: str
    items: tuple[Item, ...]
    shipping_methods: tuple[Shipping, ...] = ()
    payment_collections: tuple[Collection, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    shipping_address: Address | None = None
    metadata: dict[str, Any] | None = None

    @property
    def lines(self) -> tuple[Item, ...]:
        """The items by their ids, for Medusa tells them in another order each time."""
        return tuple(sorted(self.items, key=lambda item: item.id))

    @property
    def payments(self) -> tuple[Payment, ...]:
        """The payments that stand."""
        return tuple(p for c in self.payment_collections for p in c.payments if p.canceled_at is None)


class Level(Struct, frozen=True):
    """What a stock location counts of an item."""

    location_id: str
    stocked_quantity: Figure
    reserved_quantity: Figure = 0


class InventoryItem(Struct, frozen=True):
    """An item by its SKU."""

    id: str
    sku: str | None = None
    location_levels: tuple[Level, ...] | None = None
