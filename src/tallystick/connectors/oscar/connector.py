"""The door to django-oscar: thin glue between its API and our four verbs."""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from tallystick.connectors.oscar.client import Oscar
from tallystick.connectors.oscar.manifest import LIMITS, MANIFEST
from tallystick.connectors.oscar.orders_out import TAKES, OrdersOut
from tallystick.connectors.oscar.pages import Skus, page_of
from tallystick.connectors.oscar.setup import setup_of
from tallystick.connectors.oscar.stock import Shelves
from tallystick.connectors.oscar.translate import translation_of
from tallystick.kit.keys import Keys
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.sales import OrderPlaced
from tallystick.messages.statements import StockStatementReported
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
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


class OscarShop:
    """Implements `ports.connector.Connector` for one shop."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS, clock: Callable[[], datetime] = _now) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._setup, self._clock = setup_of(connection), clock
        self._client = Oscar(connection, limits)
        self._orders, self._shelves = OrdersOut(self._client, self._setup), Shelves(self._client, self._setup)
        self._skus = Skus(self._client)
        self._keys = Keys()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders, or the shop's counters, after *since*."""
        if kind is OrderPlaced:
            return page_of(self._client, self._skus, self._setup, (since, self._clock()))
        if kind is StockStatementReported:
            return self._shelves.counters(since, self._clock())
        raise Misconfigured(f"{kind.__name__} is not pulled from oscar: see `tally connector list`")

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an order, word that one has ended, or the shop's counters."""
        return translation_of(delivery, self._setup)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Make it so; the same key has one effect."""
        if isinstance(command, TAKES):
            return self._orders.push(command, key)
        if not isinstance(command, SetStock):
            raise Rejected(f"{type(command).__name__} is not pushed to oscar: see `tally connector list`")
        self._keys.refuse_another(command, key)
        return self._shelves.tell(command)

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command, or what the shop would sell now."""
        if isinstance(question, StockAsked):
            return self._shelves.answer(question, self._clock())
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"oscar is not asked {type(question).__name__}: see `tally connector list`")
        command = question.command
        if isinstance(command, SetStock):
            return Outcome(self._shelves.shown(command))
        if isinstance(command, TAKES):
            return Outcome(self._orders.became(command, question.key))
        raise Misconfigured(f"{type(command).__name__} is not pushed to oscar: see `tally connector list`")
