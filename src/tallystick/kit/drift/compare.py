"""The comparison: each field of each part against what the schema says of it now. Only what harms is told."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace

from tallystick.kit.drift.fields import Field, Finding, Kind, Node, Part, Use


class Schema(Protocol):
    """A published schema, in whatever language."""

    def root(self, part: Part) -> Node | Kind:
        """Return what stands at the place of *part*; or the kind of finding, where it does not."""

    def step(self, node: Node, name: str) -> Node | None:
        """Return the member *name* of a value, or each member of a list for `*`; None where there is none."""


def drifted(parts: Sequence[Part], schema: Schema) -> list[Finding]:
    """Return what in *schema* harms a connector that uses *parts*."""
    return [finding for part in parts for finding in _of_part(part, schema)]


def _of_part(part: Part, schema: Schema) -> Iterator[Finding]:
    root = schema.root(part)
    if isinstance(root, Kind):
        yield Finding(part.place, "", root)
        return
    if root.is_deprecated:
        yield Finding(part.place, "", Kind.DEPRECATED)
    for field in part.fields:
        for kind, detail in _of_field(field, part.use, _found(field.path, root, schema)):
            yield Finding(part.place, field.path, kind, detail)
    if part.use is Use.SENT:
        yield from _unsent(part, root, schema)


def _found(path: str, root: Node, schema: Schema) -> Node | None:
    """Follow a path; what lies below something that may be missing may be missing itself."""
    node: Node | None = root
    is_certain, is_nullable = True, root.is_nullable
    for step in path.split("/")[1:]:
        node = schema.step(node, step) if node is not None else None
        if node is None:
            return None
        is_certain, is_nullable = is_certain and node.is_certain, is_nullable or node.is_nullable
    return replace(node, is_certain=is_certain, is_nullable=is_nullable) if node else None


def _of_field(field: Field, use: Use, node: Node | None) -> Iterator[tuple[Kind, str]]:
    if node is None:
        yield Kind.FIELD_GONE, ""
        return
    if not _fits(field, use, node):
        yield Kind.TYPE, f"{field.type} is {node.type}"
        return
    if field.format and node.format != field.format:
        yield Kind.FORMAT, f"{field.format} is {node.format or 'free text'}"
    if node.is_deprecated:
        yield Kind.DEPRECATED, ""
    yield from _of_read(field, node) if use is Use.READ else _of_sent(field, node)


def _fits(field: Field, use: Use, node: Node) -> bool:
    """Say whether a type is as we take it; of several that are taken, one is enough for what we send."""
    if not field.type or not node.type:
        return True
    return field.type in node.type.split(" or ") if use is Use.SENT else field.type == node.type


def _of_read(field: Field, node: Node) -> Iterator[tuple[Kind, str]]:
    if field.must and not node.is_certain:
        yield Kind.MISSING, ""
    if field.must and node.is_nullable:
        yield Kind.NULL, ""
    new = [value for value in node.values if value not in field.values]
    if field.values and (new or not node.values):
        yield Kind.NEW_VALUE, ", ".join(new) or "any"


def _of_sent(field: Field, node: Node) -> Iterator[tuple[Kind, str]]:
    gone = [value for value in field.values if node.values and value not in node.values]
    if gone:
        yield Kind.VALUE_GONE, ", ".join(gone)
    if node.is_read_only:
        yield Kind.READ_ONLY, ""
    if field.longest and 0 < node.longest < field.longest:
        yield Kind.SHORTER, f"{field.longest} characters were, {node.longest} are the most"


def _unsent(part: Part, root: Node, schema: Schema) -> Iterator[Finding]:
    """Name what each object we send must hold and ours does not, at the root and below."""
    objects = {""}
    for field in part.fields:
        steps = field.path.split("/")[1:]
        objects |= {"".join(f"/{step}" for step in steps[:n]) for n in range(1, len(steps))}
    sent = {field.path for field in part.fields if field.must} | objects
    for place in sorted(objects):
        node = _found(place, root, schema)
        for name in node.required if node else ():
            if f"{place}/{name}" not in sent:
                yield Finding(part.place, f"{place}/{name}", Kind.REQUIRED)
