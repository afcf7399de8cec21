"""Stock in the shop: what it is told to show, and what it shows. WooCommerce takes off what it sells by itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from tallystick.connectors.woocommerce.client import WooCommerce
from tallystick.connectors.woocommerce.manifest import STOCK_TOGETHER_MAX
from tallystick.connectors.woocommerce.wire import Product
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import Acknowledgement, ConnectorError, InDoubt, Rejected

_SKUS_TOGETHER_MAX: Final = 25
_IN_PAGE: Final = 100
Result = Acknowledgement | ConnectorError


class Shelves:
    """The stock of one shop. Threads may share it."""

    def __init__(self, client: WooCommerce) -> None:
        """Speak over *client*."""
        self._client = client

    def tell(self, commands: Sequence[SetStock]) -> list[Result]:
        """Show what *commands* say, together; each is answered for itself, and the newest of a SKU counts."""
        newest: dict[str, SetStock] = {}
        for command in commands:
            if command.sku not in newest or newest[command.sku].version <= command.version:
                newest[command.sku] = command
        found = self._products(tuple(newest))
        results: dict[str, Result | None] = {sku: _refusal(sku, found.get(sku, [])) for sku in newest}
        differing: dict[int, list[tuple[Product, SetStock]]] = {}
        for sku, command in newest.items():
            if results[sku] is None and _shown(found[sku][0]) != command.available:
                differing.setdefault(found[sku][0].parent_id, []).append((found[sku][0], command))
        for parent, wanted in differing.items():
            for start in range(0, len(wanted), STOCK_TOGETHER_MAX):
                results |= self._set(parent, wanted[start : start + STOCK_TOGETHER_MAX])
        return [results[c.sku] or _acknowledged(found[c.sku][0]) for c in commands]

    def shown(self, command: SetStock) -> Acknowledgement | None:
        """Say whether the shop shows what *command* said."""
        products = self._products((command.sku,)).get(command.sku, [])
        if _refusal(command.sku, products) or _shown(products[0]) != command.available:
            return None
        return _acknowledged(products[0])

    def answer(self, asked: StockAsked, at: datetime) -> StockStatementReported:
        """Return what the shop would sell now; what it counts none of is not named."""
        found = self._products(asked.skus) if asked.skus else self._all()
        counted = {sku: _shown(ones[0]) for sku, ones in sorted(found.items()) if len(ones) == 1}
        lines = tuple(CountedUnits(sku, units) for sku, units in counted.items() if units is not None)
        return StockStatementReported(
            f"{asked.keeper}/{at.isoformat(timespec='seconds')}", asked.keeper, "on_hand", lines
        )

    def _set(self, parent: int, wanted: Sequence[tuple[Product, SetStock]]) -> dict[str, Result | None]:
        """Set the stock of products, or of one product's variations, and read what the shop made of each."""
        path = f"/products/{parent}/variations/batch" if parent else "/products/batch"
        told = [{"id": p.id, "manage_stock": True, "stock_quantity": c.available} for p, c in wanted]
        said = self._client.write("POST", path, {"update": told})
        made = said.get("update") if isinstance(said, dict) else None
        if not isinstance(made, list):
            raise InDoubt(f"{path} does not say what it made of each product")
        by_id = {one.get("id"): one for one in made if isinstance(one, dict)}
        return {c.sku: _made(by_id.get(p.id), c) for p, c in wanted}

    def _products(self, skus: Sequence[str]) -> dict[str, list[Product]]:
        """Return products and variations by SKU. The shop takes several with commas between, so one with a comma is not asked."""
        found: dict[str, list[Product]] = {}
        plain = [sku for sku in skus if "," not in sku]
        groups = [plain[n : n + _SKUS_TOGETHER_MAX] for n in range(0, len(plain), _SKUS_TOGETHER_MAX)]
        for some in groups:
            for row in self._client.rows("/products", sku=",".join(some), per_page=_IN_PAGE, status="any"):
                product = msgspec.convert(row, Product)
                if product.sku in some:
                    found.setdefault(product.sku, []).append(product)
        return found

    def _all(self) -> dict[str, list[Product]]:
        """Return all products that have a SKU, with the variations of those that have some."""
        found: dict[str, list[Product]] = {}
        for row in self._pages("/products"):
            rows = [row, *(self._pages(f"/products/{row['id']}/variations") if row.get("variations") else [])]
            for product in (msgspec.convert(one, Product) for one in rows):
                if product.sku:
                    found.setdefault(product.sku, []).append(product)
        return found

    def _pages(self, path: str) -> list[Any]:
        found: list[Any] = []
        page = 1
        while True:
            rows = self._client.rows(path, per_page=_IN_PAGE, page=page, orderby="id", order="asc")
            found += rows
            if len(rows) < _IN_PAGE:
                return found
            page += 1


def _made(one: Any, command: SetStock) -> Result | None:
    """Return what the shop made of one product: a batch is answered with 200 whatever became of each."""
    if one is None:
        return InDoubt(f"sku: the shop does not say what it made of {command.sku!r}")
    error = one.get("error")
    return Rejected(f"sku {command.sku}: {error.get('code')}: {error.get('message')}") if error else None


def _refusal(sku: str, products: Sequence[Product]) -> Rejected | None:
    if "," in sku:
        return Rejected(f"sku: WooCommerce finds no SKU with a comma, such as {sku!r}: give the product another one")
    if not products:
        return Rejected(f"sku: the shop sells no {sku!r}: publish it first, or give it this SKU there")
    if len(products) > 1:
        return Rejected(f"sku: {len(products)} products of the shop go under {sku!r}: give them their own")
    return None


def _shown(product: Product) -> int | None:
    """Return what the shop would sell; None where it does not count, or counts the whole product for all variations."""
    return product.stock_quantity if product.manage_stock is True else None


def _acknowledged(product: Product) -> Acknowledgement:
    return Acknowledgement(f"product/{product.id}")
