"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tallystick.app.settings import Settings
from tallystick.connectors.drop_folder.connector import DropFolder
from tallystick.connectors.drop_folder.manifest import MANIFEST as DROP_FOLDER
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.engine.delivery import Route
from tallystick.engine.envelopes import read_envelope
from tallystick.engine.worker import Parse
from tallystick.ports.connector import FileFeed, Manifest, Pseudonym

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [DROP_FOLDER, *(make(lambda _source, _id: "").manifest for make in FEEDS.values())]


class Parsers(dict[str, Parse]):
    """The translator of each source; a source without one of its own speaks our words already."""

    def __missing__(self, source: str) -> Parse:
        """Read its deliveries as CloudEvents envelopes."""
        return read_envelope


def parsers(feeds: Mapping[str, FileFeed]) -> Parsers:
    """Return the translator of each source."""
    return Parsers({name: feed.parse for name, feed in feeds.items()})


def routes(settings: Settings) -> dict[str, Route]:
    """Return where each type of command goes by the configuration; a type that is missing waits in the outbox."""
    if not settings.outbox_folder:
        return {}
    drop = DropFolder(Path(settings.outbox_folder).expanduser())
    return dict.fromkeys(drop.takes, Route(drop.push, drop.ask))
