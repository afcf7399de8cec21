"""Square's words: the parts of its objects that we read. What else is in them is kept in the raw body only.

Source: Square's published API description (openapi 3.0, Apache-2.0). Amounts are in the smallest unit of their currency.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct


class Money(Struct, frozen=True):
    """An amount; both parts are always there in what a till took."""

    amount: int
    currency: str


class LineItem(Struct, frozen=True):
    """A line: *total_money* is for all its units, after discounts and with tax and its share of charges."""

    uid: str
    quantity: str
    total_money: Money
    total_tax_money: Money
    total_service_charge_money: Money | None = None
    catalog_object_id: str | None = None
    item_type: str = "ITEM"


class ServiceCharge(Struct, frozen=True):
    """A charge on an order or, where it says so, on its lines, which then have it in them."""

    total_money: Money | None = None
    total_tax_money: Money | None = None
    scope: str | None = None


class Rounding(Struct, frozen=True):
    """What rounding to coins added, or took off."""

    amount_money: Money | None = None


class Tender(Struct, frozen=True):
    """A way in which an order was paid."""

    type: str


class Amounts(Struct, frozen=True):
    """What a part of an order comes to."""

    total_money: Money | None = None
    tip_money: Money | None = None


class Return(Struct, frozen=True):
    """Lines that came back, of one earlier order or of none that is known."""

    uid: str = ""
    return_line_items: tuple[LineItem, ...] | None = ()
    return_service_charges: tuple[ServiceCharge, ...] | None = ()
    rounding_adjustment: Rounding | None = None
    return_amounts: Amounts | None = None


class Order(Struct, frozen=True):
    """An order that has been paid: what was sold, what came back, or both."""

    id: str
    location_id: str
    state: str
    created_at: datetime
    closed_at: datetime | None = None
    line_items: tuple[LineItem, ...] | None = ()
    service_charges: tuple[ServiceCharge, ...] | None = ()
    rounding_adjustment: Rounding | None = None
    returns: tuple[Return, ...] | None = ()
    tenders: tuple[Tender, ...] | None = ()
    total_money: Money | None = None
    total_tip_money: Money | None = None
    customer_id: str | None = None

    @property
    def at(self) -> datetime:
        """When it was paid."""
        return self.closed_at or self.created_at


class Count(Struct, frozen=True):
    """Units of a variation in one state at one of Square's locations: whole numbers, or not, as text."""

    catalog_object_id: str
    quantity: str


class Counters(Struct, frozen=True):
    """What is in stock at the store, and when it was asked (UTC); SKUs by variation."""

    as_of: datetime
    counts: tuple[Count, ...]
    skus: Mapping[str, str]


class Body(Struct, frozen=True):
    """A delivery of this door: an order, or the store's counters, and the SKUs that were looked up for it."""

    kind: str
    said: Any
    skus: Mapping[str, str] = {}


COMPLETED: Final = "COMPLETED"
ORDER, STOCK = "order", "stock"
encode: Final = msgspec.json.Encoder(order="sorted").encode
