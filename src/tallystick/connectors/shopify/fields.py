"""What this connector uses of Shopify's GraphQL: `tally connector drift shopify --against SCHEMA` compares it.

What is read over REST and told by webhooks has no published schema: those messages are `WIRE`.
"""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tallystick.connectors.shopify.payouts import Parts
from tallystick.connectors.shopify.wire import Counters, Edit, Order, Payment, Refund
from tallystick.kit.drift.fields import Field, Part, Use

_MONEY: Final = (
    ("amountSet", "object"),
    ("amountSet/presentmentMoney", "object"),
    ("amountSet/presentmentMoney/amount", "Decimal"),
    ("amountSet/presentmentMoney/currencyCode", "CurrencyCode"),
)


def _read(place: str, *fields: tuple[str, str]) -> Part:
    """Return a type we read; a name that ends in a question mark may be missing."""
    found = [Field(path=f"/{name.rstrip('?')}", type=kind, must=not name.endswith("?")) for name, kind in fields]
    return Part(place=place, use=Use.READ, fields=tuple(found))


def _sent(place: str, *fields: tuple[str, str], values: tuple[str, ...] = ()) -> Part:
    """Return what we send; *values* are those of the first field."""
    found = [
        Field(path=f"/{name}", type=kind, values=values if n == 0 else ()) for n, (name, kind) in enumerate(fields)
    ]
    return Part(place=place, use=Use.SENT, fields=tuple(found))


PARTS: Final = (
    _read(
        "OrderTransaction",
        ("id", "ID"),
        ("kind", "OrderTransactionKind"),
        ("status", "OrderTransactionStatus"),
        ("createdAt?", "DateTime"),
        ("gateway?", "String"),
        *_MONEY,
    ),
    _read("Order", ("id", "ID"), ("cancelledAt?", "DateTime"), ("presentmentCurrencyCode", "CurrencyCode")),
    _read("LineItem", ("id", "ID"), ("sku?", "String"), ("quantity", "Int"), ("unfulfilledQuantity", "Int")),
    _read("Refund", ("id", "ID"), ("note?", "String"), ("totalRefundedSet/presentmentMoney/amount", "Decimal")),
    _read("Fulfillment", ("id", "ID"), ("status", "FulfillmentStatus"), ("displayStatus?", "FulfillmentDisplayStatus")),
    _read("FulfillmentOrderLineItem", ("id", "ID"), ("remainingQuantity", "Int"), ("lineItem/id", "ID")),
    _read("InventoryItem", ("id", "ID"), ("sku?", "String"), ("tracked", "Boolean")),
    _read("InventoryQuantity", ("name", "String"), ("quantity", "Int")),
    _sent("InventorySetQuantitiesInput", ("name", "String"), ("reason", "String"), ("quantities", "array")),
    _sent(
        "InventoryQuantityInput",
        ("inventoryItemId", "ID"),
        ("locationId", "ID"),
        ("quantity", "Int"),
        ("changeFromQuantity", "Int"),
    ),
    _sent("RefundInput", ("orderId", "ID"), ("note", "String"), ("notify", "Boolean"), ("transactions", "array")),
    _sent(
        "OrderTransactionInput",
        ("kind", "OrderTransactionKind"),
        ("orderId", "ID"),
        ("parentId", "ID"),
        ("gateway", "String"),
        ("amount", "Money"),
        values=("REFUND",),
    ),
    _sent(
        "RefundLineItemInput",
        ("restockType", "RefundLineItemRestockType"),
        ("lineItemId", "ID"),
        ("quantity", "Int"),
        ("locationId", "ID"),
        values=("CANCEL",),
    ),
    _sent(
        "OrderCaptureInput",
        ("id", "ID"),
        ("parentTransactionId", "ID"),
        ("amount", "Money"),
        ("currency", "CurrencyCode"),
    ),
    _sent("FulfillmentInput", ("lineItemsByFulfillmentOrder", "array"), ("notifyCustomer", "Boolean")),
    _sent("FulfillmentTrackingInput", ("number", "String"), ("company", "String")),
    _sent(
        "MetafieldsSetInput",
        ("ownerId", "ID"),
        ("namespace", "String"),
        ("key", "String"),
        ("type", "String"),
        ("value", "String"),
        ("compareDigest", "String"),
    ),
    _sent(
        "Mutation.orderCancel",
        ("reason", "OrderCancelReason"),
        ("orderId", "ID"),
        ("refundMethod", "object"),
        ("restock", "Boolean"),
        ("notifyCustomer", "Boolean"),
        ("staffNote", "String"),
        values=("INVENTORY", "OTHER"),
    ),
    _sent("Mutation.transactionVoid", ("parentTransactionId", "ID")),
)

WIRE: Final[Mapping[str, type[Struct]]] = {
    "GET orders, orders/* webhooks": Order,
    "order_transactions/create webhooks": Payment,
    "refunds/create webhooks": Refund,
    "orders/edited webhooks": Edit,
    "GET shopify_payments/payouts, balance/transactions": Parts,
    "inventoryItems": Counters,
}
