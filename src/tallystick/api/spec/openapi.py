"""OpenAPI 3.1, made from the contract table and the types: nobody writes it, so it cannot be out of date."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.api.contract import PREFIX, Capability, Operation
from tallystick.api.problems import TOO_LARGE, WRONG_MEDIA, Kind, ProblemDetails
from tallystick.api.spec.examples import example_of

VERSION: Final = "3.1.0"
REFERENCE: Final = "#/components/schemas/{name}"
_HEADERS: Final[dict[str, str]] = {
    "X-Correlation-Id": "the correlation id of the request, kept in every record it led to",
    "RateLimit": "what is left of the quota and when it begins anew (draft-ietf-httpapi-ratelimit-headers)",
    "RateLimit-Policy": "the quota: requests and window in seconds",
    "ETag": "changes whenever anything of the order changes; send it as If-Match",
    "Location": "where the order stands",
    "Link": 'rel="next": the next page',
    "Idempotent-Replayed": "true: this was done before, and is told as it was told then",
    "Retry-After": "seconds to wait",
    "Deprecation": "since when this is deprecated (RFC 9745)",
    "Sunset": "until when this is served (RFC 8594)",
}
_PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Names this request for ever: sent again with the same content it is told what it was told first.",
        "schema": {"type": "string", "pattern": "^[!#-~]{1,128}$"},
    },
    "match": {
        "name": "If-Match",
        "in": "header",
        "description": "The entity tag that was looked at: nothing happens if anything has changed since.",
        "schema": {"type": "string", "pattern": '^"[!#-~]{1,128}"$'},
    },
    "correlation": {
        "name": "X-Correlation-Id",
        "in": "header",
        "description": "Ties a story together; made here when it is left out.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$"},
    },
    "trace": {
        "name": "traceparent",
        "in": "header",
        "description": "W3C Trace Context; kept with the message.",
        "schema": {"type": "string"},
    },
}


def openapi(capabilities: Sequence[Capability], release: str) -> dict[str, Any]:
    """Return the document of everything *capabilities* serve."""
    shapes = _Shapes(capabilities)
    paths: dict[str, dict[str, Any]] = {}
    for capability in capabilities:
        for operation in capability.served:
            at = paths.setdefault(PREFIX + operation.path, {})
            at[operation.method.lower()] = _operation(capability, operation, shapes)
    return {
        "openapi": VERSION,
        "info": {
            "title": "Tallystick",
            "version": release,
            "summary": "Stock, orders and payments while the customer waits, over one book of every unit and every cent.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [_tag(c) for c in capabilities if c.served],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": shapes.components,
            "parameters": {name: {**p, "required": False} for name, p in _PARAMETERS.items()},
            "headers": {name: {"description": about, "schema": {"type": "string"}} for name, about in _HEADERS.items()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a token got with one."}
            },
        },
    }


class _Shapes:
    """The schemas of every body, named once."""

    def __init__(self, capabilities: Sequence[Capability]) -> None:
        operations = [o for c in capabilities for o in c.served]
        types = [o.takes for o in operations if o.takes is not None]
        types += [given.body for o in operations for given in o.gives]
        self._types = [*dict.fromkeys(types), ProblemDetails]
        found, self.components = msgspec.json.schema_components(self._types, ref_template=REFERENCE)
        self._schemas = list(found)

    def of(self, type_: Any) -> dict[str, Any]:
        """Return the schema of a body's type, by reference where it has a name."""
        schema: dict[str, Any] = self._schemas[self._types.index(type_)]
        return schema


def _tag(capability: Capability) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": capability.name,
        "description": capability.about,
        "x-owner": capability.owner,
        "x-lifecycle": capability.lifecycle.value,
        "x-version": capability.version,
        "x-quota": {"requests": capability.quota.requests, "window-seconds": capability.quota.window_seconds},
    }
    if capability.deprecated_on:
        found["x-deprecated-on"] = capability.deprecated_on.isoformat()
    if capability.sunset_on:
        found["x-sunset-on"] = capability.sunset_on.isoformat()
    return found


def _operation(capability: Capability, operation: Operation, shapes: _Shapes) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.about,
        "tags": [capability.name],
        "x-scope": operation.scope,
        "parameters": _parameters(operation),
        "responses": _responses(capability, operation, shapes),
    }
    if capability.deprecated_on:
        found["deprecated"] = True
    if operation.takes is not None:
        content = {"application/json": {"schema": shapes.of(operation.takes), "example": example_of(operation.id).body}}
        found["requestBody"] = {"required": True, "content": content}
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [*_fields(operation.where, "path"), *_fields(operation.query, "query")]
    names = ["correlation", "trace"]
    names += ["key"] if operation.has_key else []
    names += ["match"] if operation.has_precondition else []
    return found + [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _fields(struct: type[Struct] | None, place: str) -> list[dict[str, Any]]:
    if struct is None:
        return []
    return [
        {
            "name": field.name,
            "in": place,
            "required": place == "path" or field.required,
            "schema": _without_null(msgspec.json.schema(field.type)),
        }
        for field in msgspec.structs.fields(struct)
    ]


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that may be left out is never null when it is there."""
    choices = [s for s in schema.get("anyOf", ()) if s != {"type": "null"}]
    return choices[0] if len(choices) == 1 else schema


def _responses(capability: Capability, operation: Operation, shapes: _Shapes) -> dict[str, Any]:
    always = ["X-Correlation-Id", "RateLimit", "RateLimit-Policy"]
    always += ["Deprecation"] if capability.deprecated_on else []
    always += ["Sunset"] if capability.sunset_on else []
    found: dict[str, Any] = {}
    for given in operation.gives:
        found[str(given.status)] = {
            "description": given.about,
            "headers": _headers([*always, *given.headers]),
            "content": {"application/json": {"schema": shapes.of(given.body)}},
        }
    kinds = [*operation.kinds, *((TOO_LARGE, WRONG_MEDIA) if operation.takes is not None else ())]
    for status in sorted({k.status for k in kinds}):
        found[str(status)] = _problem([k for k in kinds if k.status == status], shapes)
    return found


def _problem(kinds: Iterable[Kind], shapes: _Shapes) -> dict[str, Any]:
    kinds = list(kinds)
    headers = ["X-Correlation-Id", *(["Retry-After"] if kinds[0].status in {429, 503} else [])]
    return {
        "description": "; ".join(f"`{k.name}`: {k.title}" for k in kinds),
        "headers": _headers(headers),
        "content": {"application/problem+json": {"schema": shapes.of(ProblemDetails)}},
    }


@cache
def _header(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/headers/{name}"}


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: _header(name) for name in names}
