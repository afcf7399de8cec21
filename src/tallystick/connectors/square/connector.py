"""The door to Square: thin glue between its API and our four verbs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from tallystick.connectors.square.client import Square
from tallystick.connectors.square.manifest import LIMITS, MANIFEST
from tallystick.connectors.square.pages import counters, orders_after
from tallystick.connectors.square.setup import setup_of
from tallystick.connectors.square.stock import Result, Shelves
from tallystick.connectors.square.translate import translation_of
from tallystick.kit.keys import Keys
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.sales import CreditReported, SaleReported
from tallystick.messages.statements import StockStatementReported
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


class SquareTill:
    """Implements `ports.connector.BatchConnector` for one store."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS, clock: Callable[[], datetime] = _now) -> None:
        """Speak to the store of *connection* within *limits*. Nothing is sent yet."""
        self._clock, self._setup = clock, setup_of(connection)
        self._client = Square(connection, limits)
        self._shelves, self._keys = Shelves(self._client, self._setup), Keys()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders that were paid, or the store's counts, after *since*."""
        if kind in (SaleReported, CreditReported):
            return orders_after(self._client, self._setup, since)
        if kind is StockStatementReported:
            return counters(self._client, self._setup, since, self._clock())
        raise Misconfigured(f"{kind.__name__} is not pulled from Square: see `tally connector list`")

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an order, or the store's counts."""
        return translation_of(delivery, self._setup)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Make it so; the same key has one effect."""
        (result,) = self.push_many([(command, key)])
        if isinstance(result, ConnectorError):
            raise result
        return result

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> Sequence[Result]:
        """Count stock together; each command is answered for itself."""
        found: dict[int, Result] = {}
        levels = []
        for n, (command, key) in enumerate(commands):
            if not isinstance(command, SetStock):
                found[n] = Rejected(f"{type(command).__name__} is not pushed to Square: see `tally connector list`")
                continue
            try:
                self._keys.refuse_another(command, key)
                levels.append((n, command))
            except Rejected as refused:
                found[n] = refused
        told = self._shelves.tell([command for _, command in levels], self._clock()) if levels else []
        found |= {n: result for (n, _), result in zip(levels, told, strict=True)}
        return [found[n] for n in range(len(commands))]

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command, or what the store has for sale now."""
        if isinstance(question, StockAsked):
            return self._shelves.answer(question, self._clock())
        if isinstance(question, OutcomeAsked) and isinstance(question.command, SetStock):
            return Outcome(self._shelves.shown(question.command))
        raise Misconfigured(f"Square is not asked {type(question).__name__}: see `tally connector list`")
