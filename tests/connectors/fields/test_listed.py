"""Every field that a connector reads stands in its `fields.py`; otherwise a partner's release could break it unheard."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from tallystick.connectors.oscar import wire as oscar
from tallystick.connectors.oscar.fields import PARTS as OSCAR
from tallystick.connectors.stripe import objects, payouts
from tallystick.connectors.stripe.fields import PARTS as STRIPE
from tallystick.connectors.vendure import questions
from tallystick.connectors.vendure import wire as vendure
from tallystick.connectors.vendure.fields import PARTS as VENDURE
from tallystick.kit.drift.fields import Part
from tests.architecture.tidy import SOURCE
from tests.connectors.fields.reading import fields_at, keys_read, last_steps, selections, unlisted

SCHEMAS = "#/components/schemas/"
READ: list[tuple[Sequence[Part], str, str, type[Struct]]] = [
    (VENDURE, "Query.orders", "/items/*", vendure.Order),
    (VENDURE, "Query.productVariants", "/items/*", vendure.StockedVariant),
    (OSCAR, "GET /api/admin/orders/ 200", "/*", oscar.Head),
    (OSCAR, "GET /api/admin/orders/{id}/lines/ 200", "/*", oscar.Line),
    (OSCAR, "GET /api/admin/products/ 200", "/*", oscar.Product),
    (OSCAR, "GET /api/admin/stockrecords/{id}/ 200", "", oscar.StockRecord),
    (OSCAR, "GET /api/tallystick/orders/{number}/status/ 200", "", oscar.Status),
    (STRIPE, f"{SCHEMAS}event", "", objects.Event),
    (STRIPE, f"{SCHEMAS}payment_intent", "", objects.Intent),
    (STRIPE, f"{SCHEMAS}refund", "", objects.Refund),
    (STRIPE, f"{SCHEMAS}payout", "", payouts.Payout),
    (STRIPE, f"{SCHEMAS}balance_transaction", "", payouts.Transaction),
    (STRIPE, f"{SCHEMAS}charge", "", payouts.Source),
]
NOT_THEIRS = {
    oscar.Line: {"/*/sku"},  # put beside a line by who reads it
    oscar.Status: {"/notes/*"},  # listed as the list it is
    objects.Intent: {"/amount_received", "/metadata"},  # always there, though not for every version; a fault names them
    objects.Refund: {"/status", "/metadata"},
    vendure.Order: {
        "/items/*/orderPlacedAt",  # only baskets lack it, and they are not asked for
        *(f"/items/*/history/items/*/data/{name}" for name in ("note", "reason", "lines/*")),  # JSON of no schema
    },
}
OURS = {
    "vendure": {"kind", "stock", "order", "as_of", "variants", "errors", "data", "extensions", "login", "event", "sentAt",
                "vendure-auth-token", "user", "vendure_channel", "providers", "location", "available"},
    "oscar": {"kind", "said", "head", "user", "as_of", "results", "next", "sku", "records"},
    "stripe": {"order", "number", "tally_key", "digits", "zone", "multicapture", "bank", "event", "transactions",
               "message", "stripe-signature"},
}  # fmt: skip
"""Keys of our own making, and of the protocols around a message."""


@pytest.mark.parametrize(("parts", "place", "at", "struct"), READ, ids=lambda one: getattr(one, "__name__", ""))
def test_every_field_of_a_struct_is_listed(parts: Sequence[Part], place: str, at: str, struct: type[Struct]) -> None:
    """And what the struct cannot do without is listed as always there."""
    assert set(unlisted(struct, at, fields_at(parts, place))) <= NOT_THEIRS.get(struct, set())


@pytest.mark.parametrize(("parts", "place", "at", "struct"), READ, ids=lambda one: getattr(one, "__name__", ""))
def test_one_that_is_forgotten_is_found(parts: Sequence[Part], place: str, at: str, struct: type[Struct]) -> None:
    """The broken twin: the same without the last field of its part."""
    read = [name for name in fields_at(parts, place) if name not in NOT_THEIRS.get(struct, set())]
    own = [path for path in read if path in set(unlisted(struct, at, {}))]
    shorter = [replace(p, fields=tuple(f for f in p.fields if f.path != own[-1])) for p in parts]
    assert own[-1] in unlisted(struct, at, fields_at(shorter, place))


@pytest.mark.parametrize(("name", "parts"), [("vendure", VENDURE), ("oscar", OSCAR), ("stripe", STRIPE)])
def test_every_key_that_is_looked_up_is_listed(name: str, parts: Sequence[Part]) -> None:
    """Where no struct stands between us and an answer, its keys are in the code."""
    assert keys_read(SOURCE / "connectors" / name) - last_steps(parts) - OURS[name] == set()


def test_a_key_that_is_forgotten_is_found(tmp_path: Path) -> None:
    """The broken twin: a module that looks up what nobody listed."""
    (tmp_path / "client.py").write_text('x = told["surprise"]\ny = told.get("wonder")\ntold["sent"] = 1\n')
    assert keys_read(tmp_path) == {"surprise", "wonder"}


@pytest.mark.parametrize("document", [name for name in dir(questions) if name.isupper() and not name.startswith("_")])
def test_everything_vendure_is_asked_for_is_listed(document: str) -> None:
    """A selected field that goes makes the whole question fail, whether anybody reads it or not."""
    listed = {
        (part.place, "".join(f"/{step}" for step in field.path.split("/") if step not in ("", "*")))
        for part in VENDURE
        for field in part.fields
    }
    assert selections(getattr(questions, document)) - listed == set()
