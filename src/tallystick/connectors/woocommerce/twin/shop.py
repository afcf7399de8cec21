"""The shop itself, in memory: what WooCommerce would answer, its odd ways included, so that the door can be tried."""

import base64
import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.woocommerce.twin.samples import stamp
from tallystick.kit.marks import marks_in
from tallystick.kit.twins.server import Heard, Said
from tallystick.messages.channels import PublishProduct, SetStock, TellShipment
from tallystick.messages.payments import AuthorisePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.messages.stock import HeldLine

ROOT: Final = "/wp-json/wc/v3"
_NOTE: Final = "_tally_key_"
Words = Callable[[Any, str, Any], Struct]


class Shop:
    """Orders by number, products by SKU, and every effect in our words, in order."""

    def __init__(self, key: str, secret: str) -> None:
        """Open with nothing; let in who knows *key* and *secret*."""
        self._credentials = "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.orders: dict[int, Any] = {}
        self.refunds: dict[int, list[Any]] = {}
        self.products: dict[str, Any] = {}
        self.effects: list[Struct] = []
        self.gateway_refuses = False
        self.takes_no = ""
        """The beginning of a product's name that the shop refuses."""
        self._opened: tuple[Any, ...] = ()
        self._next = 9000

    def open(self) -> None:
        """Remember how everything stands now."""
        self._opened = copy.deepcopy((self.orders, self.refunds, self.products))

    def renew(self) -> None:
        """Let everything stand as it did: what was carried out once cannot be carried out again."""
        self.orders, self.refunds, self.products = copy.deepcopy(self._opened)

    def place(self, order: Any, *refunds: Any) -> None:
        """Take an order with its refunds, which it tells in short."""
        self.orders[order["id"]], self.refunds[order["id"]] = order, list(refunds)
        order["refunds"] = [_short(r) for r in refunds]

    def sell(self, sku: str, units: int | None, parent: int = 0) -> None:
        """Have a product, or a variation of the product *parent*; without *units* its stock is not counted."""
        said = {
            "id": self._id(),
            "sku": sku,
            "parent_id": parent,
            "name": sku,
            "regular_price": "",
            "status": "publish",
        }
        self.products[sku] = {**said, "manage_stock": units is not None, "stock_quantity": units}

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("authorization") != self._credentials:
            return _said(401, {"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot list resources."})
        path = heard.path.removeprefix(ROOT)
        parts = path.strip("/").split("/")
        if path == "/data/currencies/current":
            return _said(200, {"code": "EUR", "name": "Euro"})
        if parts[0] == "products":
            return self._of_products(heard, parts)
        if path == "/orders":
            return self._listed(heard)
        return self._of_order(heard, parts)

    def _of_order(self, heard: Heard, parts: list[str]) -> Said:
        order = self.orders.get(int(parts[1]))
        if order is None:
            return _said(404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."})
        if parts[2:] == ["refunds"]:
            is_made = heard.method == "POST"
            return self._refund(order, json.loads(heard.body)) if is_made else _said(200, self.refunds[order["id"]])
        return self._change(order, json.loads(heard.body)) if heard.method == "PUT" else _said(200, order)

    def _listed(self, heard: Heard) -> Said:
        """List orders after a stamp, which WordPress compares without its equals."""
        asked, by = heard.query, f"date_{'modified' if heard.query['orderby'] == 'modified' else 'created'}_gmt"
        after = asked.get("modified_after") or asked["after"]
        rows = sorted((o for o in self.orders.values() if o[by] > after), key=lambda o: (o[by], o["id"]))
        start = int(asked["offset"])
        return _said(200, rows[start : start + int(asked["per_page"])])

    def _change(self, order: Any, told: Any) -> Said:
        """Set a status and notes. A note under a name that is there takes its place."""
        before = {m["key"] for m in order["meta_data"]}
        for note in told.get("meta_data", ()):
            order["meta_data"] = [m for m in order["meta_data"] if m["key"] != note["key"]] + [note]
        order["status"] = told.get("status", order["status"])
        at = stamp(datetime.now(UTC))
        order["date_modified_gmt"] = at
        if order["status"] == "completed":
            order["date_completed_gmt"] = order["date_completed_gmt"] or at
        for note in told.get("meta_data", ()):
            if note["key"].startswith(_NOTE) and note["key"] not in before:
                self.effects.append(_effect(order, note["value"], told))
        return _said(200, order)

    def _refund(self, order: Any, told: Any) -> Said:
        if told["api_refund"] and self.gateway_refuses:
            return _said(
                500, {"code": "woocommerce_rest_cannot_create_order_refund", "message": "The gateway said no."}
            )
        if _minor(told["amount"]) > _minor(order["total"]) + sum(_minor(r["total"]) for r in order["refunds"]):
            return _said(
                500, {"code": "woocommerce_rest_cannot_create_order_refund", "message": "Invalid refund amount."}
            )
        made = {"id": self._id(), "date_created_gmt": stamp(datetime.now(UTC)), "line_items": []}
        refund = {**made, "amount": told["amount"], "reason": told["reason"]}
        self.refunds[order["id"]].append(refund)
        order["refunds"].append(_short(refund))
        (mark,) = marks_in(told["reason"])
        amount = _minor(told["amount"])
        self.effects.append(PayRefund(f"web-{order['id']}", mark.number or 0, "web", "EUR/2", amount))
        return _said(201, refund)

    def _of_products(self, heard: Heard, parts: list[str]) -> Said:
        if heard.method in {"PUT", "POST"} and parts[-1] != "batch":
            return self._sold(json.loads(heard.body), "" if heard.method == "POST" else parts[-1])
        if heard.method == "POST":
            found = [
                self._stock(int(parts[1]) if len(parts) > 2 else 0, one) for one in json.loads(heard.body)["update"]
            ]
            return _said(200, {"update": found})
        if "sku" in heard.query:
            wanted = heard.query["sku"].split(",")
            return _said(200, [p for p in self.products.values() if p["sku"] in wanted])
        parent = int(parts[1]) if len(parts) > 2 else 0
        rows = [self._with_variations(p) for p in self.products.values() if p["parent_id"] == parent]
        start = (int(heard.query["page"]) - 1) * int(heard.query["per_page"])
        return _said(200, rows[start : start + int(heard.query["per_page"])])

    def _sold(self, told: Any, number: str) -> Said:
        """Make a product, or change the one of a *number*; a SKU goes to one product only."""
        if self.takes_no and told.get("name", "").startswith(self.takes_no):
            return _said(400, {"code": "woocommerce_rest_invalid_param", "message": "Invalid parameter(s): name"})
        if number:
            known = next(p for p in self.products.values() if str(p["id"]) == number)
        else:
            known = self.products.setdefault(told["sku"], {"id": self._id(), "parent_id": 0})
        known.update(told)
        is_sold, description = known["status"] == "publish", known.get("description", "")
        price = _minor(known["regular_price"])
        self.effects.append(
            PublishProduct("web", known["sku"], known["name"], "EUR/2", price, is_sold=is_sold, description=description)
        )
        return _said(200 if number else 201, known)

    def _with_variations(self, product: Any) -> Any:
        found = [p["id"] for p in self.products.values() if p["parent_id"] == product["id"]]
        return {**product, "variations": found} if not product["parent_id"] else product

    def _stock(self, parent: int, told: Any) -> Any:
        """Set the stock of one of a batch; what is not there is told beside the others."""
        known = [p for p in self.products.values() if p["id"] == told["id"] and p["parent_id"] == parent]
        if not known:
            error = {"code": "woocommerce_rest_product_invalid_id", "message": "Invalid ID.", "data": {"status": 404}}
            return {"id": told["id"], "error": error}
        known[0].update(stock_quantity=told["stock_quantity"], manage_stock=told["manage_stock"])
        self.effects.append(SetStock("web", known[0]["sku"], told["stock_quantity"], 1))
        return known[0]

    def _id(self) -> int:
        self._next += 1
        return self._next


def _effect(order: Any, note: str, told: Any) -> Struct:
    """Read what a note and a status say back into our words."""
    words, name = note.partition(" [tally ")[0], f"web-{order['id']}"
    if words.startswith("parcel "):
        parcel = next(json.loads(m["value"]) for m in told["meta_data"] if m["key"].startswith("_tally_parcel_"))
        lines = tuple(_held(order, int(n), units) for n, units in sorted(parcel["lines"].items()))
        return TellShipment("web", name, parcel["shipment"], lines, parcel["carrier"], parcel["tracking"])
    if words.startswith("asked to hold "):
        amount, currency = words.split()[-2:]
        return AuthorisePayment(name, "web", currency, int(amount))
    if words == "let go":
        return VoidPayment(name, "web")
    return RefuseOrder(name, words, (), "web") if words == "no stock" else CancelOrder(name, words, "web")


def _held(order: Any, line: int, units: int) -> HeldLine:
    lines = sorted(order["line_items"], key=lambda x: int(x["id"]))
    return HeldLine(line, lines[line - 1]["sku"], units)


def _short(refund: Any) -> Any:
    return {"id": refund["id"], "reason": refund["reason"], "total": f"-{refund['amount']}"}


def _minor(text: str) -> int:
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    whole, _, cents = digits.partition(".")
    return sign * (int(whole) * 100 + int(cents.ljust(2, "0")))


def _said(status: int, told: Any) -> Said:
    return Said(status, json.dumps(told).encode(), {"content-type": "application/json"})
