"""Samples of messages by their types, so that a new command is tried without being named anywhere."""

from datetime import date
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.kit.contract.bench import Trial

_TEXT: Final = "Lämpchen „1“ / W1"
_SAMPLES: Final[dict[type, Any]] = {str: _TEXT, int: 9_007_199_254_740_993, date: date(2024, 2, 29), bool: True}
"""A whole number that no float holds, a text in more than ASCII, a day that few years have."""


def trial_of(kind: type[Struct]) -> Trial:
    """Return a command of *kind* with awkward values, and one that says something else."""
    command = _sample(kind)
    field = msgspec.structs.fields(kind)[0]
    value = getattr(command, field.name)
    other = f"{value}, another" if isinstance(value, str) else _sample(type(value), "another")
    return Trial(command, msgspec.structs.replace(command, **{field.name: other}))


def _sample(kind: type[Struct], text: str = _TEXT) -> Struct:
    """Fill a message with awkward values by its types, so that a new command is tried without being named here."""
    return kind(**{f.name: _value(msgspec.inspect.type_info(f.type), text) for f in msgspec.structs.fields(kind)})


def _value(of: msgspec.inspect.Type, text: str) -> Any:
    match of:
        case msgspec.inspect.Metadata(type=inner):
            return _value(inner, text)
        case msgspec.inspect.StructType(cls=cls):
            return _sample(cls, text)
        case msgspec.inspect.VarTupleType(item_type=item):
            return (_value(item, text), _value(item, text))
        case msgspec.inspect.IntType(le=most, lt=less):
            limit = min(most or _SAMPLES[int], (less or _SAMPLES[int] + 1) - 1)
            return int(limit)
        case _:
            return _plain(of, text)


def _plain(of: msgspec.inspect.Type, text: str) -> Any:
    match of:
        case msgspec.inspect.LiteralType(values=values):
            return values[-1]
        case msgspec.inspect.DateType() | msgspec.inspect.BoolType():
            return _SAMPLES[bool if isinstance(of, msgspec.inspect.BoolType) else date]
        case _:
            return text
