"""The door to Vendure: thin glue between its API and our four verbs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from tallystick.connectors.vendure.client import Vendure
from tallystick.connectors.vendure.deliveries import hook_deliveries
from tallystick.connectors.vendure.effects.orders_out import OrdersOut
from tallystick.connectors.vendure.effects.products import Products
from tallystick.connectors.vendure.effects.stock import Result, Shelves
from tallystick.connectors.vendure.manifest import LIMITS, MANIFEST
from tallystick.connectors.vendure.pages import page_of
from tallystick.connectors.vendure.setup import setup_of
from tallystick.connectors.vendure.translate import translation_of
from tallystick.kit.keys import Keys
from tallystick.kit.limits import Limits
from tallystick.messages.channels import PublishProduct, SetStock, StockAsked
from tallystick.messages.sales import OrderPlaced
from tallystick.messages.statements import StockStatementReported
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    ConnectorError,
    Delivery,
    Hook,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)


def _now() -> datetime:
    return datetime.now(UTC)


class VendureShop:
    """Implements `ports.connector.HookDoor` and `BatchConnector` for one shop."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS, clock: Callable[[], datetime] = _now) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._connection, self._clock = connection, clock
        self._setup = setup_of(connection)
        self._client = Vendure(connection, limits)
        self._orders, self._shelves = OrdersOut(self._client, self._setup), Shelves(self._client, self._setup)
        self._products = Products(self._client)
        self._keys = Keys()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders, or the shop's counters, after *since*."""
        if kind is OrderPlaced:
            return page_of(self._client, self._setup, since, self._clock())
        if kind is StockStatementReported:
            return self._shelves.counters(since, self._clock())
        raise Misconfigured(f"{kind.__name__} is not pulled from Vendure: see `tally connector list`")

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook of the plugin and return the order it tells."""
        return hook_deliveries(hook, self._connection.secret("hook"), self._setup)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an order as it stands, or the shop's counters."""
        return translation_of(delivery, self._setup)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Make it so; the same key has one effect."""
        (result,) = self.push_many([(command, key)])
        if isinstance(result, ConnectorError):
            raise result
        return result

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> Sequence[Result]:
        """Show stock together; do everything else one by one. Each is answered for itself."""
        found: dict[int, Result] = self._misused(commands)
        levels = [(n, c) for n, (c, _) in enumerate(commands) if isinstance(c, SetStock) and n not in found]
        told = self._shelves.tell([command for _, command in levels]) if levels else []
        found |= {n: result for (n, _), result in zip(levels, told, strict=True)}
        for n, (command, key) in enumerate(commands):
            if n not in found:
                found[n] = self._done(command, key)
        return [found[n] for n in range(len(commands))]

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command, or what the shop would sell now."""
        if isinstance(question, OutcomeAsked):
            return Outcome(self._became(question.command, question.key))
        if isinstance(question, StockAsked):
            return self._shelves.answer(question, self._clock())
        raise Misconfigured(f"Vendure is not asked {type(question).__name__}: see `tally connector list`")

    def _misused(self, commands: Sequence[tuple[Struct, str]]) -> dict[int, Result]:
        """Return what is refused because its key was used for something else; orders keep their keys themselves."""
        found: dict[int, Result] = {}
        for n, (command, key) in enumerate(commands):
            if self._orders.takes(command):
                continue
            try:
                self._keys.refuse_another(command, key)
            except Rejected as refused:
                found[n] = refused
        return found

    def _done(self, command: Struct, key: str) -> Result:
        try:
            if self._orders.takes(command):
                return self._orders.push(command, key)
            if isinstance(command, PublishProduct):
                return self._products.publish(command)
        except ConnectorError as failure:
            return failure
        return Rejected(f"{type(command).__name__} is not pushed to Vendure: see `tally connector list`")

    def _became(self, command: Struct, key: str) -> Acknowledgement | None:
        if isinstance(command, SetStock):
            return self._shelves.shown(command)
        if isinstance(command, PublishProduct):
            return self._products.shown(command)
        if self._orders.takes(command):
            return self._orders.became(command, key)
        raise Misconfigured(f"{type(command).__name__} is not pushed to Vendure: see `tally connector list`")
