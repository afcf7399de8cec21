"""Our keys, in the notes beside an order, so that what a command did is found again."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.ports.connector import Rejected

_MARK: Final = re.compile(r"\[tally ([^\s\]]+) ([0-9a-f]{8})\]")
_encode: Final = msgspec.json.Encoder(order="sorted").encode


def mark_of(command: Struct, key: str) -> str:
    """Return the mark of *command* under *key*."""
    said = type(command).__name__.encode() + _encode(command)
    return f"[tally {key} {hashlib.sha256(said).hexdigest()[:8]}]"


def one_bears(notes: Iterable[str], mark: str) -> bool:
    """Say whether one of *notes* bears *mark*; raise `Rejected` where its key marks what another command did."""
    ((key, digest),) = _MARK.findall(mark)
    used = {found for note in notes for known, found in _MARK.findall(note) if known == key}
    if used - {digest}:
        raise Rejected(f"key {key} was used for another command: give each command a key of its own")
    return digest in used
