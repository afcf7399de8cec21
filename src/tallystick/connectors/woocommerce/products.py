"""Products in the shop: one for each SKU, made where it is missing; what is sold no more becomes a draft."""

import threading
from typing import Any

from tallystick.connectors.woocommerce.client import WooCommerce
from tallystick.messages.channels import PublishProduct
from tallystick.model.amount import AmountError, decimals_of, format_decimal, parse_decimal
from tallystick.ports.connector import Acknowledgement, InDoubt, Rejected

_SOLD, _KEPT_BACK = "publish", "draft"


class Products:
    """The products of one shop. Threads may share it."""

    def __init__(self, client: WooCommerce) -> None:
        """Speak over *client*."""
        self._client, self._currency, self._lock = client, "", threading.Lock()

    def publish(self, command: PublishProduct) -> Acknowledgement:
        """Sell a product under its name and price, or no longer. Said again, it changes nothing."""
        self._check_currency(command)
        known = self._known(command.sku)
        if known is None and not command.is_sold:
            return Acknowledgement(f"sku/{command.sku}")
        if known is not None and _is_so(known, command):
            return _acknowledged(known)
        made = self._client.write(*_way_to(known), _told(command, is_new=known is None))
        if not isinstance(made, dict) or "id" not in made:
            raise InDoubt(f"sku {command.sku}: the shop does not say what it made of it")
        return _acknowledged(made)

    def shown(self, command: PublishProduct) -> Acknowledgement | None:
        """Say whether the shop sells it so."""
        known = self._known(command.sku)
        return _acknowledged(known) if known and _is_so(known, command) else None

    def _known(self, sku: str) -> Any:
        if "," in sku:
            raise Rejected(f"sku: WooCommerce finds no SKU with a comma, such as {sku!r}: give the product another one")
        rows = self._client.rows("/products", sku=sku, per_page=2, status="any")
        found = [row for row in rows if row.get("sku") == sku]
        if len(found) > 1:
            raise Rejected(f"sku: {len(found)} products of the shop go under {sku!r}: give them their own")
        return found[0] if found else None

    def _check_currency(self, command: PublishProduct) -> None:
        """A price in WooCommerce names no currency: it is in the shop's own, which is asked for once."""
        with self._lock:
            self._currency = self._currency or str(self._client.read("/data/currencies/current").get("code", ""))
        if command.currency.partition("/")[0] != self._currency:
            raise Rejected(
                f"currency: the shop sells in {self._currency}, not in {command.currency}: name a price list in its "
                "currency in the rules of publication"
            )


def _way_to(known: Any) -> tuple[str, str]:
    if known is None:
        return "POST", "/products"
    if known.get("parent_id"):
        return "PUT", f"/products/{known['parent_id']}/variations/{known['id']}"
    return "PUT", f"/products/{known['id']}"


def _told(command: PublishProduct, *, is_new: bool) -> dict[str, Any]:
    """Return what the shop is told; a new product begins without stock, which is told by itself."""
    told = {
        "name": command.name,
        "regular_price": format_decimal(command.price, decimals_of(command.currency)),
        "status": _SOLD if command.is_sold else _KEPT_BACK,
    }
    if command.description:
        told["description"] = command.description
    stock: dict[str, Any] = {"sku": command.sku, "type": "simple", "manage_stock": True, "stock_quantity": 0}
    return told | stock if is_new else told


def _is_so(known: Any, command: PublishProduct) -> bool:
    """A variation is named by its product, so its name is not compared."""
    status = _SOLD if command.is_sold else _KEPT_BACK
    is_named = bool(known.get("parent_id")) or known.get("name") == command.name
    is_told = not command.description or known.get("description") == command.description
    return is_named and is_told and known.get("status") == status and _price(known, command.currency) == command.price


def _price(known: Any, currency: str) -> int | None:
    try:
        return parse_decimal(str(known.get("regular_price", "")), decimals_of(currency))
    except AmountError:
        return None


def _acknowledged(known: Any) -> Acknowledgement:
    return Acknowledgement(f"product/{known['id']}")
