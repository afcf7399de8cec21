"""When a file is taken: only when whoever writes it has finished. How that is seen is data."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.kit.files.store import Entry, is_safe
from tallystick.kit.settings import number_in
from tallystick.ports.connector import Misconfigured

UNFINISHED: Final = (".tmp", ".part", ".partial", ".filepart", ".writing")
BYTES_MAX: Final = 10_000_000
STABLE_SECONDS: Final = 10


class How(StrEnum):
    """How a file is seen to be complete."""

    RENAME = "rename"
    STABLE = "stable"
    MARKER = "marker"


class Seen(Struct, frozen=True, array_like=True):
    """A file that was not complete yet when it was looked at: as it stood, and since when (seconds since 1970)."""

    size: int
    stamp: str
    since: int


class Look(Struct, frozen=True):
    """What one look found: files that are complete by name, those that may never be taken and why, and those to look at again."""

    ready: tuple[Entry, ...]
    refused: Mapping[str, str]
    seen: Mapping[str, Seen]


class Rules(Struct, frozen=True, kw_only=True):
    """What is taken. `pattern` is a shell's; `bytes_max` holds for a file as it lies there and for what is unpacked of it."""

    complete: How = How.RENAME
    pattern: str = "*"
    marker: str = ".done"
    stable_seconds: int = STABLE_SECONDS
    bytes_max: int = BYTES_MAX

    def look(self, entries: Iterable[Entry], seen: Mapping[str, Seen], now: float) -> Look:
        """Judge what lies there; *seen* is what the look before left to look at again."""
        there = {entry.name: entry for entry in entries}
        ready, refused, again = [], {}, {}
        for name in sorted(there):
            entry = there[name]
            if not self._concerns_us(name):
                continue
            if why := self._why_not(entry):
                refused[name] = why
            elif self.complete is How.RENAME or (self.complete is How.MARKER and f"{name}{self.marker}" in there):
                ready.append(entry)
            elif self.complete is How.STABLE:
                before = seen.get(name)
                is_same = before is not None and (before.size, before.stamp) == (entry.size, entry.stamp)
                since = before.since if before and is_same else int(now)
                if is_same and now - since >= self.stable_seconds:
                    ready.append(entry)
                again[name] = Seen(entry.size, entry.stamp, since)
        return Look(tuple(ready), refused, again)

    def _concerns_us(self, name: str) -> bool:
        is_hidden = name.startswith(".") and "/" not in name
        if is_hidden or name.lower().endswith(UNFINISHED):
            return False
        is_marker = self.complete is How.MARKER and name.endswith(self.marker)
        return not is_marker and fnmatchcase(name, self.pattern)

    def _why_not(self, entry: Entry) -> str:
        if not is_safe(entry.name):
            return "its name may lead out of the folder, or is too long"
        if not entry.is_plain:
            return "it is a link or a pipe, and only plain files are taken"
        if entry.size > self.bytes_max:
            return f"it has {entry.size} bytes, and file_bytes_max is {self.bytes_max}"
        return ""


def rules_in(settings: Mapping[str, str]) -> Rules:
    """Read rules from a connection's settings; raise `Misconfigured` naming the one that cannot be used."""
    said = settings.get("complete", How.RENAME)
    if said not in set(How):
        raise Misconfigured(f"setting `from.complete`: {said!r} is none of {', '.join(How)}")
    return Rules(
        complete=How(said),
        pattern=settings.get("pattern", "*"),
        marker=settings.get("marker", ".done"),
        stable_seconds=number_in(settings, "stable_seconds", STABLE_SECONDS),
        bytes_max=number_in(settings, "file_bytes_max", BYTES_MAX),
    )


class Place(Struct, frozen=True, omit_defaults=True):
    """A cursor: the name up to which this sweep has gone ("": none is under way), and what is looked at again."""

    after: str = ""
    seen: dict[str, Seen] = {}


def read_place(cursor: str) -> Place:
    """Read a cursor; raise `Misconfigured` for what is none."""
    try:
        return msgspec.json.decode(cursor, type=Place) if cursor else Place()
    except msgspec.DecodeError as wrong:
        raise Misconfigured(f"{cursor!r} is no cursor of files: begin anew with --since ''") from wrong


def written_place(place: Place) -> str:
    """Write a cursor; one that says nothing is empty."""
    return msgspec.json.encode(place).decode() if place != Place() else ""
