"""The door to Shopify: thin glue between its APIs and our four verbs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from tallystick.connectors.shopify.client import Shopify
from tallystick.connectors.shopify.deliveries import hook_deliveries
from tallystick.connectors.shopify.effects.orders_out import OrdersOut
from tallystick.connectors.shopify.effects.stock import Result, Shelves
from tallystick.connectors.shopify.manifest import LIMITS, MANIFEST
from tallystick.connectors.shopify.pages import orders_after, payouts_after
from tallystick.connectors.shopify.setup import setup_of
from tallystick.connectors.shopify.translate import translation_of
from tallystick.kit.keys import Keys
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.payments import SettlementReported
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


class ShopifyShop:
    """Implements `ports.connector.HookDoor` and `BatchConnector` for one shop."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS, clock: Callable[[], datetime] = _now) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._connection, self._clock, self._setup = connection, clock, setup_of(connection)
        self._client = Shopify(connection, limits)
        self._shelves = Shelves(self._client, self._setup)
        self._orders = OrdersOut(self._client, self._setup, self._shelves.location)
        self._keys = Keys()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders, payouts, or the shop's counters, after *since*."""
        if kind is OrderPlaced:
            return orders_after(self._client, self._setup, since, self._clock())
        if kind is SettlementReported:
            return payouts_after(self._client, self._setup, since)
        if kind is StockStatementReported:
            return self._shelves.counters(since, self._clock())
        raise Misconfigured(f"{kind.__name__} is not pulled from Shopify: see `tally connector list`")

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook and return what it tells."""
        return hook_deliveries(hook, self._connection.secret("hook"), self._setup)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate what the shop said."""
        return translation_of(delivery, self._setup)

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
            if isinstance(command, SetStock) and not (refused := self._misused(command, key)):
                levels.append((n, command))
            else:
                found[n] = refused if isinstance(command, SetStock) and refused else self._done(command, key)
        told = self._shelves.tell([command for _, command in levels]) if levels else []
        found |= {n: result for (n, _), result in zip(levels, told, strict=True)}
        return [found[n] for n in range(len(commands))]

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command, or what the shop would sell now."""
        if isinstance(question, StockAsked):
            return self._shelves.answer(question, self._clock())
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"Shopify is not asked {type(question).__name__}: see `tally connector list`")
        command = question.command
        if isinstance(command, SetStock):
            return Outcome(self._shelves.shown(command))
        if self._orders.takes(command):
            return Outcome(self._orders.became(command, question.key))
        raise Misconfigured(f"{type(command).__name__} is not pushed to Shopify: see `tally connector list`")

    def _misused(self, command: SetStock, key: str) -> Rejected | None:
        """Return why a key may not be used for stock; orders keep their keys themselves."""
        try:
            self._keys.refuse_another(command, key)
        except Rejected as refused:
            return refused
        return None

    def _done(self, command: Struct, key: str) -> Result:
        try:
            if self._orders.takes(command):
                return self._orders.push(command, key)
        except ConnectorError as failure:
            return failure
        return Rejected(f"{type(command).__name__} is not pushed to Shopify: see `tally connector list`")
