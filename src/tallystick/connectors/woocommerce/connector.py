"""The door to WooCommerce: thin glue between its API and our four verbs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from tallystick.connectors.woocommerce.client import WooCommerce
from tallystick.connectors.woocommerce.deliveries import hook_deliveries
from tallystick.connectors.woocommerce.manifest import LIMITS, MANIFEST
from tallystick.connectors.woocommerce.orders_out import OrdersOut
from tallystick.connectors.woocommerce.pages import page_of
from tallystick.connectors.woocommerce.products import Products
from tallystick.connectors.woocommerce.setup import setup_of
from tallystick.connectors.woocommerce.stock import Result, Shelves
from tallystick.connectors.woocommerce.translate import translation_of
from tallystick.kit.keys import Keys
from tallystick.kit.limits import Limits
from tallystick.messages.channels import PublishProduct, SetStock, StockAsked
from tallystick.messages.sales import OrderPlaced
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


class WooShop:
    """Implements `ports.connector.HookDoor` and `BatchConnector` for one shop."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS, clock: Callable[[], datetime] = _now) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._connection, self._clock, self._setup = connection, clock, setup_of(connection)
        self._client = WooCommerce(connection, limits)
        self._orders, self._shelves = OrdersOut(self._client, self._setup), Shelves(self._client)
        self._products = Products(self._client)
        self._keys = Keys()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders after *since*."""
        if kind is not OrderPlaced:
            raise Misconfigured(f"{kind.__name__} is not pulled from WooCommerce: see `tally connector list`")
        return page_of(self._client, self._setup, since, self._clock())

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook and return the order it tells."""
        return hook_deliveries(hook, self._connection.secret("hook"), self._setup)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an order as it stands."""
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
            try:
                if isinstance(command, SetStock):
                    self._keys.refuse_another(command, key)
                    levels.append((n, command))
                else:
                    found[n] = self._done(command, key)
            except ConnectorError as failure:
                found[n] = failure
        told = self._shelves.tell([command for _, command in levels]) if levels else []
        found |= {n: result for (n, _), result in zip(levels, told, strict=True)}
        return [found[n] for n in range(len(commands))]

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command, or what the shop would sell now."""
        if isinstance(question, StockAsked):
            return self._shelves.answer(question, self._clock())
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"WooCommerce is not asked {type(question).__name__}: see `tally connector list`")
        command = question.command
        if isinstance(command, SetStock):
            return Outcome(self._shelves.shown(command))
        if isinstance(command, PublishProduct):
            return Outcome(self._products.shown(command))
        if self._orders.takes(command):
            return Outcome(self._orders.became(command, question.key))
        raise Misconfigured(f"{type(command).__name__} is not pushed to WooCommerce: see `tally connector list`")

    def _done(self, command: Struct, key: str) -> Acknowledgement:
        if isinstance(command, PublishProduct):
            self._keys.refuse_another(command, key)
            return self._products.publish(command)
        if not self._orders.takes(command):
            raise Rejected(f"{type(command).__name__} is not pushed to WooCommerce: see `tally connector list`")
        return self._orders.push(command, key)
