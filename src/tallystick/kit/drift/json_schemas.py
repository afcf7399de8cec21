"""OpenAPI 3 and JSON Schema as one: what stands at a place, with references followed and alternatives laid together."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from tallystick.kit.drift.fields import EVERY, Kind, Node, Part

DEPTH_MAX: Final = 50
"""So many references in a row are a circle."""
Raw = Mapping[str, Any]
_ANY: Final[Raw] = {}


class RawNode(Node, frozen=True, kw_only=True):
    """A node that remembers the schema it was read from."""

    raw: Raw


class JsonSchemas:
    """One document: an OpenAPI 3 description or a JSON Schema."""

    def __init__(self, document: Raw) -> None:
        """Read *document*."""
        self._document = document

    def speaks_of(self, part: Part) -> bool:
        """Say whether this document is of the API that *part* belongs to."""
        return any(path.startswith(part.api) for path in self._document.get("paths", {})) or not part.api

    def root(self, part: Part) -> Node | Kind:
        """Return the schema at a part's place."""
        if part.place.startswith("#"):
            found = self._at(part.place)
            return Kind.PLACE_GONE if found is None else self._node(found)
        return self._of_operation(part)

    def step(self, node: Node, name: str) -> Node | None:
        """Return a member of an object, or each of a list."""
        raw = node.raw if isinstance(node, RawNode) else _ANY
        if name == EVERY:
            return self._node(raw["items"]) if "items" in raw else None
        member = raw.get("properties", {}).get(name)
        return None if member is None else self._node(member, is_certain=name in raw.get("required", ()))

    def _of_operation(self, part: Part) -> Node | Kind:
        method, _, rest = part.place.partition(" ")
        path, _, what = rest.partition(" ")
        item = self._document.get("paths", {}).get(path, {})
        operation = item.get(method.lower())
        if operation is None:
            return Kind.PLACE_GONE
        if what == "?":
            raw: Raw | None = self._query([*item.get("parameters", ()), *operation.get("parameters", ())])
        else:
            holder = operation.get("responses", {}).get(what) if what else operation.get("requestBody")
            if holder is None:
                return Kind.PLACE_GONE
            content = self._followed(holder).get("content", {})
            raw = content.get(part.media, {}).get("schema") if content else _ANY
        if raw is None:
            return Kind.MEDIA
        return self._node(raw, is_deprecated=bool(operation.get("deprecated")))

    def _query(self, parameters: list[Raw]) -> Raw:
        """Write the parameters of a query as an object: the later of two with one name counts."""
        found = {p["name"]: p for p in map(self._followed, parameters) if p["in"] == "query"}
        properties = {
            name: {**p.get("schema", {}), "deprecated": bool(p.get("deprecated"))} for name, p in found.items()
        }
        return {
            "type": "object",
            "properties": properties,
            "required": [n for n, p in found.items() if p.get("required")],
        }

    def _node(self, raw: Raw, *, is_certain: bool = True, is_deprecated: bool = False) -> RawNode:
        whole = self._merged(raw)
        types = [t for t in _list(whole.get("type", "")) if t != "null"]
        values = [v for v in _list(whole.get("enum", ())) if v is not None]
        values = values or ([whole["const"]] if "const" in whole else [])
        return RawNode(
            raw=whole,
            type=types[0] if len(types) == 1 else " or ".join(types),
            is_nullable=bool(whole.get("nullable")) or "null" in _list(whole.get("type", "")),
            values=tuple(map(str, values)),
            format=whole.get("format", ""),
            longest=whole.get("maxLength", 0),
            is_read_only=bool(whole.get("readOnly")),
            is_deprecated=bool(whole.get("deprecated")) or is_deprecated,
            required=tuple(whole.get("required", ())),
            is_certain=is_certain,
        )

    def _merged(self, raw: Raw) -> Raw:
        """Follow a reference, add up `allOf`, and of alternatives keep what holds for each."""
        whole = dict(self._followed(raw))
        for one in whole.pop("allOf", ()):
            whole = _both(whole, self._merged(one))
        for word in ("oneOf", "anyOf"):
            ways = [self._merged(one) for one in whole.pop(word, ())]
            real = [way for way in ways if way.get("type") != "null"]
            if real:
                either = real[0]
                for way in real[1:]:
                    either = _either(either, way)
                whole = _both(whole, {**either, "nullable": len(real) < len(ways) or bool(either.get("nullable"))})
        return whole

    def _followed(self, raw: Raw) -> Raw:
        for _ in range(DEPTH_MAX):
            if "$ref" not in raw:
                return raw
            beside = {k: v for k, v in raw.items() if k != "$ref"}
            raw = {**(self._at(raw["$ref"]) or _ANY), **beside}
        return _ANY

    def _at(self, pointer: str) -> Any | None:
        place: Any = self._document
        for step in pointer.removeprefix("#").split("/")[1:]:
            name = unquote(step).replace("~1", "/").replace("~0", "~")
            if not isinstance(place, Mapping) or name not in place:
                return None
            place = place[name]
        return place


def _list(found: Any) -> list[Any]:
    return [*found] if isinstance(found, list | tuple) else [found] if found else []


def _both(one: Raw, other: Raw) -> dict[str, Any]:
    """Lay two schemas together that both hold."""
    whole = {**other, **one}
    if "properties" in one or "properties" in other:
        whole["properties"] = {**other.get("properties", {}), **one.get("properties", {})}
    required = [*one.get("required", ()), *other.get("required", ())]
    return {**whole, "required": required} if required else whole


def _either(one: Raw, other: Raw) -> dict[str, Any]:
    """Lay two schemas together of which one holds: members of both, certain only what both require."""
    whole = dict(_both(one, other))
    whole["required"] = [name for name in one.get("required", ()) if name in other.get("required", ())]
    types = dict.fromkeys([*_list(one.get("type", "")), *_list(other.get("type", ""))])
    whole["type"] = [*types]
    if "enum" in one and "enum" in other:
        whole["enum"] = [*dict.fromkeys([*one["enum"], *other["enum"]])]
    else:
        whole.pop("enum", None)
    return whole
