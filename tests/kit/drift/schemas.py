"""The specimen's shop as it would publish itself, in OpenAPI and in GraphQL; and a connector's fields of the latter."""

from pathlib import Path
from typing import Final

from tallystick.kit.drift.fields import Field, Part, Use

OPENAPI: Final = (Path(__file__).parent / "shop.json").read_text("utf-8")

SDL: Final = """
scalar DateTime
scalar Money

enum OrderState { PaymentAuthorized PaymentSettled Cancelled }

type OrderLine { id: ID! quantity: Int! linePriceWithTax: Money! }

type Order {
  id: ID!
  code: String!
  state: OrderState!
  orderPlacedAt: DateTime
  lines: [OrderLine!]!
}

type OrderList { items: [Order!]! totalItems: Int! }

type Query { orders(take: Int, skip: Int): OrderList! }

enum RefundReason { Unsellable Wish Error }

input RefundLineInput { orderLineId: ID! quantity: Int! }

input RefundOrderInput { lines: [RefundLineInput!]! reason: RefundReason shipping: Money! }

type Refund { id: ID! total: Money! }

type Mutation { refundOrder(input: RefundOrderInput!): Refund! }
"""

GRAPHQL_PARTS: Final = (
    Part(place="Query.orders", use=Use.SENT, fields=(Field(path="/take", type="Int"), Field(path="/skip", type="Int"))),
    Part(
        place="Query.orders",
        use=Use.READ,
        fields=(
            Field(path="/items/*/code", type="String"),
            Field(
                path="/items/*/state", type="OrderState", values=("PaymentAuthorized", "PaymentSettled", "Cancelled")
            ),
            Field(path="/items/*/orderPlacedAt", type="DateTime", must=False),
            Field(path="/items/*/lines/*/quantity", type="Int"),
            Field(path="/items/*/lines/*/linePriceWithTax", type="Money"),
        ),
    ),
    Part(
        place="Mutation.refundOrder",
        use=Use.SENT,
        fields=(
            Field(path="/input/lines/*/orderLineId", type="ID"),
            Field(path="/input/lines/*/quantity", type="Int"),
            Field(path="/input/reason", type="RefundReason", values=("Wish", "Error"), must=False),
            Field(path="/input/shipping", type="Money"),
        ),
    ),
    Part(place="Refund", use=Use.READ, fields=(Field(path="/id", type="ID"), Field(path="/total", type="Money"))),
)
