"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

from collections.abc import Callable, Mapping
from typing import Final

from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.engine.own_reports import parse_envelope
from tallystick.engine.worker import Parse
from tallystick.ports.connector import FileFeed, Manifest, Pseudonym
from tallystick.processes.approved import SOURCE as APPROVALS

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [make(lambda _source, _id: "").manifest for make in FEEDS.values()]


def parsers(feeds: Mapping[str, FileFeed]) -> dict[str, Parse]:
    """Return the translator of each source; what was approved comes in at the same door."""
    return {APPROVALS: parse_envelope, **{name: feed.parse for name, feed in feeds.items()}}
