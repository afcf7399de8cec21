"""WooCommerce's words: the parts of its REST resources (v3), which are its webhooks' bodies, that we read. All else is kept."""

from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

Amount = str | int | float
"""An amount as it is written: text in the core, a JSON number by some plugins."""


class LineItem(Struct, frozen=True):
    """A line: `total` is for all its units, after coupons and without tax."""

    id: int
    quantity: int
    total: Amount
    total_tax: Amount
    sku: str | None = None


class ShippingLine(Struct, frozen=True):
    """What shipping costs."""

    id: int
    total: Amount
    total_tax: Amount
    method_id: str | None = None


class FeeLine(Struct, frozen=True):
    """An amount that is neither goods nor shipping; store credit is one below zero."""

    id: int
    total: Amount
    total_tax: Amount
    name: str | None = None


class Meta(Struct, frozen=True):
    """A note that a plugin, or we, left on something."""

    key: str
    value: Any = None


class ShortRefund(Struct, frozen=True):
    """A refund as its order tells it: `total` is below zero."""

    id: int
    total: Amount
    reason: str | None = None


class RefundedLine(Struct, frozen=True):
    """Units of a line that a refund is for: `quantity` is below zero, and the line stands in a note (`_refunded_item_id`)."""

    quantity: int
    meta_data: tuple[Meta, ...] = ()

    @property
    def line(self) -> str:
        """The id of the order's line, "" where none is named."""
        return next((str(m.value) for m in self.meta_data if m.key == REFUNDED_ITEM), "")


class Refund(Struct, frozen=True):
    """A refund, with its lines."""

    id: int
    date_created_gmt: datetime
    amount: Amount = "0"
    reason: str | None = None
    line_items: tuple[RefundedLine, ...] = ()


class Address(Struct, frozen=True):
    """Where goods or the bill go: only the country is read here, and who is meant where he has no account."""

    country: str | None = None
    email: str | None = None


class Order(Struct, frozen=True):
    """An order as it stands. Moments are UTC, written without a zone."""

    id: int
    status: str
    currency: str
    total: Amount
    date_created_gmt: datetime
    date_modified_gmt: datetime
    line_items: tuple[LineItem, ...]
    shipping_lines: tuple[ShippingLine, ...] = ()
    fee_lines: tuple[FeeLine, ...] = ()
    refunds: tuple[ShortRefund, ...] = ()
    date_paid_gmt: datetime | None = None
    date_completed_gmt: datetime | None = None
    payment_method: str = ""
    transaction_id: str = ""
    customer_id: int = 0
    billing: Address | None = None
    shipping: Address | None = None
    meta_data: tuple[Meta, ...] = ()

    @property
    def lines(self) -> tuple[LineItem, ...]:
        """Its lines in the order of their ids, in which we number them."""
        return tuple(sorted(self.line_items, key=lambda line: line.id))


class Product(Struct, frozen=True):
    """A product or a variation, and what the shop would sell of it; None: it counts none."""

    id: int
    sku: str = ""
    parent_id: int = 0
    manage_stock: bool | str = False
    stock_quantity: int | None = None


def moment(said: datetime) -> datetime:
    """Return a moment in UTC."""
    return said.replace(tzinfo=UTC) if said.tzinfo is None else said.astimezone(UTC)


REFUNDED_ITEM: Final = "_refunded_item_id"
PENDING: Final = frozenset({"pending", "failed", "checkout-draft", "auto-draft", "draft", "trash"})
"""Statuses of what is no order yet, or none that can be believed: nobody has paid, and the shop itself lets it go."""
CANCELLED, REFUNDED, COMPLETED = "cancelled", "refunded", "completed"
encode: Final = msgspec.json.Encoder(order="sorted").encode
