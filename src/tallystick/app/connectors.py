"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tallystick.app.settings import Settings
from tallystick.connectors.complete_journey.connector import CompleteJourney
from tallystick.connectors.drop_folder.connector import DropFolder
from tallystick.connectors.drop_folder.manifest import MANIFEST as DROP_FOLDER
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.statement_files.client import SOURCE as STATEMENTS
from tallystick.connectors.statement_files.manifest import MANIFEST as STATEMENTS_MANIFEST
from tallystick.connectors.statement_files.translate import translate as parse_statement
from tallystick.connectors.tryton.manifest import MANIFEST as TRYTON
from tallystick.connectors.tryton.translate import translation_of
from tallystick.engine.delivery import Route
from tallystick.engine.envelopes import read_envelope
from tallystick.engine.worker import Parse
from tallystick.ports.connector import FileFeed, Manifest, Pseudonym
from tallystick.storage.reading.ledgers.journals import JOURNAL_TYPES

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "complete-journey": CompleteJourney,
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"complete-journey": "USD/2", "online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


PULLED: Final[dict[str, Parse]] = {TRYTON.name: translation_of}
"""How what is pulled from a system, rather than loaded from a file, is translated; no configuration is needed for it."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [
        DROP_FOLDER,
        STATEMENTS_MANIFEST,
        TRYTON,
        *(make(lambda _source, _id: "").manifest for make in FEEDS.values()),
    ]


class Parsers(dict[str, Parse]):
    """The translator of each source; a source without one of its own speaks our words already."""

    def __missing__(self, source: str) -> Parse:
        """Read its deliveries as CloudEvents envelopes."""
        return read_envelope


def parsers(feeds: Mapping[str, FileFeed]) -> Parsers:
    """Return the translator of each source."""
    return Parsers({STATEMENTS: parse_statement} | PULLED | {name: feed.parse for name, feed in feeds.items()})


def routes(settings: Settings) -> dict[str, Route]:
    """Return where each type of command goes by the configuration; a type that is missing waits in the outbox.

    Journals wait there for the ledger's own lane, where a ledger is configured; see `ledgers/pushing.py`.
    """
    if not settings.outbox_folder:
        return {}
    drop = DropFolder(Path(settings.outbox_folder).expanduser())
    taken = [t for t in drop.takes if not (settings.tryton.url and t in JOURNAL_TYPES)]
    return dict.fromkeys(taken, Route(drop.push, drop.ask))
