"""Medusa's admin API over HTTP: which address, which key, which page. What it means is elsewhere."""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from tallystick.connectors.medusa.manifest import PAGE_SIZE_MAX
from tallystick.kit.calls import RETRY_SECONDS, Call, Calls, Reply
from tallystick.kit.limits import Limits
from tallystick.ports.connector import Connection, InDoubt, Rejected, Retryable

FIELDS: Final = (
    "id,display_id,status,created_at,updated_at,currency_code,total,metadata,*items,*items.tax_lines,items.subtotal,"
    "items.tax_total,*shipping_methods,shipping_methods.subtotal,shipping_methods.tax_total,shipping_address.country_code,"
    "*payment_collections.payments,*payment_collections.payments.captures,*payment_collections.payments.refunds,"
    "*fulfillments,*fulfillments.items"
)
"""All that is read of an order; no name, street or e-mail address is."""
_ORDERS: Final = "/admin/orders"
_NOT_FOUND: Final = 404


class Client:
    """Calls to one shop. Reads may be repeated by anybody; a write whose answer was lost is `InDoubt`."""

    def __init__(self, connection: Connection, limits: Limits) -> None:
        """Speak to the shop of *connection*. Nothing is sent yet."""
        key = connection.secret("api_key")
        said = base64.b64encode(f"{key}:".encode()).decode()
        self._calls = Calls(connection.url, limits, lambda: {"authorization": f"Basic {said}"}, [key, said])

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def changed(self, since: str) -> list[Any]:
        """Return the first orders that changed at *since* (ISO 8601) or later, in the order of their changes."""
        asked = {"fields": FIELDS, "limit": PAGE_SIZE_MAX, "order": "updated_at"}
        return self._rows(_ORDERS, "orders", asked | ({"updated_at[$gte]": since} if since else {}))

    def order(self, number: str) -> Any:
        """Return an order by the shop's id; raise `Rejected` where there is none."""
        path = f"{_ORDERS}/{quote(number, safe='')}"
        reply = self._calls.read(Call(path=path, params={"fields": FIELDS}, accept={_NOT_FOUND}))
        if reply.status == _NOT_FOUND:
            raise Rejected(f"the shop has no order {number}: see who made it up, and the setting `order_prefix`")
        told = _read(reply)
        if not isinstance(told, dict) or "order" not in told:
            raise Retryable(f"{path} is answered by no order", RETRY_SECONDS)
        return told["order"]

    def items(self, skus: tuple[str, ...]) -> list[Any]:
        """Return the shop's inventory items with their levels, of some SKUs or all."""
        found: list[Any] = []
        while True:
            asked = {"fields": "id,sku,*location_levels", "limit": PAGE_SIZE_MAX, "offset": len(found)}
            page = self._rows("/admin/inventory-items", "inventory_items", asked | ({"sku": skus[0]} if skus else {}))
            found += page
            if len(page) < PAGE_SIZE_MAX:
                return found

    def post(self, path: str, told: Mapping[str, Any]) -> Any:
        """Make something so; raise `InDoubt` when nobody knows whether it is."""
        reply = self._calls.write(Call(method="POST", path=path, json=told))
        try:
            return _read(reply)
        except Retryable as cut:  # It was carried out, whatever its answer says.
            raise InDoubt(str(cut)) from cut

    def _rows(self, path: str, name: str, params: Mapping[str, Any]) -> list[Any]:
        told = _read(self._calls.read(Call(path=path, params=params)))
        rows = told.get(name) if isinstance(told, dict) else None
        if not isinstance(rows, list):
            raise Retryable(f"{path} is answered by no list of {name}", RETRY_SECONDS)
        return rows


def _read(reply: Reply) -> Any:
    """Read an answer with amounts as text: a number with a fraction never becomes a float."""
    reply.json()  # It says what is wrong with an answer that is none.
    return json.loads(reply.body, parse_float=str)
