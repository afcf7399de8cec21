"""Of an OpenAPI description that changes, what harms a connector is named, and nothing else."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tallystick.__main__ import tally
from tallystick.connectors.specimen.fields import PARTS
from tallystick.kit.drift.compare import drifted
from tallystick.kit.drift.fields import Field, Kind, Part, Use
from tallystick.kit.drift.json_schemas import JsonSchemas
from tests.kit.drift.schemas import OPENAPI


@dataclass
class Document:
    """The two halves of a description that can be changed."""

    paths: dict[str, Any]
    schemas: dict[str, Any]


Spoil = Callable[[Document], Any]


def body(of_document: Document, path: str) -> dict[str, Any]:
    """What is posted to a path."""
    found: dict[str, Any] = of_document.paths[path]["post"]["requestBody"]["content"]
    return found


def of(document: Document, name: str, member: str) -> dict[str, Any]:
    """A member of a component."""
    found: dict[str, Any] = document.schemas[name]["properties"][member]
    return found


def parameter(**said: Any) -> dict[str, Any]:
    """A parameter of a query."""
    return {"in": "query", "schema": {"type": "string"}, **said}


HARMFUL: list[tuple[Kind, str, Spoil]] = [
    (Kind.PLACE_GONE, "", lambda d: d.paths.pop("/v1/captures")),
    (Kind.FIELD_GONE, "/orders/*/lines/*/tax", lambda d: d.schemas["Line"]["properties"].pop("tax")),
    (Kind.TYPE, "/orders/*/lines/*/net", lambda d: of(d, "Line", "net").update(type="number")),
    (Kind.FORMAT, "/orders/*/placed_at", lambda d: of(d, "Order", "placed_at").update(format="date")),
    (Kind.MISSING, "/orders/*/lines/*/sku", lambda d: d.schemas["Line"]["required"].remove("sku")),
    (Kind.NULL, "/orders/*/number", lambda d: of(d, "Order", "number").update(nullable=True)),
    (Kind.NEW_VALUE, "/orders/*/currency", lambda d: of(d, "Order", "currency").update(enum=[*["EUR", "GBP", "JPY", "KWD", "USD", "CLF"]])),
    (Kind.VALUE_GONE, "/currency", lambda d: of(d, "Payment", "currency").update(enum=["EUR", "GBP", "USD"])),
    (Kind.REQUIRED, "/reason", lambda d: d.schemas["Payment"]["required"].append("reason")),
    (Kind.REQUIRED, "/region", lambda d: d.paths["/v1/changes"]["get"]["parameters"].append(parameter(name="region", required=True))),
    (Kind.SHORTER, "/order", lambda d: of(d, "Payment", "order").update(maxLength=20)),
    (Kind.READ_ONLY, "/amount", lambda d: of(d, "Payment", "amount").update(readOnly=True)),
    (Kind.DEPRECATED, "", lambda d: d.paths["/v1/refunds"]["post"].update(deprecated=True)),
    (Kind.MEDIA, "", lambda d: body(d, "/v1/refunds").update({"application/xml": body(d, "/v1/refunds").pop("application/json")})),
]  # fmt: skip
HARMLESS: dict[str, Spoil] = {
    "a new operation": lambda d: d.paths.update({"/v1/gifts": {"get": {"responses": {}}}}),
    "a new field in an answer": lambda d: d.schemas["Order"]["properties"].update(note={"type": "string"}),
    "a new required field in an answer": lambda d: (
        d.schemas["Order"]["properties"].update(note={"type": "string"}), d.schemas["Order"]["required"].append("note")
    ),
    "a new optional field to send": lambda d: d.schemas["Payment"]["properties"].update(note={"type": "string"}),
    "a new optional parameter": lambda d: d.paths["/v1/changes"]["get"]["parameters"].append(parameter(name="region")),
    "another value to send": lambda d: of(d, "Payment", "currency").update(enum=[*["EUR", "GBP", "JPY", "KWD", "USD", "CLF"]]),
    "a value that is never read any more": lambda d: of(d, "Order", "currency").update(enum=["EUR", "GBP"]),
    "longer texts taken": lambda d: of(d, "Payment", "order").update(maxLength=1000),
    "a field to send that is optional now": lambda d: d.schemas["Payment"]["required"].remove("amount"),
    "a field to send that may be null": lambda d: of(d, "Payment", "amount").update(nullable=True),
    "prose": lambda d: (of(d, "Line", "net").update(description="the price"), d.paths["/v1/captures"]["post"].update(summary="x")),
    "a component by another name": lambda d: (
        d.schemas.update(OrderRow=d.schemas.pop("Line")), of(d, "Order", "lines").update(items={"$ref": "#/components/schemas/OrderRow"})
    ),
    "a component written out": lambda d: of(d, "Order", "lines").update(items=d.schemas.pop("Line")),
    "a type that is said twice": lambda d: d.schemas["Paid"].update(allOf=[{"type": "object", "required": ["id"]}]),
    "alternatives that agree": lambda d: d.schemas.update(Paid={"oneOf": [d.schemas["Paid"], {**d.schemas["Paid"], "title": "other"}]}),
    "another answer to errors": lambda d: d.paths["/v1/captures"]["post"]["responses"].update({"418": {"description": "tea"}}),
    "a deprecated field that is not used": lambda d: d.schemas["Order"]["properties"].update(old={"type": "string", "deprecated": True}),
}  # fmt: skip


def spoilt(spoil: Spoil | None = None) -> dict[str, Any]:
    """The shop's description after a change; each schema stands there for itself."""
    document: dict[str, Any] = json.loads(OPENAPI)
    if spoil:
        spoil(Document(document["paths"], document["components"]["schemas"]))
    return document


def test_the_shop_as_it_is_has_not_drifted() -> None:
    """The connector's fields are those of the schema."""
    assert drifted(PARTS, JsonSchemas(spoilt())) == []


@pytest.mark.parametrize(("kind", "path", "spoil"), HARMFUL, ids=lambda one: str(one) if isinstance(one, str) else "")
def test_a_change_that_harms_is_named(kind: Kind, path: str, spoil: Spoil) -> None:
    """With its kind and field, and no other kind beside it."""
    found = drifted(PARTS, JsonSchemas(spoilt(spoil)))
    assert {f.kind for f in found} - {Kind.PLACE_GONE} <= {kind}
    assert (kind, path) in {(f.kind, f.path) for f in found}, found


@pytest.mark.parametrize("spoil", HARMLESS.values(), ids=HARMLESS)
def test_a_change_that_does_not_harm_is_silent(spoil: Spoil) -> None:
    """Nobody reads warnings that are mostly noise."""
    assert drifted(PARTS, JsonSchemas(spoilt(spoil))) == []


def test_ten_changes_of_ten_kinds_in_one_release_are_all_named(tmp_path: Path) -> None:
    """A partner changes many things at once: the command names each, and none hides another."""

    def all_of_them(document: Document) -> None:
        for kind, _, spoil in HARMFUL:
            if kind not in (Kind.PLACE_GONE, Kind.MEDIA):
                spoil(document)

    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(spoilt(all_of_them)))
    told = CliRunner().invoke(tally(), ["connector", "drift", "specimen", "--against", str(file), "--json"])
    found = {(f["kind"], f["path"]) for f in json.loads(told.stdout)["findings"]}
    planted = {(kind.value, path) for kind, path, _ in HARMFUL if kind not in (Kind.PLACE_GONE, Kind.MEDIA)}
    assert planted <= found
    assert len({kind for kind, _ in planted}) > 10


def test_ten_harmless_changes_in_one_release_are_silent(tmp_path: Path) -> None:
    """Together, as a release brings them; those left out here take away what others change."""
    apart = ("a component by another name", "a component written out")

    def all_of_them(document: Document) -> None:
        for name, spoil in HARMLESS.items():
            if name not in apart:
                spoil(document)

    assert len(HARMLESS) - len(apart) > 10
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(spoilt(all_of_them)))
    told = CliRunner().invoke(tally(), ["connector", "drift", "specimen", "--against", str(file), "--json"])
    assert (told.exit_code, json.loads(told.stdout)["findings"]) == (0, [])


def test_every_kind_is_planted() -> None:
    """No kind of finding is there that nothing shows."""
    assert {kind for kind, _, _ in HARMFUL} == set(Kind)


def test_a_json_schema_is_read_by_pointers() -> None:
    """JSON Schema 2020-12: `null` among the types, `const`, references with something beside them, circles."""
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {
            "Event": {
                "type": "object",
                "required": ["kind", "who"],
                "properties": {
                    "kind": {"const": "paid"},
                    "who": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "next": {"$ref": "#/$defs/Event", "description": "and so on"},
                    "loop": {"$ref": "#/$defs/Loop"},
                },
            },
            "Loop": {"$ref": "#/$defs/Loop"},
        },
    }
    fields = (
        Field(path="/kind", type="", values=("paid",)),
        Field(path="/who", type="string"),
        Field(path="/next/next/kind", type="", must=False),
        Field(path="/loop/anything", type="string"),
    )
    found = drifted([Part(place="#/$defs/Event", use=Use.READ, fields=fields)], JsonSchemas(document))
    assert [(f.path, f.kind) for f in found] == [("/who", Kind.NULL), ("/loop/anything", Kind.FIELD_GONE)]


def test_the_command_names_what_harms(tmp_path: Path) -> None:
    """0 and a sentence where nothing does, 1 and a table or JSON where something does, 6 for what is no schema."""
    file = tmp_path / "openapi.json"
    asked = ["connector", "drift", "specimen", "--against", str(file)]
    file.write_text(json.dumps(spoilt()))
    fine = CliRunner().invoke(tally(), asked)
    assert (fine.exit_code, fine.stdout) == (0, "Everything it uses is there as it was.\n")
    file.write_text(json.dumps(spoilt(HARMFUL[1][2])))
    assert "/orders/*/lines/*/tax" in CliRunner().invoke(tally(), asked).stdout
    told = CliRunner().invoke(tally(), [*asked, "--json"])
    assert told.exit_code == 1
    assert [f["kind"] for f in json.loads(told.stdout)["findings"]] == [Kind.FIELD_GONE.value]
    for text in ("{", '{"paths": 1}', "openapi: 3.0.3", ""):
        file.write_text(text)
        assert CliRunner().invoke(tally(), asked).exit_code == 6, text
