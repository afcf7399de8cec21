"""The feed itself: files in, deliveries and reports out."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tallystick.connectors.online_retail.client import open_table
from tallystick.connectors.online_retail.deliveries import cut
from tallystick.connectors.online_retail.faults import mended
from tallystick.connectors.online_retail.manifest import MANIFEST
from tallystick.connectors.online_retail.opening import opening_of
from tallystick.connectors.online_retail.translate import Shop, translate
from tallystick.ports.connector import Delivery, Misconfigured, Opening, Part, Pseudonym, Rejected, Stocked, Translation


class OnlineRetail:
    """Invoice lines of the shape of the UCI data set "Online Retail". Implements `ports.connector.FileFeed`."""

    def __init__(self, pseudonym: Pseudonym, source: str = "online-retail") -> None:
        """Read files of *source*, which is also the sales channel; customers are named by *pseudonym* only."""
        self.manifest = MANIFEST
        self._shop = Shop(source, pseudonym)

    def sample(self) -> Path:
        """There is no file of this feed in the house."""
        raise Misconfigured("no file of this feed comes with the house: name one")

    def deliveries(self, file: Path, part: Part | None = None) -> Iterator[Delivery]:
        """Cut a file into one delivery per invoice, in the order of their first lines.

        Raises `Rejected` when the file as a whole cannot be read, before the first delivery is handed out.
        """
        if part is not None:
            raise Rejected("a file of this feed is loaded as a whole: it knows one shop only, and invoices of any day")
        return cut(open_table(file), self._shop.source)

    def opening(self, unseen: Iterable[Delivery], stocked: Stocked) -> Opening:
        """Say what stock must be declared so that *unseen* deliveries, in order, never lack any."""
        return opening_of(unseen, self.parse, self._shop.source, stocked)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a delivery of this feed, an opening it declared included. Pure."""
        return translate(delivery, self._shop)

    def mended(self, fault_body: bytes, changes: Mapping[str, str]) -> bytes:
        """Return a fault's body with the named cells replaced; raise `NotMendable` (a `LookupError`) if there are none."""
        return mended(fault_body, changes)
