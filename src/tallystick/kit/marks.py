"""Keys of ours, written where a partner that keeps none has room for a text, so that what a command did is found again."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.ports.connector import Rejected

_MARK: Final = re.compile(r"\[tally ([^\s\]]+) ([0-9a-f]{8})(?: (-?\d+))?\]")
_encode: Final = msgspec.json.Encoder(order="sorted").encode


class Mark(Struct, frozen=True):
    """A command's key, a digest of what it says, and the number of the refund it pays."""

    key: str
    digest: str
    number: int | None = None

    def __str__(self) -> str:
        number = "" if self.number is None else f" {self.number}"
        return f"[tally {self.key} {self.digest}{number}]"


def mark_of(command: Struct, key: str, number: int | None = None) -> Mark:
    """Return the mark of *command* under *key*."""
    said = type(command).__name__.encode() + _encode(command)
    return Mark(key, hashlib.sha256(said).hexdigest()[:8], number)


def marks_in(text: str | None) -> tuple[Mark, ...]:
    """Return the marks that stand in *text*."""
    return tuple(
        Mark(key, digest, int(number) if number else None) for key, digest, number in _MARK.findall(text or "")
    )


def bears(text: str | None, mark: Mark) -> bool:
    """Say whether *text* bears *mark*; raise `Rejected` where its key marks what another command did."""
    for found in marks_in(text):
        if found.key == mark.key:
            if found.digest != mark.digest:
                raise Rejected(f"key {mark.key} was used for another command: give each command a key of its own")
            return True
    return False


def one_bears(texts: Iterable[str | None], mark: Mark) -> bool:
    """Say whether one of *texts* bears *mark*; all are looked at, for another command's use of the key."""
    found = [bears(text, mark) for text in texts]
    return any(found)
