"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

from collections.abc import Callable, Mapping
from typing import Final

from tallystick.connectors.complete_journey.connector import CompleteJourney
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.engine.worker import Parse
from tallystick.ports.connector import FileFeed, Manifest, Pseudonym

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "complete-journey": CompleteJourney,
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"complete-journey": "USD/2", "online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [make(lambda _source, _id: "").manifest for make in FEEDS.values()]


def parsers(feeds: Mapping[str, FileFeed]) -> dict[str, Parse]:
    """Return the translator of each source."""
    return {name: feed.parse for name, feed in feeds.items()}
