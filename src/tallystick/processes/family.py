"""A family: the processes of one subject, kept and locked together, written as one JSON object."""

import hashlib
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from tallystick.processes.registry import PROCESSES, process_of
from tallystick.processes.table import NEW


class Member(Struct, frozen=True, gc=False):
    """One process of a family: its state, how often it has moved, and what it knows (raw until somebody looks)."""

    state: str = NEW
    version: int = 0
    data: Any = None


Family = dict[str, Member]

_Stored = dict[str, tuple[str, int, Raw]]
_DECODER: Final = msgspec.json.Decoder(_Stored)
_ENCODER: Final = msgspec.json.Encoder()
_DATA: Final = {name: msgspec.json.Decoder(p.data | None) for name, p in PROCESSES.items()}
BORN: Final = Member()
TAG_BYTES: Final = 8


def decode_family(body: bytes) -> Family:
    """Read a stored family; each member's data stays raw until it is needed."""
    return {name: Member(state, version, data) for name, (state, version, data) in _DECODER.decode(body).items()}


def encode_family(family: Family) -> bytes:
    """Write a family as it is stored: `{"order": ["RESERVED", 1, {…}], …}`."""
    return _ENCODER.encode({name: (m.state, m.version, m.data) for name, m in family.items()})


def tag_of(body: bytes) -> str:
    """Return a tag of a stored family that changes whenever anything in it does."""
    return hashlib.blake2b(body, digest_size=TAG_BYTES).hexdigest()


def data_of(family: Family, name: str) -> Any:
    """Return what a member knows, read on first use and remembered."""
    member = family.get(name, BORN)
    if isinstance(member.data, Raw):
        data = _DATA[process_of(name).name].decode(member.data)
        family[name] = Member(member.state, member.version, data)
        return data
    return member.data
