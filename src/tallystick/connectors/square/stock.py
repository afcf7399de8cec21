"""Stock at the store: what it is told to have for sale, and what it counts."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tallystick.connectors.square.catalogue import VARIATION, variations_of
from tallystick.connectors.square.client import Square
from tallystick.connectors.square.manifest import STOCK_TOGETHER_MAX
from tallystick.connectors.square.pages import COUNTS
from tallystick.connectors.square.setup import Setup
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Acknowledgement, ConnectorError, Rejected

CHANGES: Final = "/v2/inventory/changes/batch-create"
IN_STOCK: Final = "IN_STOCK"
Result = Acknowledgement | ConnectorError


class Shelves:
    """The stock of one store. Threads may share it."""

    def __init__(self, client: Square, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup

    def tell(self, commands: Sequence[SetStock], now: datetime) -> list[Result]:
        """Count what *commands* say, together; each is answered for itself, and the newest of a SKU counts."""
        newest: dict[str, SetStock] = {}
        for command in commands:
            if command.sku not in newest or newest[command.sku].version <= command.version:
                newest[command.sku] = command
        found = variations_of(self._client, tuple(newest))
        results: dict[str, Result] = {
            sku: _refusal(sku, found.get(sku, [])) or _acknowledged(found[sku]) for sku in newest
        }
        wanted = [(found[s][0], c) for s, c in newest.items() if isinstance(results[s], Acknowledgement)]
        there = self._counted([name for name, _ in wanted])
        differing = [(name, c) for name, c in wanted if there.get(name) != c.available]
        for start in range(0, len(differing), STOCK_TOGETHER_MAX):
            self._set(differing[start : start + STOCK_TOGETHER_MAX], now)
        return [results[c.sku] for c in commands]

    def shown(self, command: SetStock) -> Acknowledgement | None:
        """Say whether the store has what *command* said."""
        names = variations_of(self._client, (command.sku,)).get(command.sku, [])
        if len(names) != 1 or self._counted(names).get(names[0]) != command.available:
            return None
        return _acknowledged(names)

    def answer(self, asked: StockAsked, at: datetime) -> StockStatementReported:
        """Return what the store has for sale now; what is no whole number of units is not named."""
        found = {sku: names[0] for sku, names in variations_of(self._client, asked.skus).items() if len(names) == 1}
        there = self._counted(list(found.values()))
        lines = tuple(CountedUnits(sku, there[name]) for sku, name in sorted(found.items()) if name in there)
        return StockStatementReported(
            f"{asked.keeper}/{at.isoformat(timespec='seconds')}", asked.keeper, "on_hand", lines
        )

    def _counted(self, names: Sequence[str]) -> dict[str, int]:
        """Return the whole units of variations at the store."""
        if not names:
            return {}
        told = {"catalog_object_ids": list(names), "location_ids": [self._setup.square_location], "states": [IN_STOCK]}
        found = {}
        for one in self._client.all(COUNTS, told, "counts"):
            whole, _, part = str(one.get("quantity")).partition(".")
            if whole.removeprefix("-").isdecimal() and not part.strip("0"):
                found[str(one["catalog_object_id"])] = int(whole)
        return found

    def _set(self, wanted: Sequence[tuple[str, SetStock]], now: datetime) -> None:
        """Count variations physically, all or none of them. A count says what is there, so saying it again changes nothing."""
        at = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        changes: list[Any] = [
            {
                "type": "PHYSICAL_COUNT",
                "physical_count": {
                    "catalog_object_id": name,
                    "catalog_object_type": VARIATION,
                    "state": IN_STOCK,
                    "location_id": self._setup.square_location,
                    "quantity": str(command.available),
                    "occurred_at": at,
                },
            }
            for name, command in wanted
        ]
        self._client.do(CHANGES, {"idempotency_key": str(uuid.uuid4()), "changes": changes})


def _refusal(sku: str, names: Sequence[str]) -> Rejected | None:
    if not names:
        return Rejected(f"sku: the catalogue has no {sku!r}: publish it first, or give a variation this SKU in Square")
    if len(names) > 1:
        return Rejected(f"sku: {len(names)} variations go under {sku!r}: give them their own")
    return None


def _acknowledged(names: Sequence[str]) -> Acknowledgement:
    return Acknowledgement(f"variation/{names[0]}")
