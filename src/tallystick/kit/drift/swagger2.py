"""Swagger 2.0 as OpenAPI 3: as much of it as says which fields an operation takes and gives.

Some partners publish nothing newer, and a document for each of their APIs.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

_METHODS: Final = ("get", "put", "post", "patch", "delete")
_MEDIA: Final = "application/json"
_BESIDE: Final = frozenset({"name", "in", "required", "description", "collectionFormat"})


def is_swagger2(document: Mapping[str, Any]) -> bool:
    """Say whether a document is written in Swagger 2.0."""
    return document.get("swagger") == "2.0"


def as_openapi3(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Swagger 2.0 document as OpenAPI 3: bodies, answers, queries and schemas, all of them JSON."""
    moved = json.loads(json.dumps(document).replace('"#/definitions/', '"#/components/schemas/'))
    paths = {path: _item(item, moved) for path, item in moved["paths"].items()}
    info = moved.get("info", {"title": "", "version": ""})
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": moved.get("definitions", {})}}


def _item(item: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    shared = item.get("parameters", [])
    return {m: _operation(item[m], shared, document) for m in _METHODS if m in item}


def _operation(operation: Mapping[str, Any], shared: list[Any], document: Mapping[str, Any]) -> dict[str, Any]:
    said = [_followed(p, document) for p in (*shared, *operation.get("parameters", []))]
    found: dict[str, Any] = {
        "parameters": [_parameter(p) for p in said if p["in"] in ("query", "path", "header")],
        "responses": {code: _answer(_followed(r, document)) for code, r in operation["responses"].items()},
    }
    bodies = [p for p in said if p["in"] == "body"]
    if bodies:
        content = {_MEDIA: {"schema": bodies[0]["schema"]}}
        found["requestBody"] = {"required": bool(bodies[0].get("required")), "content": content}
    if operation.get("deprecated"):
        found["deprecated"] = True
    return found


def _parameter(said: Mapping[str, Any]) -> dict[str, Any]:
    """A list in a query is one text with commas, unless it says `multi`."""
    found = {"name": said["name"], "in": said["in"], "required": bool(said.get("required"))}
    found["schema"] = {k: v for k, v in said.items() if k not in _BESIDE}
    if said.get("type") == "array" and said["in"] == "query":
        found |= {"style": "form", "explode": said.get("collectionFormat") == "multi"}
    return found


def _answer(said: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"description": said.get("description", "")}
    if "schema" in said:
        example = said.get("examples", {}).get(_MEDIA)
        found["content"] = {_MEDIA: {"schema": said["schema"], **({} if example is None else {"example": example})}}
    return found


def _followed(said: Mapping[str, Any], document: Mapping[str, Any]) -> Mapping[str, Any]:
    place: Any = said
    if "$ref" in said:
        place = document
        for step in str(said["$ref"]).removeprefix("#/").split("/"):
            place = place[step]
    return place  # type: ignore[no-any-return]
