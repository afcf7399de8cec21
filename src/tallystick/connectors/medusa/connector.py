"""The door to Medusa: thin glue between its API and our four verbs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from tallystick.connectors.medusa.client import Client
from tallystick.connectors.medusa.manifest import LIMITS, MANIFEST, PAGE_SIZE_MAX
from tallystick.connectors.medusa.marks import TAKES
from tallystick.connectors.medusa.orders_out import OrdersOut
from tallystick.connectors.medusa.setup import setup_of
from tallystick.connectors.medusa.stock import Shelves
from tallystick.connectors.medusa.translate import delivery_of, translation_of
from tallystick.kit.keys import Keys
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.sales import OrderPlaced
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

OVERLAP: Final = timedelta(minutes=5)
"""So far back a fresh round reads: what Medusa does not stamp follows what it does within less."""
_MID: Final = ">"
"""Before a cursor in the middle of a round, which goes on where it stands."""


def _now() -> datetime:
    return datetime.now(UTC)


class Medusa:
    """Implements `ports.connector.Connector` for one shop."""

    manifest = MANIFEST

    def __init__(self, connection: Connection, limits: Limits = LIMITS, clock: Callable[[], datetime] = _now) -> None:
        """Speak to the shop of *connection* within *limits*. Nothing is sent yet."""
        self._setup, self._clock = setup_of(connection), clock
        self._client = Client(connection, limits)
        self._orders, self._shelves = OrdersOut(self._client, self._setup), Shelves(self._client, self._setup)
        self._keys = Keys()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return orders that changed after the cursor *since*, a moment."""
        if kind is not OrderPlaced:
            raise Misconfigured(f"{kind.__name__} is not pulled from Medusa: see `tally connector list`")
        asked = _asked(since)
        rows = self._client.changed(asked)
        newest = max((str(r.get("updated_at", "")) for r in rows), default="")
        is_full = len(rows) >= PAGE_SIZE_MAX
        if is_full and newest == asked:
            raise Misconfigured(f"{PAGE_SIZE_MAX} orders changed at {asked}: a page of this door holds no more")
        cursor = f"{_MID}{newest}" if is_full else max(newest, since.removeprefix(_MID))
        return Page([delivery_of(row, self._setup) for row in rows], cursor, is_full)

    def parse(self, delivery: Delivery) -> Translation:
        """Translate an order as it stands."""
        return translation_of(delivery, self._setup)

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Make it so; the same key has one effect."""
        if not isinstance(command, (SetStock, *TAKES)):
            raise Rejected(f"{type(command).__name__} is not pushed to Medusa: see `tally connector list`")
        self._keys.refuse_another(command, key)
        return self._shelves.tell(command) if isinstance(command, SetStock) else self._orders.push(command, key)

    def ask(self, question: Struct) -> Struct:
        """Say what became of a command, or what the shop would sell now."""
        if isinstance(question, StockAsked):
            return self._shelves.answer(question, self._clock())
        if not isinstance(question, OutcomeAsked):
            raise Misconfigured(f"Medusa is not asked {type(question).__name__}: see `tally connector list`")
        command = question.command
        if isinstance(command, SetStock):
            return Outcome(self._shelves.shown(command))
        if isinstance(command, TAKES):
            return Outcome(self._orders.became(command, question.key))
        raise Misconfigured(f"{type(command).__name__} is not pushed to Medusa: see `tally connector list`")


def _asked(since: str) -> str:
    """Return the moment to ask from; raise `Misconfigured` for what is no cursor of this door."""
    if not since or since.startswith(_MID):
        return since.removeprefix(_MID)
    try:
        at = datetime.fromisoformat(since)
    except ValueError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad
    return (at - OVERLAP).isoformat(timespec="milliseconds").replace("+00:00", "Z")
