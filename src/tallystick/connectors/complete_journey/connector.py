"""The feed itself: files in, journals and reports out."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from tallystick.connectors.complete_journey import client
from tallystick.connectors.complete_journey.faults import mended
from tallystick.connectors.complete_journey.journals import cut
from tallystick.connectors.complete_journey.manifest import MANIFEST
from tallystick.connectors.complete_journey.opening import opening_of
from tallystick.connectors.complete_journey.translate import Till, translate
from tallystick.ports.connector import Delivery, Opening, Part, Pseudonym, Stocked, Translation


class CompleteJourney:
    """Till journals of the shape of the data set "Complete Journey". Implements `ports.connector.FileFeed`."""

    def __init__(self, pseudonym: Pseudonym, source: str = "complete-journey") -> None:
        """Read files of *source*, which is also the sales channel; households are named by *pseudonym* only."""
        self.manifest = MANIFEST
        self._till = Till(source, cache(pseudonym))
        self._referred = partial(self._till.pseudonym, source)

    def sample(self) -> Path:
        """Return the real file that comes with the house; raise `Misconfigured` where it is not installed."""
        return client.packaged_file()

    def deliveries(self, file: Path, part: Part | None = None) -> Iterator[Delivery]:
        """Cut a file into one journal per shop and day, in the order of days.

        Raises `Rejected` when the file as a whole cannot be read.
        """
        return cut(client.read(file, part), self._till.source, self._referred, part)

    def opening(self, unseen: Iterable[Delivery], stocked: Stocked) -> Opening:
        """Say what stock must be declared so that *unseen* journals never lack any."""
        return opening_of(unseen, self._till.source, stocked)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a delivery of this feed, an opening it declared included. Pure."""
        return translate(delivery, self._till)

    def mended(self, fault_body: bytes, changes: Mapping[str, str]) -> bytes:
        """Return a row's body with the named cells replaced; raise `NotMendable` (a `LookupError`) if there are none."""
        return mended(fault_body, changes)
