"""What we ask Shopify and tell it over GraphQL (version 2026-04). No question may cost more than 1,000 points, about one an object."""

from typing import Final

_PAYMENTS: Final = """transactions(first: $first) {
    id kind status gateway createdAt parentTransaction { id } amountSet { presentmentMoney { amount currencyCode } }
  }
  metafields(namespace: "tallystick", first: $first) { nodes { key value } }"""
_REFUSED: Final = "userErrors { field message }"
_REFUSED_WITH_CODE: Final = "userErrors { code field message }"

BESIDE: Final = f"query($ids: [ID!]!, $first: Int!) {{ nodes(ids: $ids) {{ ... on Order {{ id {_PAYMENTS} }} }} }}"
PAID_IN: Final = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { id presentmentCurrencyCode } } }"
ORDER: Final = f"""query($id: ID!, $first: Int!) {{ order(id: $id) {{
  id cancelledAt presentmentCurrencyCode
  lineItems(first: 100) {{ nodes {{ id sku quantity unfulfilledQuantity }} }}
  refunds(first: $first) {{ id note totalRefundedSet {{ presentmentMoney {{ amount currencyCode }} }} }}
  fulfillments(first: $first) {{ id status displayStatus trackingInfo(first: 3) {{ number }} }}
  {_PAYMENTS}
}} }}"""
CANCELLED: Final = "query($id: ID!) { order(id: $id) { cancelledAt } }"
OPEN: Final = """query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 8) { nodes {
  id lineItems(first: 50) { nodes { id remainingQuantity lineItem { id } } } } } } }"""
PACKED: Final = """query($id: ID!) { fulfillment(id: $id) {
  fulfillmentLineItems(first: 100) { nodes { quantity lineItem { id } } } } }"""
NOTE: Final = f"""mutation($note: MetafieldsSetInput!) {{
  metafieldsSet(metafields: [$note]) {{ metafields {{ id }} {_REFUSED_WITH_CODE} }} }}"""
CANCEL: Final = """mutation(
  $orderId: ID!, $reason: OrderCancelReason!, $refundMethod: OrderCancelRefundMethodInput!, $restock: Boolean!,
  $notifyCustomer: Boolean, $staffNote: String
) { orderCancel(
  orderId: $orderId, reason: $reason, refundMethod: $refundMethod, restock: $restock,
  notifyCustomer: $notifyCustomer, staffNote: $staffNote
) { job { id } userErrors: orderCancelUserErrors { code field message } } }"""
REFUND: Final = f"""mutation($input: RefundInput!, $key: String!) {{
  refundCreate(input: $input) @idempotent(key: $key) {{ refund {{ id }} {_REFUSED} }} }}"""
CAPTURE: Final = f"""mutation($input: OrderCaptureInput!) {{
  orderCapture(input: $input) {{ transaction {{ id status }} {_REFUSED} }} }}"""
VOID: Final = f"""mutation($id: ID!) {{
  transactionVoid(parentTransactionId: $id) {{ transaction {{ id status }} {_REFUSED_WITH_CODE} }} }}"""
FULFIL: Final = f"""mutation($fulfillment: FulfillmentInput!) {{
  fulfillmentCreate(fulfillment: $fulfillment) {{ fulfillment {{ id status }} {_REFUSED} }} }}"""
ARRIVED: Final = f"""mutation($event: FulfillmentEventInput!) {{
  fulfillmentEventCreate(fulfillmentEvent: $event) {{ fulfillmentEvent {{ id }} {_REFUSED} }} }}"""
ITEMS: Final = """query($first: Int!, $after: String, $query: String, $location: ID!) {
  inventoryItems(first: $first, after: $after, query: $query) {
    nodes { id sku tracked
      inventoryLevel(locationId: $location) { quantities(names: ["available", "committed"]) { name quantity } } }
    pageInfo { hasNextPage endCursor }
} }"""
SET_STOCK: Final = f"""mutation($input: InventorySetQuantitiesInput!, $key: String!) {{
  inventorySetQuantities(input: $input) @idempotent(key: $key) {{
    inventoryAdjustmentGroup {{ id }} {_REFUSED_WITH_CODE} }} }}"""
LOCATION: Final = "{ location { id } }"
