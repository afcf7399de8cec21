"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

from collections.abc import Callable, Mapping
from typing import Final

from tallystick.app.own_reports import SOURCE as OWN
from tallystick.app.own_reports import parse as parse_own
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.statement_files.client import SOURCE as STATEMENTS
from tallystick.connectors.statement_files.manifest import MANIFEST as STATEMENTS_MANIFEST
from tallystick.connectors.statement_files.translate import translate as parse_statement
from tallystick.engine.worker import Parse
from tallystick.ports.connector import FileFeed, Manifest, Pseudonym

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [*(make(lambda _source, _id: "").manifest for make in FEEDS.values()), STATEMENTS_MANIFEST]


def parsers(feeds: Mapping[str, FileFeed]) -> dict[str, Parse]:
    """Return the translator of each source: the feeds', the statements', and that of our own reports."""
    return {STATEMENTS: parse_statement, OWN: parse_own, **{name: feed.parse for name, feed in feeds.items()}}
