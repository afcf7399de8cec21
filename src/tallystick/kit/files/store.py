"""What a door of files needs of the place where they lie, wherever that is."""

import re
from collections.abc import Sequence
from typing import Final, Protocol

from msgspec import Struct

ARCHIVE: Final = "archive"
QUARANTINE: Final = "quarantine"
NAME_BYTES_MAX: Final = 200
_SAFE: Final = re.compile(r"[^\x00-\x1f\x7f/\\]+")


class Files(Struct, frozen=True):
    """The kind that is pulled through a door of files: whatever lies there, whatever it says."""


class Messages(Struct, frozen=True):
    """The kind that is pulled through a queue: whatever waits there, whatever it says."""


ARRIVING: Final[tuple[type[Struct], ...]] = (Files, Messages)
"""Kinds that are no reports: what they become is the connector's to say."""


class Entry(Struct, frozen=True):
    """A file as it was listed. `stamp` changes with its content; `is_plain` says that it is a file and no link or pipe."""

    name: str
    size: int
    stamp: str
    is_plain: bool = True


class Gone(Exception):
    """It is not there any more, or not as it was listed: it is looked at again."""


class Unreadable(Exception):
    """This one file cannot be read; the others may well be."""


class Taken(Exception):
    """Something stands under that name already."""


class Store(Protocol):
    """Files in one place, without its sub-folders. Raises the four errors for the place as a whole."""

    def entries(self) -> Sequence[Entry]:
        """Return what lies there now, a bounded number of it, in any order."""

    def read(self, entry: Entry, bytes_max: int) -> bytes:
        """Return a file, up to one byte more than *bytes_max*; raise `Gone` or `Unreadable`."""

    def put_away(self, name: str, digest: bytes | None, room: str) -> bool:
        """Move a file to *room*; say whether it was there and its SHA-256 was *digest* still (None: any).

        Nothing is lost and nothing replaced.
        """

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone is fine."""

    def place(self, name: str, body: bytes) -> None:
        """Let a file appear whole or not at all, never over another; raise `Taken`, and `InDoubt` where nobody knows."""

    def found(self, name: str) -> bytes | None:
        """Return the whole file of that name; None where there is none."""

    def close(self) -> None:
        """Hang up."""


def is_safe(name: str) -> bool:
    """Say whether a name stays where it is put: no path, no control characters, nothing hidden, not too long."""
    is_short = len(name.encode("utf-8", "surrogateescape")) <= NAME_BYTES_MAX
    return is_short and bool(_SAFE.fullmatch(name)) and not name.startswith(".") and shown(name) == name


def shown(name: str) -> str:
    """Return a name as text that can be kept, also where it is none in UTF-8."""
    return name.encode("utf-8", "backslashreplace").decode()


def other_name(name: str, digest: bytes) -> str:
    """Return where a file is put whose name is taken by another content."""
    return f"{name}.{digest.hex()[:12]}"
