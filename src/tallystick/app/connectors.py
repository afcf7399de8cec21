"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

from collections.abc import Callable, Mapping
from typing import Final

from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.tryton.manifest import MANIFEST as TRYTON
from tallystick.connectors.tryton.translate import translation_of
from tallystick.engine.worker import Parse
from tallystick.ports.connector import FileFeed, Manifest, Pseudonym

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


PULLED: Final[dict[str, Parse]] = {TRYTON.name: translation_of}
"""How what is pulled from a system, rather than loaded from a file, is translated; no configuration is needed for it."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [*(make(lambda _source, _id: "").manifest for make in FEEDS.values()), TRYTON]


def parsers(feeds: Mapping[str, FileFeed]) -> dict[str, Parse]:
    """Return the translator of each source."""
    return {name: feed.parse for name, feed in feeds.items()} | PULLED
