"""Shopify's words: the parts of its REST resources, which are its webhooks' bodies, that we read. All else is kept as it came."""

from datetime import date, datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

Amount = str | int | float
"""An amount as it is written: mostly text, in some places a JSON number."""


class Money(Struct, frozen=True):
    """An amount of one currency."""

    amount: Amount
    currency_code: str


class Bag(Struct, frozen=True):
    """The same amount as the shop counts it and as the customer sees it."""

    presentment_money: Money
    shop_money: Money | None = None


class TaxLine(Struct, frozen=True):
    """A tax on a line, for all its units."""

    price: Amount
    price_set: Bag | None = None


class Allocation(Struct, frozen=True):
    """A discount's share in a line, for all its units."""

    amount: Amount
    amount_set: Bag | None = None


class Duty(Struct, frozen=True):
    """What customs take of a line, collected at checkout."""

    presentment_money: Money
    tax_lines: tuple[TaxLine, ...] = ()


class LineItem(Struct, frozen=True):
    """A line: `price` is of a unit, before discounts. `current_quantity` is what refunds and edits have left of it.

    Older orders have no `discount_allocations`, and their `total_discount` instead.
    """

    id: int
    quantity: int
    price: Amount
    price_set: Bag | None = None
    sku: str | None = None
    current_quantity: int | None = None
    requires_shipping: bool = True
    gift_card: bool = False
    tip_payment_gateway: str | None = None
    tax_lines: tuple[TaxLine, ...] = ()
    discount_allocations: tuple[Allocation, ...] = ()
    total_discount: Amount = "0"
    total_discount_set: Bag | None = None
    duties: tuple[Duty, ...] = ()


class ShippingLine(Struct, frozen=True):
    """What shipping costs, before discounts."""

    price: Amount
    price_set: Bag | None = None
    code: str | None = None
    tax_lines: tuple[TaxLine, ...] = ()
    discount_allocations: tuple[Allocation, ...] = ()
    is_removed: bool = False


class RefundLine(Struct, frozen=True):
    """Units of a line that a refund is for, and what became of them."""

    line_item_id: int
    quantity: int
    restock_type: str


class RefundPayment(Struct, frozen=True):
    """Money of a refund."""

    id: int
    kind: str
    status: str
    amount: Amount
    currency: str
    gateway: str = ""


class Refund(Struct, frozen=True):
    """Lines taken off or back, and money on its way back; either may be missing."""

    id: int
    order_id: int
    created_at: datetime
    note: str | None = None
    refund_line_items: tuple[RefundLine, ...] = ()
    transactions: tuple[RefundPayment, ...] = ()


class FulfilledLine(Struct, frozen=True):
    """Units of a line in a parcel; the id is the line's."""

    id: int
    quantity: int


class Fulfillment(Struct, frozen=True):
    """A parcel."""

    id: int
    status: str
    created_at: datetime
    line_items: tuple[FulfilledLine, ...] = ()


class Address(Struct, frozen=True):
    """Where goods go: only the country is read here."""

    country_code: str | None = None


class Customer(Struct, frozen=True):
    """Who ordered: only the id is read here."""

    id: int | None = None


class Order(Struct, frozen=True):
    """An order as it stands. `currency` is the shop's, `presentment_currency` the customer's."""

    id: int
    created_at: datetime
    updated_at: datetime
    currency: str
    total_price: Amount
    line_items: tuple[LineItem, ...]
    shipping_lines: tuple[ShippingLine, ...] = ()
    presentment_currency: str | None = None
    total_price_set: Bag | None = None
    total_tip_received: Amount | None = None
    taxes_included: bool = False
    test: bool = False
    source_name: str | None = None
    payment_gateway_names: tuple[str, ...] = ()
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    refunds: tuple[Refund, ...] = ()
    fulfillments: tuple[Fulfillment, ...] = ()
    shipping_address: Address | None = None
    billing_address: Address | None = None
    customer: Customer | None = None

    @property
    def paid_in(self) -> str:
        """The currency the customer pays in."""
        return self.presentment_currency or self.currency

    @property
    def lines(self) -> tuple[LineItem, ...]:
        """Its lines in the order of their ids, in which we number them."""
        return tuple(sorted(self.line_items, key=lambda line: line.id))


class Payment(Struct, frozen=True):
    """A transaction as a webhook tells it: money held, taken, let go or paid back."""

    id: int
    order_id: int
    kind: str
    status: str
    amount: Amount
    currency: str
    created_at: datetime
    gateway: str = ""
    parent_id: int | None = None
    test: bool = False


class Edit(Struct, frozen=True):
    """What an edit did to lines of an order; `additions` are units that were not ordered before."""

    order_id: int
    additions: tuple[Any, ...] = ()


class Payout(Struct, frozen=True):
    """A payout of Shopify Payments: what reached the bank."""

    id: int
    status: str
    date: date
    currency: str
    amount: Amount


class BalanceTransaction(Struct, frozen=True):
    """One movement of the balance at Shopify Payments; `net` is `amount` less `fee`."""

    id: int
    type: str
    currency: str
    amount: Amount
    fee: Amount
    net: Amount
    test: bool = False
    source_order_id: int | None = None


class Graphic(Struct, frozen=True, rename="camel"):
    """Names as GraphQL writes them."""


class GraphicMoney(Graphic, frozen=True):
    """An amount of one currency."""

    amount: str
    currency_code: str


class GraphicBag(Graphic, frozen=True):
    """An amount as the customer sees it."""

    presentment_money: GraphicMoney


class Reference(Graphic, frozen=True):
    """Something by its global id."""

    id: str


class Movement(Graphic, frozen=True):
    """A transaction of an order, as GraphQL tells it."""

    id: str
    kind: str
    status: str
    created_at: datetime
    amount_set: GraphicBag
    gateway: str | None = None
    parent_transaction: Reference | None = None


class Note(Graphic, frozen=True):
    """One of our own notes on an order (a metafield in our namespace)."""

    key: str
    value: str


class Notes(Graphic, frozen=True):
    """Our notes on an order."""

    nodes: tuple[Note, ...] = ()


class Beside(Graphic, frozen=True):
    """What is asked beside an order, for its REST resource does not say it: its transactions, and our own notes."""

    transactions: tuple[Movement, ...] = ()
    metafields: Notes = Notes()


class Quantity(Graphic, frozen=True):
    """Units in one state, such as available or committed."""

    name: str
    quantity: int


class Level(Graphic, frozen=True):
    """What one of Shopify's locations counts of an item."""

    quantities: tuple[Quantity, ...]

    def of(self, name: str) -> int:
        """Return the units in a state."""
        return next((q.quantity for q in self.quantities if q.name == name), 0)


class Item(Graphic, frozen=True):
    """What is kept in stock under a SKU, and how much of it is at our location of theirs; None: it is not kept there."""

    id: str
    sku: str | None = None
    tracked: bool = True
    inventory_level: Level | None = None


class Counters(Struct, frozen=True):
    """What the shop counted of all its items, and when it was asked (UTC)."""

    as_of: datetime
    items: tuple[Item, ...]


BESIDE_MAX: Final = 100
"""So many transactions, and notes of ours, are asked of an order; one that has more is not believed."""
SUCCESS: Final = "success"
FAILED: Final = ("failure", "error")
encode: Final = msgspec.json.Encoder(order="sorted").encode
