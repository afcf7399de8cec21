"""File feeds on the bench: a file is read as a whole, again and again, and what was known before is known again."""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from tallystick.kit.twins.faults import Fault
from tallystick.ports.connector import Delivery, Manifest, Misconfigured, Page, Translation

Cut = Callable[[], Iterable[Delivery]]
Parse = Callable[[Delivery], Translation]


class FeedDoor:
    """A file feed as a door whose every page is the whole file."""

    def __init__(self, manifest: Manifest, cut: Cut, parse: Parse) -> None:
        """Read by *cut*, translate by *parse*."""
        self.manifest, self._cut, self.parse = manifest, cut, parse

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return what the file holds now, whatever was read before."""
        if kind not in self.manifest.pulls:
            raise Misconfigured(f"{kind.__name__} is not in this file: see `tally connector list`")
        return Page(tuple(self._cut()), since or "read once", more=False)


class Growing:
    """A file that somebody adds to between two readings; nobody is called."""

    def __init__(self, grow: Callable[[], None]) -> None:
        """Let *grow* add to the file."""
        self._grow = grow

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Nobody is called, so nothing can fail on the way."""

    def requests(self) -> int:
        """Nobody is called."""
        return 0

    def effects(self) -> Sequence[Struct]:
        """Nothing is sent."""
        return ()

    def stir(self, kind: type[Struct]) -> None:  # noqa: ARG002 - one file holds all kinds
        """Add to the file."""
        self._grow()
