"""The door to Amazon: thin glue between its API and our four verbs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from tallystick.connectors.amazon.client import BUCKETS, Amazon, Bucket
from tallystick.connectors.amazon.manifest import LIMITS, MANIFEST
from tallystick.connectors.amazon.pages import Items, events_after, orders_after, settlements_after
from tallystick.connectors.amazon.parcels import Parcels
from tallystick.connectors.amazon.setup import setup_of
from tallystick.connectors.amazon.stock import Result, Shelves
from tallystick.connectors.amazon.translate import named, translation_of
from tallystick.kit.keys import Keys
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked, TellShipment
from tallystick.messages.marketplaces.reports import MarketplaceSettlementReported
from tallystick.messages.payments import CaptureReported
from tallystick.messages.sales import CancelOrder, OrderPlaced, RefuseOrder
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    ConnectorError,
    Delivery,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)


def _now() -> datetime:
    return datetime.now(UTC)


class AmazonMarket:
    """Implements `ports.connector.BatchConnector` for one seller in one region."""

    manifest = MANIFEST

    def __init__(
        self,
        connection: Connection,
        limits: Limits = LIMITS,
        clock: Callable[[], datetime] = _now,
        buckets: Mapping[str, Bucket] = BUCKETS,
    ) -> None:
        """Speak to the account of *connection* within *limits* and *buckets*. Nothing is sent yet."""
        self._clock, self._setup = clock, setup_of(connection)
        self._client = Amazon(connection, limits, self._setup.lwa_url, buckets)
        self._items, self._keys = Items(self._client), Keys()
        self._shelves, self._parcels = Shelves(self._client, self._setup), Parcels(self._client, self._setup)

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders, financial events, or settlements, after *since*."""
        if kind in MANIFEST.pulls and not self._client.is_called:
            return Page((), since, more=False)
        if kind is OrderPlaced:
            return orders_after(self._client, self._items, self._setup, (since, self._clock()))
        if kind is CaptureReported:
            return events_after(self._client, self._setup, since, self._clock())
        if kind is MarketplaceSettlementReported:
            return settlements_after(self._client, self._setup, since, self._clock())
        raise Misconfigured(f"{kind.__name__} is not pulled from Amazon: see `tally connector list`")

    def parse(self, delivery: Delivery) -> Translation:
        """Translate what Amazon said: pulled, in a file, or from a queue."""
        return translation_of(delivery, self._setup)

    def named(self, delivery: Delivery) -> Delivery:
        """Give a notification from a queue the subject of its order: what concerns one order keeps its order."""
        return named(delivery, self._setup)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Make it so; the same key has one effect."""
        (result,) = self.push_many([(command, key)])
        if isinstance(result, ConnectorError):
            raise result
        return result

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> Sequence[Result]:
        """Show stock together; do everything else one by one. Each is answered for itself."""
        found: dict[int, Result] = {}
        levels = []
        for n, (command, key) in enumerate(commands):
            try:
                self._keys.refuse_another(command, key)
                if isinstance(command, SetStock):
                    levels.append((n, command))
                else:
                    found[n] = self._done(command)
            except ConnectorError as failure:
                found[n] = failure
        told = self._shelves.tell([command for _, command in levels]) if levels else []
        found |= {n: result for (n, _), result in zip(levels, told, strict=True)}
        return [found[n] for n in range(len(commands))]

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command, or what Amazon would sell now."""
        if isinstance(question, StockAsked):
            return self._shelves.answer(question, self._clock())
        command = question.command if isinstance(question, OutcomeAsked) else None
        if isinstance(command, SetStock):
            return Outcome(self._shelves.shown(command))
        if isinstance(command, TellShipment):
            return Outcome(self._parcels.sent(command))
        if isinstance(command, RefuseOrder | CancelOrder):
            return Outcome(self._parcels.ended(command))
        raise Misconfigured(f"Amazon is not asked {type(question).__name__}: see `tally connector list`")

    def _done(self, command: Struct) -> Acknowledgement:
        if isinstance(command, TellShipment):
            at = self._clock().isoformat(timespec="seconds").replace("+00:00", "Z")
            return self._parcels.send(command, at)
        if isinstance(command, RefuseOrder | CancelOrder):
            return self._parcels.end(command)
        raise Rejected(f"{type(command).__name__} is not pushed to Amazon: see `tally connector list`")
