"""What our code reads of a partner's messages, found in the code itself: structs, dictionary keys, selected fields."""

import ast
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from graphql import FieldNode as Selected
from graphql import FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode, parse
from msgspec import Struct

from tallystick.kit.drift.fields import Part, Use


def struct_paths(struct: type[Struct], at: str = "") -> Iterator[tuple[str, bool]]:
    """Yield the path of each field of a struct and of those in it, and whether it must be there and not null."""
    hints = get_type_hints(struct)
    for field in msgspec.structs.fields(struct):
        path, must = f"{at}/{field.encode_name}", field.required
        inner = hints[field.name]
        if get_origin(inner) in (Union, UnionType):
            must = must and type(None) not in get_args(inner)
            inner = next(one for one in get_args(inner) if one is not type(None))
        if get_origin(inner) is tuple:
            path, inner = f"{path}/*", get_args(inner)[0]
        if isinstance(inner, type) and issubclass(inner, Struct):
            yield from ((below, must and is_must) for below, is_must in struct_paths(inner, path))
        else:
            yield path, must


def fields_at(parts: Iterable[Part], place: str) -> dict[str, bool]:
    """Return the paths that *parts* read at a place, and whether each must be there."""
    return {f.path: f.must for p in parts if p.place == place and p.use is Use.READ for f in p.fields}


def unlisted(struct: type[Struct], at: str, known: dict[str, bool]) -> list[str]:
    """Return what a struct reads that is not among *known* paths, or that it cannot do without and they can."""
    return [path for path, must in struct_paths(struct, at) if path not in known or (must and not known[path])]


def keys_read(folder: Path) -> set[str]:
    """Return each constant key that modules of a connector look up: `x["key"]` and `x.get("key")`."""
    found = set()
    for file in [*folder.glob("*.py"), *folder.glob("effects/*.py")]:
        if file.stem not in ("bench", "twin", "fields", "manifest", "setup"):
            for node in ast.walk(ast.parse(file.read_text())):
                found |= set(_key(node))
    return found


def _key(node: ast.AST) -> Iterator[str]:
    key: ast.AST | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        key = node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        key = node.args[0]
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        yield key.value


def last_steps(parts: Iterable[Part]) -> set[str]:
    """Return the names that stand anywhere in the paths of *parts*, and of what GraphQL is asked for."""
    steps = {step for p in parts for f in p.fields for step in f.path.split("/") if step not in ("", "*")}
    return steps | {p.place.partition(".")[2] for p in parts}


def selections(document: str) -> set[tuple[str, str]]:
    """Return (place, names without the steps of lists) of every field a GraphQL document selects."""
    whole = parse(document)
    named = {d.name.value: d for d in whole.definitions if isinstance(d, FragmentDefinitionNode)}
    found = set[tuple[str, str]]()
    for operation in whole.definitions:
        if isinstance(operation, OperationDefinitionNode):
            root = "Query" if operation.operation.value == "query" else "Mutation"
            for one in operation.selection_set.selections:
                assert isinstance(one, Selected)
                found |= set(_selected(one, f"{root}.{one.name.value}", "", named))
    return found


def _selected(of: Any, place: str, at: str, named: dict[str, FragmentDefinitionNode]) -> Iterator[tuple[str, str]]:
    """Yield what is selected below a field or fragment, which stands at *place* and there at *at*."""
    for one in of.selection_set.selections if of.selection_set else ():
        if isinstance(one, InlineFragmentNode):
            assert one.type_condition is not None
            yield from _selected(one, one.type_condition.name.value, "", named)
        elif isinstance(one, FragmentSpreadNode):
            yield from _selected(named[one.name.value], place, at, named)
        elif one.selection_set:
            yield from _selected(one, place, f"{at}/{one.name.value}", named)
        elif one.name.value != "__typename":
            yield place, f"{at}/{one.name.value}"


def json_schema_of(samples: Sequence[Any]) -> dict[str, Any]:
    """Return what real answers say of themselves: types, what was always there, what was null."""
    kinds = {_kind(one) for one in samples}
    found: dict[str, Any] = {"nullable": "null" in kinds}
    if kinds - {"null"}:
        found["type"] = sorted(kinds - {"null"})
    objects = [one for one in samples if isinstance(one, dict)]
    if objects:
        names = {name for one in objects for name in one}
        found["properties"] = {n: json_schema_of([one[n] for one in objects if n in one]) for n in names}
        found["required"] = [n for n in names if all(n in one for one in objects)]
    members = [member for one in samples if isinstance(one, list) for member in one]
    if members:
        found["items"] = json_schema_of(members)
    return found


def _kind(one: Any) -> str:
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return kinds.get(type(one), "null")
