"""Stock in the shop: what it is told to show, and what it would sell."""

import threading
from datetime import datetime

import msgspec

from tallystick.connectors.medusa.client import Client
from tallystick.connectors.medusa.money import units
from tallystick.connectors.medusa.setup import Setup
from tallystick.connectors.medusa.wire import InventoryItem, Level
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Acknowledgement, Rejected


class Shelves:
    """The inventory levels of one stock location. Threads may share it."""

    def __init__(self, client: Client, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup
        self._told: dict[str, int] = {}
        self._telling = threading.Lock()

    def tell(self, command: SetStock) -> Acknowledgement:
        """Show what *command* says; an older one after a newer is nothing new."""
        with self._telling:
            item, level = self._level(command.sku)
            if command.version >= self._told.get(command.sku, 0) and _free(level) != command.available:
                stocked = command.available + units(level.reserved_quantity)
                path = f"/admin/inventory-items/{item.id}/location-levels/{level.location_id}"
                self._client.post(path, {"stocked_quantity": stocked})
            self._told[command.sku] = max(command.version, self._told.get(command.sku, 0))
        return Acknowledgement(item.id)

    def shown(self, command: SetStock) -> Acknowledgement | None:
        """Say whether the shop shows what *command* said."""
        item, level = self._level(command.sku)
        return Acknowledgement(item.id) if _free(level) == command.available else None

    def answer(self, asked: StockAsked, at: datetime) -> StockStatementReported:
        """Return what the shop would sell now: stocked less reserved."""
        wanted, lines = set(asked.skus), []
        for item in self._items(()):
            level = self._mine(item)
            if item.sku and level is not None and (not wanted or item.sku in wanted):
                lines.append(CountedUnits(item.sku, _free(level)))
        name = f"{asked.keeper}/{at.isoformat(timespec='seconds')}"
        return StockStatementReported(name, asked.keeper, "on_hand", tuple(sorted(lines, key=lambda x: x.sku)))

    def _level(self, sku: str) -> tuple[InventoryItem, Level]:
        items = [item for item in self._items((sku,)) if item.sku == sku]
        if len(items) != 1:
            raise Rejected(f"sku: {len(items)} inventory items of the shop have the SKU {sku!r}: give it to one")
        level = self._mine(items[0])
        if level is None:
            raise Rejected(
                f"sku: {sku!r} is not stocked at {self._setup.stock_location}: add the location to it in the shop"
            )
        return items[0], level

    def _mine(self, item: InventoryItem) -> Level | None:
        return next((x for x in item.location_levels or () if x.location_id == self._setup.stock_location), None)

    def _items(self, skus: tuple[str, ...]) -> list[InventoryItem]:
        return [msgspec.convert(row, InventoryItem) for row in self._client.items(skus)]


def _free(level: Level) -> int:
    return units(level.stocked_quantity) - units(level.reserved_quantity)
