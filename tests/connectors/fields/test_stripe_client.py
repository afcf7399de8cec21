"""Stripe's own client, written by Stripe from its description of the API, knows each field that we read, as we take it."""

from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import stripe
from msgspec.structs import replace

from tallystick.connectors.stripe.fields import PARTS
from tallystick.kit.drift.compare import drifted
from tallystick.kit.drift.fields import Finding, Kind, Part, Use, fields_in
from tallystick.kit.drift.json_schemas import JsonSchemas

SCHEMAS: Final = "#/components/schemas/"
CLASSES: Final[dict[str, Any]] = {
    "event": stripe.Event,
    "payment_intent": stripe.PaymentIntent,
    "refund": stripe.Refund,
    "payout": stripe.Payout,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
}
WORDS: Final = {int: "integer", str: "string", float: "number", bool: "boolean"}


def described(hint: Any, depth: int = 2) -> dict[str, Any]:
    """Say in JSON Schema what an annotation of the client says."""
    arguments = [one for one in get_args(hint) if one is not type(None)]
    word = WORDS.get(hint) or {Literal: "string", list: "array", dict: "object"}.get(get_origin(hint))
    if word:
        return {"type": word}
    if isinstance(hint, type) and issubclass(hint, stripe.StripeObject) and depth:
        return described_class(hint, depth - 1)
    if type(None) in get_args(hint):
        return {"anyOf": [*(described(one, depth) for one in arguments), {"type": "null"}]}
    if arguments and not isinstance(get_origin(hint), type):
        return {"anyOf": [described(one, depth) for one in arguments]}
    return {"type": "object"}


def described_class(kind: Any, depth: int = 2) -> dict[str, Any]:
    """Say what a class of the client holds; what may be left out is said to be null there as well."""
    hints = {name: hint for name, hint in _hints(kind).items() if not name.startswith("_") and not name.isupper()}
    properties = {name: described(hint, depth) for name, hint in hints.items()}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _hints(kind: Any) -> dict[str, Any]:
    try:
        return get_type_hints(kind)
    except NameError:  # names that only a type checker sees
        return dict(kind.__annotations__)


def found(parts: tuple[Part, ...]) -> list[Finding]:
    """Compare what is read with what the client describes."""
    document = {"components": {"schemas": {name: described_class(kind) for name, kind in CLASSES.items()}}}
    read = [p for p in parts if p.use is Use.READ and p.place.removeprefix(SCHEMAS) in CLASSES]
    assert len(read) == len(CLASSES)
    return drifted(read, JsonSchemas(document))


def test_the_client_knows_every_field_we_read() -> None:
    """With the same type, and none that may be null where we cannot do without it."""
    assert found(PARTS) == []


def test_a_field_that_it_does_not_know_is_found() -> None:
    """The broken twin: a field there is none of, and one of another type."""
    spoilt = tuple(
        replace(p, fields=fields_in("", "string amount surprise")) if p.place == f"{SCHEMAS}payment_intent" else p
        for p in PARTS
    )
    assert [(f.path, f.kind) for f in found(spoilt)] == [("/amount", Kind.TYPE), ("/surprise", Kind.FIELD_GONE)]
