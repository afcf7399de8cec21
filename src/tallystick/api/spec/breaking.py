"""What between two versions of a contract would break a client that was written for the older one.

What a client sends may be asked less of, never more; what it is told may hold more, never less.
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

Json = Mapping[str, Any]
_METHODS: Final = ("get", "put", "post", "delete", "patch")
_LEAST: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_MOST: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


class Way(Enum):
    """Which way a shape travels: from the client to us, or from us to the client."""

    IN = "sent"
    OUT = "told"


def breaks(old: Json, new: Json) -> list[str]:
    """Return every break between two OpenAPI documents, each with its place; none where old clients go on working."""
    return list(_operations(old, new))


def message_breaks(old: Json, new: Json) -> list[str]:
    """Return every break between two AsyncAPI documents: messages we take are sent to us, the others told."""
    found = []
    fresh = new["components"]["messages"]
    for name, message in old["components"]["messages"].items():
        if name not in fresh:
            found.append(f"{name}: removed")
            continue
        way = Way.IN if message["x-role"] == "report" else Way.OUT
        pair = _Pair(old, new, way)
        found += pair.compare(message["payload"], fresh[name]["payload"], name)
    return found


def _operations(old: Json, new: Json) -> Iterator[str]:
    for path, item in old["paths"].items():
        for method in _METHODS:
            if method not in item:
                continue
            name = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{name}: removed"
                continue
            if item[method].get("x-scope") != after.get("x-scope"):
                yield f"{name}: needs another scope"
            yield from _parameters(old, new, (item[method], after), name)
            yield from _bodies(old, new, (item[method], after), name)


def _parameters(old: Json, new: Json, pair: tuple[Json, Json], name: str) -> Iterator[str]:
    known = {(p["in"], p["name"]): p for p in map(_of(old), pair[0].get("parameters", ()))}
    fresh = {(p["in"], p["name"]): p for p in map(_of(new), pair[1].get("parameters", ()))}
    for key, parameter in known.items():
        where = f"{name} parameter {key[1]}"
        if key not in fresh:
            yield f"{where}: removed"
            continue
        if fresh[key].get("required") and not parameter.get("required"):
            yield f"{where}: is required now"
        yield from _Pair(old, new, Way.IN).compare(parameter["schema"], fresh[key]["schema"], where)
    for key, parameter in fresh.items():
        if key not in known and parameter.get("required"):
            yield f"{name} parameter {key[1]}: new and required"


def _bodies(old: Json, new: Json, pair: tuple[Json, Json], name: str) -> Iterator[str]:
    before, after = (_body(operation.get("requestBody", {})) for operation in pair)
    if before is None and after is not None:
        yield f"{name}: needs a body now"
    elif before is not None and after is not None:
        yield from _Pair(old, new, Way.IN).compare(before, after, f"{name} body")
    for status, response in pair[0]["responses"].items():
        answer = pair[1]["responses"].get(status)
        if answer is None:
            if status.startswith("2"):
                yield f"{name} {status}: removed"
            continue
        told, fresh = _body(response), _body(answer)
        if told is not None and fresh is not None:
            yield from _Pair(old, new, Way.OUT).compare(told, fresh, f"{name} {status}")


def _body(holder: Json) -> Json | None:
    schemas = [media["schema"] for media in holder.get("content", {}).values()]
    return schemas[0] if schemas else None


def _of(document: Json) -> Any:
    def found(thing: Json) -> Json:
        while "$ref" in thing:
            target: Any = document
            for part in thing["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            thing = target
        return thing

    return found


class _Pair:
    """Two versions of a shape on their way."""

    def __init__(self, old: Json, new: Json, way: Way) -> None:
        self._old, self._new, self._way = _of(old), _of(new), way
        self._seen: set[tuple[str, str]] = set()

    def compare(self, old: Json, new: Json, where: str) -> Iterator[str]:
        key = str(old.get("$ref")), str(new.get("$ref"))
        if "None" not in key:
            if key in self._seen:
                return
            self._seen.add(key)
        old, new = self._old(old), self._new(new)
        kinds, fresh = _kinds(old), _kinds(new)
        lost, gained = kinds - fresh, fresh - kinds
        if lost and (self._way is Way.IN or gained):
            yield f"{where}: is {_said(fresh)} now, was {_said(kinds)}"
        elif gained and self._way is Way.OUT:
            yield f"{where}: may be {_said(gained)} now"
        yield from self._values(old, new, where)
        yield from self._members(old, new, where)
        if "items" in old and "items" in new:
            yield from self.compare(old["items"], new["items"], f"{where}[]")
        yield from self._choices(old, new, where)

    def _choices(self, old: Json, new: Json, where: str) -> Iterator[str]:
        """Of a union, the one member that is no null is compared."""
        one, other = ([s for s in x.get("anyOf", ()) if s.get("type") != "null"] for x in (old, new))
        if len(one) == len(other) == 1:
            yield from self.compare(one[0], other[0], where)

    def _values(self, old: Json, new: Json, where: str) -> Iterator[str]:
        before, after = (set(map(str, x["enum"])) if "enum" in x else None for x in (old, new))
        if self._way is Way.IN and after is not None and (before is None or before - after):
            yield f"{where}: {_said((before or {'anything'}) - after)} is not taken any more"
        if self._way is Way.OUT and before is not None and (after is None or after - before):
            yield f"{where}: may be {_said((after or {'anything'}) - before)} now"
        if self._way is Way.IN:
            yield from _narrowed(old, new, where)

    def _members(self, old: Json, new: Json, where: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            if name not in after:
                yield f"{where}.{name}: removed"
                continue
            yield from self.compare(schema, after[name], f"{where}.{name}")
        must, must_now = set(old.get("required", ())), set(new.get("required", ()))
        if self._way is Way.IN:
            yield from (f"{where}.{name}: is required now" for name in sorted(must_now - must))
        else:
            yield from (f"{where}.{name}: may be missing now" for name in sorted((must - must_now) & set(after)))


def _kinds(schema: Json) -> set[str]:
    if "anyOf" in schema:
        return {kind for choice in schema["anyOf"] for kind in _kinds(choice)}
    if "enum" in schema:
        return {"string"}
    kind = schema.get("type", "object" if "$ref" in schema else "anything")
    return set(kind) if isinstance(kind, list) else {str(kind)}


def _narrowed(old: Json, new: Json, where: str) -> Iterator[str]:
    for name in _LEAST:
        if name in new and new[name] > old.get(name, float("-inf")):
            yield f"{where}: {name} is {new[name]} now"
    for name in _MOST:
        if name in new and new[name] < old.get(name, float("inf")):
            yield f"{where}: {name} is {new[name]} now"
    if "pattern" in new and not _takes_as_much(old.get("pattern"), new["pattern"]):
        yield f"{where}: must match another pattern"


def _takes_as_much(old: str | None, new: str) -> bool:
    """Say whether a pattern plainly takes what the old one took: it is the same, or `old|more`."""
    return old is not None and (new == old or new.startswith(f"{old}|"))


def _said(words: set[str]) -> str:
    return " or ".join(sorted(words))
