"""The door: thin glue between a folder of POSLog files and our four verbs."""

from msgspec import Struct

from tallystick.connectors.poslog.client import deliveries
from tallystick.connectors.poslog.manifest import MANIFEST
from tallystick.connectors.poslog.reading import FILE_BYTES_MAX
from tallystick.connectors.poslog.translate import Till, translate
from tallystick.kit.boxes.mailbox import Cursor, Mailbox
from tallystick.kit.settings import currency_in, pairs_in, zone_in
from tallystick.ports.connector import Acknowledgement, Connection, Delivery, Misconfigured, Page, Rejected, Translation


class Poslog:
    """Implements `ports.connector.PuttingAway` for the tills of one retailer."""

    manifest = MANIFEST

    def __init__(self, connection: Connection) -> None:
        """Read the folder of *connection*. Nothing is looked at yet."""
        told = connection.settings
        self._source, self._box = connection.name, Mailbox(connection.url, FILE_BYTES_MAX)
        self._till = Till(
            connection.name,
            zone_in(told),
            currency_in(told),
            pairs_in(told, "locations"),
            told.get("jurisdiction", "none"),
            connection.pseudonym,
        )

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return what lies in the folder."""
        if kind not in MANIFEST.pulls:
            raise Misconfigured(f"{kind.__name__} is not in these files: see `tally connector list`")
        Cursor.of(since)
        letters = list(self._box.letters())
        found = tuple(d for letter in letters for d in deliveries(letter.body, self._source))
        cursor = Cursor({letter.name: letter.digest for letter in letters}).text() if letters else since
        return Page(found, cursor, more=False)

    def kept(self, page: Page) -> None:
        """Put the files of *page* away."""
        self._box.put_away(Cursor.of(page.cursor))

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a transaction, or a whole file."""
        return translate(delivery, self._till)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Nothing goes to the tills: raise `Rejected`."""
        raise Rejected(f"{type(command).__name__} ({key}) is nothing for tills: see `tally connector list`")

    def ask(self, question: Struct) -> Struct:
        """Tills are not asked: raise `Misconfigured`."""
        raise Misconfigured(f"tills are not asked {type(question).__name__}: see `tally connector list`")
