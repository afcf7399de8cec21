"""Which fields of its partner's messages a connector uses, from its `fields.py`: what else is in them is kept and not read."""

import types
import typing
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import msgspec
from msgspec import Struct

from tallystick.app.craft.trying import room_of
from tallystick.app.exits import Complaint
from tallystick.kit.drift.fields import EVERY, Part

Covered = Mapping[str, tuple[str, ...]]
"""A message, read or sent, to the paths of the fields that are used of it."""


def covered_by(name: str) -> Covered:
    """Return what connector *name* uses, nothing where it has no `fields.py`.

    Beside `PARTS`, which are compared with a published schema, there may be `WIRE`: structs of messages that have none.
    """
    try:
        fields = import_module(f"{room_of(name)}.fields")
    except (ModuleNotFoundError, Complaint):
        return {}
    parts: tuple[Part, ...] = fields.PARTS
    wired: Mapping[str, type[Struct]] = getattr(fields, "WIRE", {})
    read = {f"{place} (read)": tuple(paths_of(struct)) for place, struct in wired.items()}
    return read | {f"{p.place} ({p.use})": tuple(f.path.lstrip("/") for f in p.fields) for p in parts}


def paths_of(struct: type[Struct]) -> Iterator[str]:
    """Return the paths of all fields of a struct that hold no struct themselves."""
    hints = typing.get_type_hints(struct)
    for field in msgspec.structs.fields(struct):
        inner = list(_structs(hints[field.name]))
        if not inner:
            yield field.encode_name
        for one, is_many in inner:
            step = f"{field.encode_name}/{EVERY}" if is_many else field.encode_name
            yield from (f"{step}/{path}" for path in paths_of(one))


def _structs(hint: Any, *, is_many: bool = False) -> Iterator[tuple[type[Struct], bool]]:
    if isinstance(hint, type) and issubclass(hint, Struct):
        yield hint, is_many
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union, tuple):
        for inner in typing.get_args(hint):
            yield from _structs(inner, is_many=is_many or origin is tuple)
