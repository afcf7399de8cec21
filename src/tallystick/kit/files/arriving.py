"""A door of files around any connector that parses: listed, taken whole, kept in the inbox, and only then put away.

A crash at any point is harmless: what was not kept is found again, and what was kept is known by its name and content.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.kit.files.complete import How, Look, Place, Rules, read_place, written_place
from tallystick.kit.files.reading import FILE, REFUSED, Reader
from tallystick.kit.files.store import ARCHIVE, QUARANTINE, Entry, Files, Gone, Store, Unreadable, is_safe, shown
from tallystick.ports.connector import Connector, Delivery, Page

FILES_IN_PAGE_MAX: Final = 100
PAGE_BYTES_MAX: Final = 16_000_000
PAGE_SECONDS_MAX: Final = 20.0
"""A page is read within its lease also where each file takes long."""


class Intake(Struct, frozen=True, kw_only=True):
    """Where files come from, in whose name, and which are taken."""

    source: str
    store: Store
    rules: Rules = Rules()
    clock: Callable[[], float] = time.time


class FileDoor(Reader):
    """Implements `ports.connector.PuttingAway` around a connector."""

    def __init__(self, inner: Connector, intake: Intake) -> None:
        """Take files of *intake* and have *inner* translate them. Nothing is touched yet."""
        super().__init__(inner, intake.rules)
        self._intake, self._store = intake, intake.store
        self.manifest = replace(inner.manifest, pulls=(*inner.manifest.pulls, Files))

    def close(self) -> None:
        """Hang up."""
        self._store.close()
        closing = getattr(self._inner, "close", None)
        if closing is not None:
            closing()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return complete files after the cursor; a sweep through the folder ends with an empty one and begins anew."""
        if kind is not Files:
            return self._inner.pull(kind, since)
        place, now = read_place(since), self._intake.clock()
        look = self._rules.look(self._store.entries(), place.seen, now)
        todo = self._todo(look, place.after)
        found, after = self._taken(todo)
        more = bool(after) and after != todo[-1][0]
        cursor = Place(after if more else "", dict(look.seen))
        return Page(tuple(found), written_place(cursor), more)

    def kept(self, page: Page) -> None:
        """Put away what is in the book now: to the archive, or to quarantine what nobody understands."""
        for delivery in page.deliveries:
            if delivery.id.startswith(FILE):
                room = ARCHIVE if self.is_readable(delivery) else QUARANTINE
                self._put_away(delivery.id.removeprefix(FILE), delivery.digest, room)
            elif delivery.id.startswith(REFUSED):
                self._put_away(delivery.id.removeprefix(REFUSED).rpartition("/")[0], None, QUARANTINE)
        putting_away: Callable[[Page], None] | None = getattr(self._inner, "kept", None)
        if putting_away is not None:
            putting_away(page)

    def _todo(self, look: Look, after: str) -> list[tuple[str, Entry | str]]:
        """Return names with what was listed or why it is refused, in their order."""
        found: dict[str, Entry | str] = {entry.name: entry for entry in look.ready} | dict(look.refused)
        return [(name, found[name]) for name in sorted(found) if name > after]

    def _taken(self, todo: Sequence[tuple[str, Entry | str]]) -> tuple[list[Delivery], str]:
        """Read as many as make a page; return them and the name of the last that was looked at."""
        found: list[Delivery] = []
        size, after, until = 0, "", time.monotonic() + PAGE_SECONDS_MAX
        for name, what in todo:
            if len(found) >= FILES_IN_PAGE_MAX or time.monotonic() > until:
                break
            if found and isinstance(what, Entry) and size + what.size > PAGE_BYTES_MAX:
                break
            delivery = self._refused(name, what) if isinstance(what, str) else self._read(what)
            if delivery is not None:
                found.append(delivery)
                size += len(delivery.body)
            after = name
        return found, after

    def _read(self, entry: Entry) -> Delivery | None:
        """Read a file; None where it changes under our eyes, for then it is not complete."""
        try:
            body = self._store.read(entry, self._rules.bytes_max)
        except Gone:
            return None
        except Unreadable as why:
            return self._refused(entry.name, str(why))
        if len(body) != entry.size:
            return None
        return self.named(self._delivery(f"{FILE}{entry.name}", entry.name, body))

    def _refused(self, name: str, why: str) -> Delivery:
        name = shown(name)
        body = f"{name}: {why}".encode()
        mark = hashlib.sha256(body).hexdigest()[:12]
        return self._delivery(f"{REFUSED}{name}/{mark}", name, body)

    def _delivery(self, number: str, name: str, body: bytes) -> Delivery:
        source = self._intake.source
        digest = hashlib.sha256(body).digest()
        return Delivery(source=source, id=number, subject=f"file/{source}/{name}", body=body, digest=digest)

    def _put_away(self, name: str, digest: bytes | None, room: str) -> None:
        if not is_safe(name):
            return  # nothing is done with such a name; it stays where it lies, and is known
        if self._store.put_away(name, digest, room) and self._rules.complete is How.MARKER:
            self._store.remove(f"{name}{self._rules.marker}")
