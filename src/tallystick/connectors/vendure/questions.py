"""What we ask Vendure and tell it, as GraphQL documents. `plugin/tallystick-hooks.js` tells orders in the same shape."""

from typing import Final

_ORDER_FIELDS: Final = """
fragment Told on Order {
  id code state type orderPlacedAt createdAt updatedAt currencyCode totalWithTax
  customer { id emailAddress firstName lastName phoneNumber }
  shippingAddress { fullName company streetLine1 streetLine2 city province postalCode countryCode phoneNumber }
  lines {
    id quantity orderPlacedQuantity proratedLinePrice proratedLinePriceWithTax
    proratedUnitPrice proratedUnitPriceWithTax taxLines { description taxRate } productVariant { sku }
  }
  shippingLines { id discountedPrice discountedPriceWithTax shippingMethod { code } }
  surcharges { id description sku price priceWithTax }
  payments {
    id method amount state transactionId errorMessage createdAt updatedAt
    refunds { id total state reason transactionId createdAt updatedAt }
  }
  fulfillments { id state method trackingCode createdAt updatedAt lines { orderLineId quantity } }
  history(options: { filter: { type: { in: ["ORDER_NOTE", "ORDER_CANCELLATION"] } }, take: 100 }) {
    items { id type createdAt data }
  }
}"""
_REFUSED: Final = "... on ErrorResult { errorCode message }"

SIGN_IN: Final = (
    "mutation($user: String!, $password: String!) {"
    f" login(username: $user, password: $password) {{ __typename {_REFUSED} }} }}"
)
ORDERS: Final = (
    "query($options: OrderListOptions!) { orders(options: $options) { totalItems items { ...Told } } }" + _ORDER_FIELDS
)
ORDER: Final = ORDERS
CANCEL: Final = (
    "mutation($input: CancelOrderInput!) {"
    f" cancelOrder(input: $input) {{ __typename ... on Order {{ id state }} {_REFUSED} }} }}"
)
REFUND: Final = (
    "mutation($input: RefundOrderInput!) {"
    f" refundOrder(input: $input) {{ __typename ... on Refund {{ id state total }} {_REFUSED} }} }}"
)
SETTLE: Final = (
    f"mutation($id: ID!) {{ settlePayment(id: $id) {{ __typename ... on Payment {{ id state }} {_REFUSED} }} }}"
)
VOID: Final = (
    f"mutation($id: ID!) {{ cancelPayment(id: $id) {{ __typename ... on Payment {{ id state }} {_REFUSED} }} }}"
)
NOTE: Final = "mutation($input: AddNoteToOrderInput!) { addNoteToOrder(input: $input) { id } }"
FULFIL: Final = (
    "mutation($input: FulfillOrderInput!) {"
    f" addFulfillmentToOrder(input: $input) {{ __typename ... on Fulfillment {{ id state }} {_REFUSED} }} }}"
)
MOVE_FULFILMENT: Final = (
    "mutation($id: ID!, $state: String!) {"
    f" transitionFulfillmentToState(id: $id, state: $state) {{ __typename ... on Fulfillment {{ id state }} {_REFUSED} }} }}"
)
STOCK: Final = """query($options: ProductVariantListOptions!) { productVariants(options: $options) { totalItems items {
  id sku outOfStockThreshold useGlobalOutOfStockThreshold stockLevels { stockLocationId stockOnHand stockAllocated }
} } }"""
GLOBAL_THRESHOLD: Final = "{ globalSettings { outOfStockThreshold } stockLocations { items { id } } }"
SET_STOCK: Final = "mutation($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }"
PRODUCT: Final = """query($sku: String!) { productVariants(options: { filter: { sku: { eq: $sku } } }) {
  items { id sku enabled price currencyCode name product { id name description } } } }"""
NEW_PRODUCT: Final = "mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }"
UPDATE_PRODUCT: Final = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { id } }"
NEW_VARIANTS: Final = "mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }"
PRODUCT_BY_SLUG: Final = "query($slug: String!) { product(slug: $slug) { id variants { id sku } } }"
