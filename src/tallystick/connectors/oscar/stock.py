"""Stock in the shop: what it is told to show, and what it shows and counts."""

import threading
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from tallystick.connectors.oscar.client import Oscar, path_of
from tallystick.connectors.oscar.setup import Setup
from tallystick.connectors.oscar.translate import STOCK, delivery_of
from tallystick.connectors.oscar.wire import Product, StockRecord
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Acknowledgement, Misconfigured, Page, Rejected

PRODUCTS: Final = "/api/admin/products/"


class Shelves:
    """The stock records of one shop. Threads may share it."""

    def __init__(self, client: Oscar, setup: Setup) -> None:
        """Speak over *client*."""
        self._client, self._setup = client, setup
        self._paths: dict[str, str] = {}
        self._told: dict[str, int] = {}
        self._telling = threading.Lock()

    def tell(self, command: SetStock) -> Acknowledgement:
        """Show what *command* says; an older one after a newer is nothing new."""
        with self._telling:
            record = self._record(command.sku)
            if command.version >= self._told.get(command.sku, 0) and record.free != command.available:
                units = command.available + record.allocated
                self._client.change(path_of(record.url), num_in_stock=units)
            self._told[command.sku] = max(command.version, self._told.get(command.sku, 0))
        return _acknowledged(record)

    def shown(self, command: SetStock) -> Acknowledgement | None:
        """Say whether the shop shows what *command* said."""
        record = self._record(command.sku)
        return _acknowledged(record) if record.free == command.available else None

    def answer(self, asked: StockAsked, at: datetime) -> StockStatementReported:
        """Return what the shop would sell now: in stock less allocated."""
        wanted = set(asked.skus)
        free = {r.partner_sku: r.free for r in self._all() if not wanted or r.partner_sku in wanted}
        lines = tuple(CountedUnits(sku, units) for sku, units in sorted(free.items()))
        return StockStatementReported(
            f"{asked.keeper}/{at.isoformat(timespec='seconds')}", asked.keeper, "on_hand", lines
        )

    def counters(self, since: str, now: datetime) -> Page:
        """Return what the shop counts as promised, if it is time to ask; the cursor says when it was asked last."""
        if since and now < _moment(since) + timedelta(minutes=self._setup.stock_minutes):
            return Page((), since, more=False)
        said: Any = {"as_of": now.isoformat(timespec="seconds"), "records": msgspec.to_builtins(self._all())}
        return Page((delivery_of(STOCK, said, self._setup),), now.isoformat(), more=False)

    def _record(self, sku: str) -> StockRecord:
        if sku not in self._paths:
            self._paths = {record.partner_sku: path_of(record.url) for record in self._all()}
        if sku not in self._paths:
            raise Rejected(f"sku: no stock record of the shop has the partner SKU {sku!r}: give it to one")
        return msgspec.convert(self._client.read(self._paths[sku]), StockRecord)

    def _all(self) -> list[StockRecord]:
        found: dict[str, StockRecord] = {}
        for row in self._client.rows(PRODUCTS):
            for record in msgspec.convert(row, Product).stockrecords:
                if record.partner_sku in found:
                    raise Misconfigured(f"two stock records of the shop have the partner SKU {record.partner_sku!r}")
                found[record.partner_sku] = record
        return list(found.values())


def _acknowledged(record: StockRecord) -> Acknowledgement:
    return Acknowledgement(f"stockrecord/{record.url.rstrip('/').rpartition('/')[2]}")


def _moment(since: str) -> datetime:
    try:
        return datetime.fromisoformat(since)
    except ValueError as bad:
        raise Misconfigured(f"{since!r} is no cursor of this door: {bad}") from bad
