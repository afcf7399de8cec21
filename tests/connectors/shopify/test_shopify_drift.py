"""When Shopify's GraphQL changes: what harms is named, what does not is passed over."""

import pytest

from tallystick.app.craft.covering import covered_by
from tallystick.connectors.shopify.fields import PARTS
from tallystick.kit.drift.compare import drifted
from tallystick.kit.drift.fields import Kind
from tallystick.kit.drift.graphql_schemas import GraphqlSchemas

SDL = """
scalar Decimal scalar Money scalar DateTime
enum CurrencyCode { EUR USD }
enum OrderTransactionKind { AUTHORIZATION CAPTURE SALE VOID REFUND }
enum OrderTransactionStatus { SUCCESS PENDING FAILURE ERROR }
enum FulfillmentStatus { SUCCESS CANCELLED }
enum FulfillmentDisplayStatus { DELIVERED FULFILLED }
enum OrderCancelReason { CUSTOMER INVENTORY OTHER }
enum RefundLineItemRestockType { CANCEL RETURN NO_RESTOCK }
type MoneyV2 { amount: Decimal! currencyCode: CurrencyCode! }
type MoneyBag { presentmentMoney: MoneyV2! shopMoney: MoneyV2! }
type OrderTransaction {
  id: ID! kind: OrderTransactionKind! status: OrderTransactionStatus! createdAt: DateTime gateway: String amountSet: MoneyBag!
}
type Order { id: ID! cancelledAt: DateTime presentmentCurrencyCode: CurrencyCode! }
type LineItem { id: ID! sku: String quantity: Int! unfulfilledQuantity: Int! }
type Refund { id: ID! note: String totalRefundedSet: MoneyBag! }
type Fulfillment { id: ID! status: FulfillmentStatus! displayStatus: FulfillmentDisplayStatus }
type FulfillmentOrderLineItem { id: ID! remainingQuantity: Int! lineItem: LineItem! }
type InventoryItem { id: ID! sku: String tracked: Boolean! }
type InventoryQuantity { name: String! quantity: Int! }
input InventoryQuantityInput { inventoryItemId: ID! locationId: ID! quantity: Int! changeFromQuantity: Int }
input InventorySetQuantitiesInput { name: String! reason: String! quantities: [InventoryQuantityInput!]! }
input OrderTransactionInput { kind: OrderTransactionKind! orderId: ID! parentId: ID gateway: String! amount: Money! }
input RefundLineItemInput { lineItemId: ID! quantity: Int! restockType: RefundLineItemRestockType locationId: ID }
input RefundInput {
  orderId: ID! note: String notify: Boolean transactions: [OrderTransactionInput!] refundLineItems: [RefundLineItemInput!]
}
input OrderCaptureInput { id: ID! parentTransactionId: ID! amount: Money! currency: CurrencyCode }
input FulfillmentTrackingInput { number: String company: String }
input FulfillmentInput { lineItemsByFulfillmentOrder: [ID!]! notifyCustomer: Boolean trackingInfo: FulfillmentTrackingInput }
input MetafieldsSetInput { ownerId: ID! namespace: String key: String! type: String value: String! compareDigest: String }
input OrderCancelRefundMethodInput { originalPaymentMethodsRefund: Boolean }
type Mutation {
  orderCancel(
    orderId: ID! reason: OrderCancelReason! refundMethod: OrderCancelRefundMethodInput restock: Boolean!
    notifyCustomer: Boolean staffNote: String
  ): Order
  transactionVoid(parentTransactionId: ID!): OrderTransaction
}
type Query { order(id: ID!): Order }
"""
"""As much of the Admin schema as this door uses, written down from its documentation of version 2026-04."""
HARMFUL = [
    (Kind.PLACE_GONE, ("transactionVoid(", "letGo(")),
    (Kind.FIELD_GONE, ("changeFromQuantity: Int", "")),
    (Kind.NULL, ("tracked: Boolean!", "tracked: Boolean")),
    (Kind.TYPE, ("unfulfilledQuantity: Int!", "unfulfilledQuantity: Float!")),
    (Kind.VALUE_GONE, ("CANCEL RETURN NO_RESTOCK", "RETURN NO_RESTOCK")),
    (Kind.VALUE_GONE, ("CUSTOMER INVENTORY OTHER", "CUSTOMER OTHER")),
    (Kind.REQUIRED, ("notify: Boolean transactions", "notify: Boolean reason: String! transactions")),
    (Kind.REQUIRED, ("staffNote: String", "staffNote: String approvedBy: ID!")),
    (Kind.DEPRECATED, ("remainingQuantity: Int!", 'remainingQuantity: Int! @deprecated(reason: "see lines")')),
]
HARMLESS = [
    ("sku: String quantity", "sku: String! quantity"),
    ("CUSTOMER INVENTORY OTHER", "CUSTOMER INVENTORY OTHER FRAUD"),
    ("notify: Boolean transactions", "notify: Boolean reason: String transactions"),
    ("cancelledAt: DateTime", "cancelledAt: DateTime closedAt: DateTime"),
    ("type Query {", "type Gift { id: ID! } type Query {"),
]


def found_in(sdl: str) -> list[Kind]:
    """Return the kinds of what harms."""
    return [f.kind for f in drifted(PARTS, GraphqlSchemas.of_text(sdl))]


def test_the_version_it_was_written_for_fits() -> None:
    """Nothing harms."""
    assert found_in(SDL) == []


@pytest.mark.parametrize(("kind", "change"), HARMFUL)
def test_what_harms_is_named(kind: Kind, change: tuple[str, str]) -> None:
    """One change, of one kind."""
    assert change[0] in SDL
    assert kind in found_in(SDL.replace(*change))


@pytest.mark.parametrize("change", HARMLESS)
def test_what_does_not_harm_is_passed_over(change: tuple[str, str]) -> None:
    """More than we use, or stricter than we need."""
    assert change[0] in SDL
    assert found_in(SDL.replace(*change)) == []


def test_the_reference_names_the_fields_that_are_read() -> None:
    """Those of REST and webhooks too, for which no schema is published."""
    covered = covered_by("shopify")
    order = covered["GET orders, orders/* webhooks (read)"]
    assert {
        "id",
        "line_items/*/sku",
        "line_items/*/tax_lines/*/price",
        "refunds/*/refund_line_items/*/restock_type",
    } <= set(order)
    assert "email" not in str(order)
    assert covered_by("drop-folder") == {}
