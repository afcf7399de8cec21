"""Stock in the shop: what it is told to show, and what it shows and counts."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from tallystick.connectors.shopify import questions
from tallystick.connectors.shopify.client import Shopify
from tallystick.connectors.shopify.deliveries import stock_delivery
from tallystick.connectors.shopify.manifest import STOCK_TOGETHER_MAX
from tallystick.connectors.shopify.setup import Setup, gid
from tallystick.connectors.shopify.wire import Item
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Acknowledgement, ConnectorError, Misconfigured, Page, Rejected, Retryable

_ITEMS_IN_PAGE: Final = 100
_SKUS_TOGETHER_MAX: Final = 50
_STALE: Final = frozenset({"CHANGE_FROM_QUANTITY_STALE"})
_STALE_SECONDS: Final = 1.0
AVAILABLE: Final = "available"
Result = Acknowledgement | ConnectorError


class Shelves:
    """The stock of one shop. Threads may share it."""

    def __init__(self, client: Shopify, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup, self._primary = client, setup, ""

    def location(self) -> str:
        """Return the global id of the shop's location that shows our stock."""
        if self._setup.shopify_location:
            return gid("Location", self._setup.shopify_location)
        if not self._primary:
            found = self._client.ask(questions.LOCATION)["location"]
            if not found:
                raise Misconfigured("the shop has no primary location: name one by the setting `shopify_location`")
            self._primary = found["id"]
        return self._primary

    def tell(self, commands: Sequence[SetStock]) -> list[Result]:
        """Show what *commands* say, together; each is answered for itself, and the newest of a SKU counts."""
        newest: dict[str, SetStock] = {}
        for command in commands:
            if command.sku not in newest or newest[command.sku].version <= command.version:
                newest[command.sku] = command
        found = self._items(tuple(newest))
        results: dict[str, Result | None] = {sku: _refusal(sku, found.get(sku, ())) for sku in newest}
        wanted = [(found[c.sku][0], c) for c in newest.values() if results[c.sku] is None]
        for start in range(0, len(wanted), STOCK_TOGETHER_MAX):
            failure = self._set(wanted[start : start + STOCK_TOGETHER_MAX])
            results |= {c.sku: failure or _acknowledged(i) for i, c in wanted[start : start + STOCK_TOGETHER_MAX]}
        return [_told(results[c.sku], c) for c in commands]

    def shown(self, command: SetStock) -> Acknowledgement | None:
        """Say whether the shop shows what *command* said."""
        items = self._items((command.sku,)).get(command.sku, [])
        if _refusal(command.sku, items) or _available(items[0]) != command.available:
            return None
        return _acknowledged(items[0])

    def answer(self, asked: StockAsked, at: datetime) -> StockStatementReported:
        """Return what the shop would sell now."""
        found = self._items(asked.skus)
        lines = tuple(CountedUnits(s, _available(i[0])) for s, i in sorted(found.items()) if not _refusal(s, i))
        return StockStatementReported(
            f"{asked.keeper}/{at.isoformat(timespec='seconds')}", asked.keeper, "on_hand", lines
        )

    def counters(self, since: str, now: datetime) -> Page:
        """Return what the shop counts as committed, if it is time to ask; the cursor says when it was asked last."""
        if since and now < _moment(since) + timedelta(minutes=self._setup.stock_minutes):
            return Page((), since, more=False)
        items = list(self._nodes(""))
        return Page((stock_delivery(items, now, self._setup),), now.isoformat(), more=False)

    def _set(self, wanted: Sequence[tuple[Item, SetStock]]) -> ConnectorError | None:
        """Set what differs, each only if it is still what was read; return what hinders all of them."""
        location = self.location()
        changes = [
            {
                "inventoryItemId": item.id,
                "locationId": location,
                "quantity": command.available,
                "changeFromQuantity": _available(item),
            }
            for item, command in wanted
            if _available(item) != command.available
        ]
        if not changes:
            return None
        told = {"name": AVAILABLE, "reason": "correction", "quantities": changes}
        # Each is a request of its own: what was compared makes it safe, and an old answer would be no answer.
        said = self._client.tell(questions.SET_STOCK, input=told, key=str(uuid.uuid4()))
        if said.codes() & _STALE:
            return Retryable("the shop has sold or counted meanwhile: its order comes first", _STALE_SECONDS)
        try:
            said.so()
        except Rejected as refused:
            return refused
        return None

    def _items(self, skus: Sequence[str]) -> dict[str, list[Item]]:
        """Return the items of *skus*, or all of them where none is named."""
        found: dict[str, list[Item]] = {}
        for start in range(0, max(1, len(skus)), _SKUS_TOGETHER_MAX):
            some = skus[start : start + _SKUS_TOGETHER_MAX]
            for node in self._nodes(" OR ".join(f'sku:"{_quoted(sku)}"' for sku in some)):
                item = msgspec.convert(node, Item)
                # The shop's search is generous: only the very SKU counts.
                if item.sku and (not skus or item.sku in some):
                    found.setdefault(item.sku, []).append(item)
        return found

    def _nodes(self, query: str) -> list[Any]:
        wanted = {"first": _ITEMS_IN_PAGE, "query": query or None, "location": self.location()}
        found: list[Any] = []
        after = None
        while True:
            told = self._client.ask(questions.ITEMS, after=after, **wanted)["inventoryItems"]
            found += told["nodes"]
            if not told["pageInfo"]["hasNextPage"]:
                return found
            after = told["pageInfo"]["endCursor"]


def _refusal(sku: str, items: Sequence[Item]) -> Rejected | None:
    """Return why the stock of a SKU cannot be told."""
    if not items:
        return Rejected(f"sku: the shop sells no {sku!r}: publish it first, or give it this SKU there")
    if len(items) > 1:
        return Rejected(f"sku: {len(items)} items of the shop go under {sku!r}: give them their own")
    if items[0].inventory_level is None or not items[0].tracked:
        return Rejected(
            f"sku: {sku!r} is not tracked or not stocked at the shop's location: see its inventory in Shopify"
        )
    return None


def _told(result: Result | None, command: SetStock) -> Result:
    return result if result is not None else Acknowledgement(f"sku/{command.sku}")


def _available(item: Item) -> int:
    return item.inventory_level.of(AVAILABLE) if item.inventory_level else 0


def _acknowledged(item: Item) -> Acknowledgement:
    return Acknowledgement(f"item/{item.id.rpartition('/')[2]}")


def _quoted(sku: str) -> str:
    return sku.replace("\\", "\\\\").replace('"', '\\"')


def _moment(since: str) -> datetime:
    try:
        return datetime.fromisoformat(since)
    except ValueError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad
