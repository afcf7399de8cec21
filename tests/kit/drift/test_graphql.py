"""The same of a GraphQL schema, as SDL and as introspection."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from graphql import build_schema, introspection_from_schema

from tallystick.app.craft.drifting import schema_in
from tallystick.kit.drift.compare import drifted
from tallystick.kit.drift.fields import Kind
from tallystick.kit.drift.graphql_schemas import GraphqlSchemas
from tests.kit.drift.schemas import GRAPHQL_PARTS, SDL

Read = Callable[[str], GraphqlSchemas]

HARMFUL = [
    (Kind.PLACE_GONE, "", ("refundOrder(input", "giveBack(input")),
    (Kind.FIELD_GONE, "/items/*/code", ("code: String!", "number: String!")),
    (Kind.TYPE, "/items/*/lines/*/quantity", ("quantity: Int! linePriceWithTax", "quantity: Float! linePriceWithTax")),
    (Kind.NULL, "/items/*/code", ("code: String!", "code: String")),
    (Kind.NULL, "/items/*/lines/*/quantity", ("lines: [OrderLine!]!", "lines: [OrderLine!]")),
    (Kind.FIELD_GONE, "/items/*/code", ("items: [Order!]!", "items: Order!")),
    (Kind.NEW_VALUE, "/items/*/state", ("PaymentSettled Cancelled", "PaymentSettled Shipped Cancelled")),
    (Kind.VALUE_GONE, "/input/reason", ("Unsellable Wish Error", "Unsellable Error")),
    (Kind.REQUIRED, "/input/paymentId", ("shipping: Money!", "shipping: Money! paymentId: ID!")),
    (Kind.REQUIRED, "/channel", ("take: Int, skip: Int", "take: Int, skip: Int, channel: ID!")),
    (Kind.FIELD_GONE, "/input/shipping", ("shipping: Money!", "")),
    (Kind.DEPRECATED, "/total", ("total: Money!", 'total: Money! @deprecated(reason: "see lines")')),
]
HARMLESS = [
    ("code: String!", "code: String! note: String!"),
    ("orderPlacedAt: DateTime", "orderPlacedAt: DateTime!"),
    ("take: Int, skip: Int", "take: Int, skip: Int, filter: String"),
    ("take: Int, skip: Int", "take: Int, skip: Int, sort: Int! = 3"),
    ("shipping: Money!", "shipping: Money"),
    ("shipping: Money!", "shipping: Money! note: String"),
    ("shipping: Money!", "shipping: Money! force: Boolean! = false"),
    ("Unsellable Wish Error", "Unsellable Wish Error Fire"),
    ("PaymentSettled Cancelled", "PaymentSettled"),
    ("type Refund {", 'type Gift { id: ID! }\n"A refund"\ntype Refund {'),
    ("totalItems: Int!", 'totalItems: Int! @deprecated(reason: "slow")'),
]


def introspected(sdl: str) -> GraphqlSchemas:
    """The same schema, as a server answers it."""
    return GraphqlSchemas.of_introspection(json.loads(json.dumps(introspection_from_schema(build_schema(sdl)))))


@pytest.mark.parametrize("read", [GraphqlSchemas.of_text, introspected])
@pytest.mark.parametrize(("kind", "path", "change"), HARMFUL)
def test_a_change_that_harms_is_named(kind: Kind, path: str, change: tuple[str, str], read: Read) -> None:
    """With its kind and field."""
    old, new = change
    assert old in SDL
    found = drifted(GRAPHQL_PARTS, read(SDL.replace(old, new)))
    assert (kind, path) in {(f.kind, f.path) for f in found}, found


@pytest.mark.parametrize("read", [GraphqlSchemas.of_text, introspected])
@pytest.mark.parametrize(("old", "new"), [("", ""), *HARMLESS])
def test_a_change_that_does_not_harm_is_silent(old: str, new: str, read: Read) -> None:
    """The schema as it is, and harmless changes to it."""
    assert old in SDL
    assert drifted(GRAPHQL_PARTS, read(SDL.replace(old, new) if old else SDL)) == []


def test_both_forms_are_known_apart(tmp_path: Path) -> None:
    """A file holds one or the other; an introspection may stand below `data`."""
    file = tmp_path / "schema"
    told = introspection_from_schema(build_schema(SDL))
    for text in (SDL, json.dumps(told), json.dumps({"data": told})):
        file.write_text(text)
        assert drifted(GRAPHQL_PARTS, schema_in(file)) == []
