"""The reference page of the API, written from the contract table, the types and the examples."""

import json
import shlex
from collections.abc import Sequence
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from tallystick.api.contract import PREFIX, Capability, Operation
from tallystick.api.problems import KINDS_ALL
from tallystick.api.spec.examples import STORY, Example

NOTICE: Final = "<!-- Written by `tally docs write` from the code; `tally docs check` finds it stale. Do not edit. -->"
HEAD: Final = (
    "Everything is under `/v1`, in JSON, to callers who show a key: `Authorization: Bearer …`. How to use it well is told in "
    "[the API for engineers](../how-to/api.md); the machine's version is [openapi.json](openapi.json), and the messages that "
    "cross the border are in [asyncapi.json](asyncapi.json). The examples below are one story, and the tests run it from "
    "top to bottom; `$TALLY` is where the server is, `$KEY` an API key."
)


def api_page(capabilities: Sequence[Capability]) -> str:
    """Return the page of all capabilities, their operations with an example each, and every problem."""
    served = [c for c in capabilities if c.served]
    parts = ["# API", NOTICE, HEAD, "## Capabilities", _overview(capabilities)]
    for capability in served:
        parts += [f"## {capability.name}", capability.about]
        parts += [part for o in capability.served for part in _operation(o)]
    parts += ["## Drafts", _drafts(capabilities), "## Problems", _PROBLEMS_HEAD, _problems()]
    return "\n\n".join(parts) + "\n"


_PROBLEMS_HEAD: Final = (
    "A refusal is a problem document (RFC 9457) in `application/problem+json`; its `type` is `urn:tallystick:problem:` and the "
    "name below, and `errors` lists everything that is wrong with its JSON pointer."
)


def _overview(capabilities: Sequence[Capability]) -> str:
    rows = [
        (
            c.name,
            c.owner,
            c.version,
            c.lifecycle.value,
            f"{c.quota.requests:,} in {c.quota.window_seconds} s" if c.served else "",
        )
        for c in capabilities
    ]
    return _table(("capability", "owner", "version", "lifecycle", "quota of a client"), rows)


def _operation(operation: Operation) -> list[str]:
    said = [
        f"### {operation.id}",
        operation.about,
        f"`{operation.method} {PREFIX}{operation.path}` · scope `{operation.scope}`",
    ]
    fields = [*_fields(operation.query, "query"), *_fields(_struct(operation.takes), "body")]
    if fields:
        said.append(_table(("field", "where", "what", ""), fields))
    answers = [(str(g.status), g.about, _told(g.body)) for g in operation.gives]
    answers += [(str(k.status), f"`{k.name}`", k.title) for k in operation.problems]
    said += [_table(("answer", "means", "body"), answers), _curl(next(e for e in STORY if e.operation == operation.id))]
    return said


def _struct(type_: Any) -> type[Struct] | None:
    """Return the struct a body is, or is a list of."""
    while get_origin(type_) in {Annotated, tuple}:
        type_ = get_args(type_)[0]
    return type_ if isinstance(type_, type) and issubclass(type_, Struct) else None


def _fields(struct: type[Struct] | None, where: str) -> list[tuple[str, ...]]:
    if struct is None:
        return []
    return [
        (f"`{f.name}`", where, _what(f.type), "required" if f.required else "may be left out")
        for f in msgspec.structs.fields(struct)
    ]


def _what(hint: Any) -> str:
    origin = get_origin(hint)
    if origin is Annotated:
        described = [m.description for m in get_args(hint)[1:] if isinstance(m, Meta) and m.description]
        return described[-1] if described else _what(get_args(hint)[0])
    if origin in {Union, UnionType}:
        return " or ".join(_what(a) for a in get_args(hint) if a is not type(None))
    if origin is tuple:
        inner = _struct(get_args(hint)[0])
        return (
            f"a list of {inner.__name__}: {', '.join(inner.__struct_fields__)}"
            if inner
            else f"a list: {_what(get_args(hint)[0])}"
        )
    names = {str: "text", int: "a whole number", bool: "true or false"}
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def _told(body: Any) -> str:
    return ", ".join(f"`{f}`" for f in body.__struct_fields__)


def _curl(example: Example) -> str:
    lines = [f'curl "$TALLY{PREFIX}{example.path}" -H "Authorization: Bearer $KEY"']
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in example.headers.items()]
    if example.body is not None:
        lines += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(example.body))}"]
    return "```sh\n" + " \\\n  ".join(lines) + "\n```"


def _drafts(capabilities: Sequence[Capability]) -> str:
    rows = [
        (c.name, f"`{o.method} {PREFIX}{o.path}`", o.about)
        for c in capabilities
        for o in c.operations
        if o not in c.served
    ]
    head = "These have their place in the contract. They are not served, and come alive with their processes.\n\n"
    return head + _table(("capability", "operation", ""), rows)


def _problems() -> str:
    return _table(
        ("name", "status", "means", "remedy"), [(k.name, str(k.status), k.title, k.remedy) for k in KINDS_ALL]
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
