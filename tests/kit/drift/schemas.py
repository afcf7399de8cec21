"""The specimen's shop as it would publish itself, in OpenAPI and in GraphQL; and a connector's fields of the latter."""

from typing import Any, Final

from tallystick.kit.drift.fields import Field, Part, Use

CURRENCIES: Final = ["EUR", "GBP", "JPY", "KWD", "USD"]


def _answer(name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": "so", "content": {"application/json": {"schema": schema}}}


def _sent(name: str) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}}}


def openapi() -> dict[str, Any]:
    """The shop's OpenAPI description, one that may be spoilt."""
    currency = {"type": "string", "enum": [*CURRENCIES]}
    payment = {
        "type": "object",
        "required": ["order", "currency", "amount"],
        "properties": {
            "order": {"type": "string", "maxLength": 100},
            "currency": currency,
            "amount": {"type": "string"},
        },
    }
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            "/v1/changes": {
                "get": {
                    "parameters": [
                        {"in": "query", "name": "after", "required": True, "schema": {"type": "integer"}},
                        {"in": "query", "name": "limit", "schema": {"type": "integer"}},
                        {"in": "header", "name": "authorization", "required": True, "schema": {"type": "string"}},
                    ],
                    "responses": {"200": _answer("Changes")},
                }
            },
            "/v1/captures": {"post": {**_sent("Payment"), "responses": {"201": _answer("Paid")}}},
            "/v1/refunds": {"post": {**_sent("Refund"), "responses": {"201": _answer("Paid")}}},
            "/v1/payments/{key}": {"get": {"responses": {"200": _answer("Paid"), "404": {"description": "none"}}}},
        },
        "components": {
            "schemas": {
                "Changes": {
                    "type": "object",
                    "required": ["orders", "more"],
                    "properties": {
                        "orders": {"type": "array", "items": {"$ref": "#/components/schemas/Order"}},
                        "more": {"type": "boolean"},
                    },
                },
                "Order": {
                    "type": "object",
                    "required": ["number", "change", "placed_at", "currency", "lines"],
                    "properties": {
                        "number": {"type": "string"},
                        "change": {"type": "integer"},
                        "placed_at": {"type": "string", "format": "date-time"},
                        "currency": currency,
                        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
                    },
                },
                "Line": {
                    "type": "object",
                    "required": ["sku", "quantity", "net", "tax"],
                    "properties": {
                        "sku": {"type": "string"},
                        "quantity": {"type": "integer"},
                        "net": {"type": "string"},
                        "tax": {"type": "string"},
                    },
                },
                "Payment": payment,
                "Refund": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Payment"},
                        {"type": "object", "required": ["number"], "properties": {"number": {"type": "integer"}}},
                    ]
                },
                "Paid": {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}},
            }
        },
    }


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
