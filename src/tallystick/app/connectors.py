"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

from collections.abc import Callable, Mapping
from typing import Final

from tallystick.api.call import SOURCE_PREFIX
from tallystick.api.reports.translate import parse as parse_report
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.engine.worker import Parse
from tallystick.ports.connector import FileFeed, Manifest, Pseudonym

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [make(lambda _source, _id: "").manifest for make in FEEDS.values()]


class Parsers(dict[str, Parse]):
    """The translator of each source; whatever the API kept, from whichever client, has one."""

    def __missing__(self, source: str) -> Parse:
        """Return the translator of a client of the API."""
        if source.startswith(SOURCE_PREFIX):
            return parse_report
        raise KeyError(source)


def parsers(feeds: Mapping[str, FileFeed]) -> dict[str, Parse]:
    """Return the translator of each source."""
    return Parsers({name: feed.parse for name, feed in feeds.items()})
