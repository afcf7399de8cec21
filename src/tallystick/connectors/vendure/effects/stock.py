"""Stock in the shop: what it is told to show, and what it shows and counts."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.vendure import questions
from tallystick.connectors.vendure.client import Vendure
from tallystick.connectors.vendure.deliveries import stock_delivery
from tallystick.connectors.vendure.manifest import STOCK_TOGETHER_MAX
from tallystick.connectors.vendure.setup import Setup
from tallystick.connectors.vendure.wire import StockedVariant
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Acknowledgement, ConnectorError, Misconfigured, Page, Rejected

_VARIANTS_IN_PAGE: Final = 100
Result = Acknowledgement | ConnectorError


class Shop(Struct, frozen=True):
    """What all products of a shop share: what it keeps back of each, and where it keeps them."""

    threshold: int = 0
    locations: tuple[str, ...] = ()

    def free(self, variant: StockedVariant) -> int:
        """Return what the shop would sell of a product."""
        return variant.on_hand - variant.allocated - self.kept_back(variant)

    def kept_back(self, variant: StockedVariant) -> int:
        """Return what Vendure keeps back of a product; below zero it sells what it has not."""
        return self.threshold if variant.use_global_out_of_stock_threshold else variant.out_of_stock_threshold

    def showing(self, variant: StockedVariant, available: int, ours: str) -> dict[str, Any]:
        """Show all of it in one stock location: elsewhere only what is allocated there counts as there."""
        levels = {level.stock_location_id: level.stock_allocated for level in variant.stock_levels}
        levels[ours] = levels.get(ours, 0) + available + self.kept_back(variant)
        stock = [{"stockLocationId": place, "stockOnHand": units} for place, units in sorted(levels.items())]
        return {"id": variant.id, "stockLevels": stock}

    def location(self, wanted: str) -> str:
        """Return the stock location that is *wanted*, the first where none is named."""
        ours = wanted or (self.locations[0] if self.locations else "")
        if ours not in self.locations:
            raise Misconfigured(
                f"setting `stock_location`: {ours!r} is none of the shop's: {', '.join(self.locations) or 'none'}"
            )
        return ours


class Shelves:
    """The stock of one shop. Threads may share it."""

    def __init__(self, client: Vendure, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup
        self._told: dict[str, int] = {}
        self._telling = threading.Lock()

    def tell(self, commands: Sequence[SetStock]) -> list[Result]:
        """Show what *commands* say, together; each is answered for itself, and an older one after a newer is nothing new."""
        with self._telling:
            newest: dict[str, SetStock] = {}
            for command in commands:
                known = newest.get(command.sku)
                if command.version >= self._told.get(command.sku, 0) and (
                    not known or command.version >= known.version
                ):
                    newest[command.sku] = command
            found = self._variants(tuple(newest)) if newest else {}
            shop = self._shop() if found else Shop()
            differing = [c for c in newest.values() if c.sku in found and shop.free(found[c.sku]) != c.available]
            self._show(shop, [(found[c.sku], c.available) for c in differing])
            self._told |= {sku: c.version for sku, c in newest.items() if sku in found}
        return [_result(c, found.get(c.sku), is_old=c.sku not in newest) for c in commands]

    def shown(self, command: SetStock) -> Acknowledgement | None:
        """Say whether the shop shows what *command* said."""
        variant = self._variants((command.sku,)).get(command.sku)
        if variant is None or self._shop().free(variant) != command.available:
            return None
        return _acknowledged(variant)

    def answer(self, asked: StockAsked, at: datetime) -> StockStatementReported:
        """Return what the shop would sell now: on hand less allocated."""
        found, shop = self._variants(asked.skus), self._shop()
        lines = tuple(CountedUnits(sku, shop.free(found[sku])) for sku in sorted(found))
        name = f"{asked.keeper}/{at.isoformat(timespec='seconds')}"
        return StockStatementReported(name, asked.keeper, "on_hand", lines)

    def counters(self, since: str, now: datetime) -> Page:
        """Return what the shop counts as promised, if it is time to ask; the cursor says when it was asked last."""
        if since and now < _moment(since) + timedelta(minutes=self._setup.stock_minutes):
            return Page((), since, more=False)
        variants = [msgspec.to_builtins(v) for v in self._variants(()).values()]
        return Page((stock_delivery(variants, now, self._setup),), now.isoformat(), more=False)

    def _variants(self, skus: Sequence[str]) -> dict[str, StockedVariant]:
        """Return the variants of *skus*, or all of them where none is named."""
        wanted: dict[str, Any] = {"filter": {"sku": {"in": list(skus)}}} if skus else {}
        found: dict[str, StockedVariant] = {}
        skip = 0
        while True:
            options = {**wanted, "sort": {"id": "ASC"}, "take": _VARIANTS_IN_PAGE, "skip": skip}
            items = self._client.read(questions.STOCK, options=options)["productVariants"]["items"]
            for variant in (msgspec.convert(item, StockedVariant) for item in items):
                if variant.sku in found:
                    raise Misconfigured(
                        f"two products of the shop go under the SKU {variant.sku!r}: give them their own"
                    )
                found[variant.sku] = variant
            skip += len(items)
            if len(items) < _VARIANTS_IN_PAGE:
                return found

    def _shop(self) -> Shop:
        """Ask once for what all products share."""
        said = self._client.read(questions.GLOBAL_THRESHOLD)
        locations = tuple(place["id"] for place in said["stockLocations"]["items"])
        return Shop(int(said["globalSettings"]["outOfStockThreshold"]), locations)

    def _show(self, shop: Shop, wanted: Sequence[tuple[StockedVariant, int]]) -> None:
        """Set what is on hand so that on hand less allocated is what may be sold."""
        for start in range(0, len(wanted), STOCK_TOGETHER_MAX):
            ours = shop.location(self._setup.stock_location)
            together = wanted[start : start + STOCK_TOGETHER_MAX]
            told = [shop.showing(variant, units, ours) for variant, units in together]
            self._client.write(questions.SET_STOCK, input=told)


def _result(command: SetStock, variant: StockedVariant | None, *, is_old: bool) -> Result:
    if variant is not None:
        return _acknowledged(variant)
    if is_old:
        return Acknowledgement(f"sku/{command.sku}")
    return Rejected(f"sku: the shop sells no {command.sku!r}: publish it first, or give it this SKU there")


def _acknowledged(variant: StockedVariant) -> Acknowledgement:
    return Acknowledgement(f"variant/{variant.id}")


def _moment(since: str) -> datetime:
    try:
        return datetime.fromisoformat(since)
    except ValueError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad
