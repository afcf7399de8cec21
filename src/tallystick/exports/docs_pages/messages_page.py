"""The catalogue of message types: who owns each, what it is to the house, and every field with its meaning."""

import types
import typing
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from tallystick.exports.docs_pages.markdown import code, link, page, prose, table
from tallystick.messages.catalogue import MessageType, Role

HEAD = (
    "Every message travels as a CloudEvents 1.0 event. A **report** is what a foreign system says; a **fact** is what the "
    "house decided, fully valued, and the only thing that is posted; a **command** leaves for a foreign system; a **tell** "
    "goes from one process to another of the same subject and never leaves the gate."
)


def messages_page(catalogue: Sequence[MessageType]) -> str:
    """Return the page of all types, then of the structures their fields are made of."""
    parts = list(dict.fromkeys(s for t in catalogue for s in _nested(t.struct)))
    return page(
        "Messages",
        HEAD,
        _overview(catalogue),
        *(_section(t) for t in catalogue),
        "## Parts of messages",
        *(f"### {s.__name__}\n\n{prose(s.__doc__)}\n\n{_fields(s)}" for s in parts),
    )


def _overview(catalogue: Sequence[MessageType]) -> str:
    rows = [
        (link(t.struct.__name__, t.struct.__name__), code(t.type), str(t.role), t.owner, str(t.lifecycle))
        for role in Role
        for t in catalogue
        if t.role is role
    ]
    return table(("message", "type", "role", "owner", "lifecycle"), rows)


def _section(message: MessageType) -> str:
    facts = f"{code(message.type)} · version {message.version} · {message.role} · owner: {message.owner} · {message.lifecycle}"
    return "\n\n".join([f"## {message.struct.__name__}", facts, prose(message.struct.__doc__), _fields(message.struct)])


def _fields(struct: type[Struct]) -> str:
    fields = msgspec.structs.fields(struct)
    if not fields:
        return "No fields: that it was said is all it says."
    hints = get_type_hints(struct, include_extras=True)
    rows = [(code(f.encode_name), _type_text(hints[f.name]), _meaning(hints[f.name]), _default(f)) for f in fields]
    return table(("field", "type", "meaning", "default"), rows)


def _type_text(hint: Any) -> str:
    """Say a type as a reader of JSON would."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _type_text(args[0])
    if origin is tuple:
        return f"list of {_type_text(args[0])}"
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_type_text(a) for a in args)
    if origin is dict:
        return f"object of {_type_text(args[0])} to {_type_text(args[1])}"
    if isinstance(hint, type) and issubclass(hint, Struct):
        return link(hint.__name__, hint.__name__)
    names = {str: "text", int: "whole number", type(None): "nothing", bool: "yes or no"}
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def _meaning(hint: Any) -> str:
    metas = [a for a in get_args(hint) if isinstance(a, Meta)] if get_origin(hint) is Annotated else []
    return "; ".join(m.description for m in metas if m.description)


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return "required"
    if field.default is msgspec.NODEFAULT or field.default in {(), ""}:
        return "empty"
    return "nothing" if field.default is None else code(str(field.default))


def _nested(struct: type[Struct]) -> Iterator[type[Struct]]:
    for hint in get_type_hints(struct).values():
        for part in (hint, *get_args(hint)):
            if isinstance(part, type) and issubclass(part, Struct):
                yield part
                yield from _nested(part)
