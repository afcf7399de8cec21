"""Reading what a caller sends: fast when it is right, thorough when it is wrong.

msgspec decodes and checks in one pass but stops at the first fault. Only then is the body held against the JSON schema
of the same type, which lists every fault with its JSON pointer (RFC 6901).
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

import jsonschema_rs
import msgspec
from msgspec import Struct

from tallystick.api.problems import INVALID, MALFORMED, Flaw, Problem

DEPTH_MAX: Final = 16
FLAWS_MAX: Final = 100
_STRINGS: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_PLACE: Final = re.compile(r" - at `(?:key in )?\$(.*)`$")


class Reader:
    """Reads bodies of one type."""

    def __init__(self, type_: Any) -> None:
        """Prepare a decoder for *type_*; the schema is made when it is first needed."""
        self._type = type_
        self._decode = msgspec.json.Decoder(type_).decode

    def read(self, body: bytes) -> Any:
        """Return the body as its type; raise `Problem` that lists everything wrong with it."""
        refuse_depth(body)
        try:
            return self._decode(body)
        except msgspec.ValidationError as first:
            raise Problem(INVALID, errors=self._flaws(body, str(first))) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as broken:
            raise Problem(MALFORMED, str(broken)) from None

    def _flaws(self, body: bytes, first: str) -> list[Flaw]:
        try:
            data = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as broken:
            raise Problem(MALFORMED, str(broken)) from None
        return flaws_of(self._type, data) or [flaw_at(first)]


def refuse_depth(body: bytes) -> None:
    """Raise `Problem` for a body nested deeper than any of ours: counted roughly first, exactly only when in doubt."""
    if body.count(b"{") + body.count(b"[") <= DEPTH_MAX:
        return
    depth = 0
    for byte in _STRINGS.sub(b"", body):
        if byte in b"[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise Problem(MALFORMED, f"nested deeper than {DEPTH_MAX} levels")
        elif byte in b"]}":
            depth -= 1


def flaws_of(type_: Any, data: Any) -> list[Flaw]:
    """Return everything that the JSON schema of *type_* finds wrong with *data*."""
    found = []
    for error in _validator(type_).iter_errors(data):
        found.append(Flaw(error.message, pointer(error.instance_path)))
        if len(found) == FLAWS_MAX:
            break
    return found


def pointer(path: Iterable[str | int]) -> str:
    """Return a JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def read_fields(type_: type[Struct], values: Mapping[str, str]) -> Any:
    """Read the text fields of a path or query; raise `Problem` naming every parameter that is wrong or unknown."""
    known = type_.__struct_fields__
    strays = [Flaw("there is no such parameter", parameter=name) for name in values if name not in known]
    if not strays:
        try:
            return msgspec.convert(values, type_, strict=False)
        except msgspec.ValidationError:
            pass
    raise Problem(INVALID, errors=[*_field_flaws(type_, values), *strays])


def _field_flaws(type_: type[Struct], values: Mapping[str, str]) -> Iterable[Flaw]:
    for field in msgspec.structs.fields(type_):
        if field.name not in values:
            if field.required:
                yield Flaw("is missing", parameter=field.name)
            continue
        try:
            msgspec.convert(values[field.name], field.type, strict=False)
        except msgspec.ValidationError as wrong:
            yield Flaw(str(wrong), parameter=field.name)


@cache
def _validator(type_: Any) -> Any:
    return jsonschema_rs.validator_for(msgspec.json.schema(type_))


def flaw_at(complaint: str) -> Flaw:
    """Turn msgspec's own complaint into a flaw: for what its schema cannot say."""
    match = _PLACE.search(complaint)
    if match is None:
        return Flaw(complaint, "")
    parts = re.findall(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]", match[1])
    return Flaw(complaint[: match.start()], pointer(name or number for name, number in parts))
