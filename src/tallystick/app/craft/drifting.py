"""A connector's fields beside the schema its partner publishes: read from a file, compared by kit/drift/."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tallystick.app.craft.trying import part_of
from tallystick.kit.drift.compare import Schema, drifted
from tallystick.kit.drift.fields import Finding, Part
from tallystick.ports.connector import Rejected


def drift_of(name: str, spec: Path) -> list[Finding]:
    """Return what in the schema in *spec* harms connector *name*; raise `Rejected` for a file that holds none."""
    parts: Sequence[Part] = part_of(name, "fields", "PARTS")
    schema = schema_in(spec)
    speaks_of = getattr(schema, "speaks_of", lambda _: True)
    mine = [part for part in parts if speaks_of(part)]
    if not mine:
        apis = ", ".join(sorted({part.api for part in parts}))
        raise Rejected(f"{spec.name} is of none of the APIs that {name} uses: give a document of {apis}")
    return drifted(mine, schema)


def schema_in(file: Path) -> Schema:
    """Read OpenAPI 3, Swagger 2.0 or JSON Schema (JSON), or GraphQL (an introspection answer, or SDL)."""
    from tallystick.kit.drift.graphql_schemas import GraphqlSchemas
    from tallystick.kit.drift.json_schemas import JsonSchemas
    from tallystick.kit.drift.swagger2 import as_openapi3, is_swagger2

    text = file.read_text("utf-8")
    if not text.lstrip().startswith("{"):
        return _of_sdl(file, text)
    document = _decoded(file, text)
    introspected = document.get("data", document)
    if isinstance(introspected, dict) and "__schema" in introspected:
        return GraphqlSchemas.of_introspection(introspected)
    if is_swagger2(document):
        return JsonSchemas(as_openapi3(document))
    if not any(word in document for word in ("openapi", "$schema", "$defs", "definitions", "properties", "$id")):
        raise Rejected(f"{file.name} is neither OpenAPI 3, JSON Schema nor a GraphQL introspection: see what was saved")
    return JsonSchemas(document)


def _of_sdl(file: Path, text: str) -> Schema:
    from graphql import GraphQLError

    from tallystick.kit.drift.graphql_schemas import GraphqlSchemas

    try:
        return GraphqlSchemas.of_text(text)
    except (GraphQLError, TypeError) as wrong:
        raise Rejected(f"{file.name} is no JSON, and no GraphQL schema either ({wrong}): save YAML as JSON") from wrong


def _decoded(file: Path, text: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(text)
    except ValueError as wrong:
        raise Rejected(f"{file.name} is cut or no JSON: {wrong}") from wrong
    return document
