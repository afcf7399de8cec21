"""Amazon's words: the parts of its objects that we read. What else is in them is kept in the raw body only.

Source: Amazon's published SP-API models (Apache-2.0). Orders write amounts as text, finances as numbers.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct


class Pascal(Struct, frozen=True, rename="pascal"):
    """An object whose fields are written in Amazon's way: `OrderStatus`."""


class Money(Pascal, frozen=True):
    """An amount of an order."""

    currency_code: str
    amount: str


class Address(Pascal, frozen=True):
    """As much of an address as comes without a restricted data token."""

    state_or_region: str | None = None
    country_code: str | None = None


class Order(Pascal, frozen=True):
    """An order; amounts and address are there once its payment is authorised."""

    amazon_order_id: str
    purchase_date: datetime
    last_update_date: datetime
    order_status: str
    fulfillment_channel: str | None = None
    order_total: Money | None = None
    payment_method: str | None = None
    latest_ship_date: datetime | None = None
    marketplace_id: str | None = None
    is_replacement_order: bool | str | None = None
    shipping_address: Address | None = None


class TaxCollection(Pascal, frozen=True):
    """Who collects the tax of a line."""

    model: str | None = None


class Item(Pascal, frozen=True):
    """A line: prices are for all its units."""

    order_item_id: str
    quantity_ordered: int
    quantity_shipped: int | None = 0
    seller_sku: str | None = msgspec.field(default=None, name="SellerSKU")
    item_price: Money | None = None
    item_tax: Money | None = None
    shipping_price: Money | None = None
    shipping_tax: Money | None = None
    shipping_discount: Money | None = None
    shipping_discount_tax: Money | None = None
    promotion_discount: Money | None = None
    promotion_discount_tax: Money | None = None
    tax_collection: TaxCollection | None = None
    deemed_reseller_category: str | None = None

    @property
    def is_taxed_there(self) -> bool:
        """Whether Amazon owes the tax of it to the tax office."""
        model = self.tax_collection.model if self.tax_collection else None
        return model == FACILITATOR or bool(self.deemed_reseller_category)


class Currency(Pascal, frozen=True):
    """An amount of a financial event."""

    currency_code: str
    currency_amount: float | int


class Charge(Pascal, frozen=True):
    """A part of what a buyer paid, or had back."""

    charge_amount: Currency | None = None


class Promotion(Pascal, frozen=True):
    """What a promotion took off, or gave back."""

    promotion_amount: Currency | None = None


class EventItem(Pascal, frozen=True):
    """A line of an event."""

    item_charge_list: tuple[Charge, ...] | None = ()
    item_charge_adjustment_list: tuple[Charge, ...] | None = ()
    promotion_list: tuple[Promotion, ...] | None = ()
    promotion_adjustment_list: tuple[Promotion, ...] | None = ()


class Event(Pascal, frozen=True):
    """A shipment, or a refund of one."""

    amazon_order_id: str
    posted_date: datetime
    order_charge_list: tuple[Charge, ...] | None = ()
    order_charge_adjustment_list: tuple[Charge, ...] | None = ()
    shipment_item_list: tuple[EventItem, ...] | None = ()
    shipment_item_adjustment_list: tuple[EventItem, ...] | None = ()


class NoticeItem(Pascal, frozen=True):
    """A line of an order that changed."""

    is_buyer_requested_cancel: bool | None = False


class Summary(Pascal, frozen=True):
    """How an order that changed stands now."""

    order_status: str
    fulfillment_type: str | None = None
    order_items: tuple[NoticeItem, ...] | None = ()


class Change(Pascal, frozen=True):
    """What an ORDER_CHANGE says."""

    amazon_order_id: str
    summary: Summary


class ChangePayload(Pascal, frozen=True):
    """What stands in the payload of an ORDER_CHANGE."""

    order_change_notification: Change


class Notice(Pascal, frozen=True):
    """A notification, as a queue has it."""

    event_time: datetime
    payload: ChangePayload


class Body(Struct, frozen=True):
    """A delivery of this door: what kind of thing it is, and what was asked beside it."""

    kind: str
    said: Any
    beside: Any = None


ORDER, EVENT, SETTLEMENT, NOTICE = "order", "event", "settlement", "notice"
FACILITATOR: Final = "MarketplaceFacilitator"
UNSHIPPED, CANCELED = "Unshipped", "Canceled"
STATUSES: Final = (UNSHIPPED, "PartiallyShipped", CANCELED)
MFN, AFN = "MFN", "AFN"
SHIPMENTS: Final = "ShipmentEventList"
PAID_BACK: Final[Mapping[str, str]] = {
    "RefundEventList": "refund",
    "GuaranteeClaimEventList": "claim",
    "ChargebackEventList": "chargeback",
}
encode: Final = msgspec.json.Encoder(order="sorted").encode
