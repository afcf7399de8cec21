"""The connectors the house has. A new one is a folder in connectors/ and a line here."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from tallystick.app.settings import Settings
from tallystick.connectors.amazon.connector import AmazonMarket
from tallystick.connectors.complete_journey.connector import CompleteJourney
from tallystick.connectors.drop_folder.connector import DropFolder
from tallystick.connectors.drop_folder.manifest import MANIFEST as DROP_FOLDER
from tallystick.connectors.files.connector import FilesDoor
from tallystick.connectors.legacy_batch.connector import LegacyBatch
from tallystick.connectors.legacy_batch.coverage import COVERAGE as LEGACY_BATCH_COVERAGE
from tallystick.connectors.medusa.connector import Medusa
from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.oscar.connector import OscarShop
from tallystick.connectors.partner.carrier.connector import PartnerCarrier
from tallystick.connectors.partner.helpdesk.connector import PartnerHelpdesk
from tallystick.connectors.partner.screening.connector import PartnerScreening
from tallystick.connectors.poslog.connector import Poslog
from tallystick.connectors.poslog.coverage import COVERAGE as POSLOG_COVERAGE
from tallystick.connectors.shopify.connector import ShopifyShop
from tallystick.connectors.square.connector import SquareTill
from tallystick.connectors.statement_files.client import SOURCE as STATEMENTS
from tallystick.connectors.statement_files.manifest import MANIFEST as STATEMENTS_MANIFEST
from tallystick.connectors.statement_files.translate import translate as parse_statement
from tallystick.connectors.stripe.connector import Stripe
from tallystick.connectors.tryton.documents.connector import TrytonDocuments
from tallystick.connectors.tryton.manifest import MANIFEST as TRYTON
from tallystick.connectors.tryton.translate import translation_of
from tallystick.connectors.tryton.warehouse.connector import TrytonWarehouse
from tallystick.connectors.vendure.connector import VendureShop
from tallystick.connectors.woocommerce.connector import WooShop
from tallystick.connectors.x12.connector import X12Partner
from tallystick.connectors.x12.coverage import COVERAGE as X12_COVERAGE
from tallystick.engine.delivery import Route
from tallystick.engine.envelopes import read_envelope
from tallystick.engine.worker import Parse
from tallystick.kit.boxes.coverage import Coverage
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    Connector,
    FileFeed,
    Manifest,
    Outcome,
    OutcomeAsked,
    Pseudonym,
)
from tallystick.storage.reading.ledgers.journals import JOURNAL_TYPES

FEEDS: Final[dict[str, Callable[[Pseudonym], FileFeed]]] = {
    "complete-journey": CompleteJourney,
    "online-retail": OnlineRetail,
}

FEED_CURRENCIES: Final[dict[str, str]] = {"complete-journey": "USD/2", "online-retail": "GBP/3"}
"""The currency a book gets when a feed is loaded into one that does not exist yet."""


class Maker(Protocol):
    """A connector's class: its manifest, and what makes a door of a configured connection."""

    @property
    def manifest(self) -> Manifest:
        """What its doors can do."""

    def __call__(self, connection: Connection) -> Connector:
        """Make a door; nothing is sent yet."""


CONNECTORS: Final[dict[str, Maker]] = {
    "amazon": AmazonMarket,
    "files": FilesDoor,
    "legacy-batch": LegacyBatch,
    "medusa": Medusa,
    "oscar": OscarShop,
    "partner-carrier": PartnerCarrier,
    "partner-helpdesk": PartnerHelpdesk,
    "partner-screening": PartnerScreening,
    "poslog": Poslog,
    "shopify": ShopifyShop,
    "square": SquareTill,
    "stripe": Stripe,
    "tryton-documents": TrytonDocuments,
    "tryton-warehouse": TrytonWarehouse,
    "vendure": VendureShop,
    "woocommerce": WooShop,
    "x12": X12Partner,
}
"""The systems that a connection can be made to: `tally connection add NAME CONNECTOR URL`."""

COVERAGES: Final[tuple[Coverage, ...]] = (LEGACY_BATCH_COVERAGE, POSLOG_COVERAGE, X12_COVERAGE)
"""What of each source of files is translated and what is not, by name."""

PULLED: Final[dict[str, Parse]] = {TRYTON.name: translation_of}
"""How what is pulled from a system, rather than loaded from a file, is translated; no configuration is needed for it."""


def manifests() -> list[Manifest]:
    """Return what every door says of itself."""
    return [
        DROP_FOLDER,
        STATEMENTS_MANIFEST,
        TRYTON,
        *(make(lambda _source, _id: "").manifest for make in FEEDS.values()),
        *(maker.manifest for maker in CONNECTORS.values()),
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
    return dict.fromkeys(taken, _route(drop))


def _route(door: Connector) -> Route:
    """Return the way to *door*, whose verbs wait, in threads."""

    async def push(command: Struct, key: str) -> Acknowledgement:
        return await asyncio.to_thread(door.push, command, key)

    async def ask(command: Struct, key: str) -> Acknowledgement | None:
        answer = await asyncio.to_thread(door.ask, OutcomeAsked(command, key))
        return answer.acknowledgement if isinstance(answer, Outcome) else None

    return Route(push, ask)
