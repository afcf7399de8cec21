"""Medusa in memory, as far as the door uses it: orders as they stand, payments, fulfilments, and levels of stock."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.connectors.medusa.marks import PREFIX, TAKES
from tallystick.kit.twins.server import Heard, Said
from tallystick.messages.channels import SetStock

BEGIN: Final = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
PLACE: Final = "sloc_1"
Record = dict[str, Any]
_KINDS: Final = {kind.__name__: kind for kind in TAKES}


def stamp(n: int) -> str:
    """Return the *n*th moment as Medusa writes it."""
    return (BEGIN + timedelta(seconds=n)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def order_of(number: str, at: int) -> Record:
    """Return an order of a lamp, whose tax is no whole cent, and a mug at no tax, paid but for the taking."""
    items = [
        {"id": "ordli_2", "variant_sku": "MUG", "quantity": 1, "subtotal": 0.1, "tax_total": 0},
        {"id": "ordli_1", "variant_sku": "LÄMP/1", "quantity": 3, "subtotal": 30.99, "tax_total": 5.8881},
    ]
    held = {"id": f"pay_{number}", "amount": 42.9171, "created_at": stamp(at), "captures": [], "refunds": []}
    return {
        "id": number,
        "display_id": at // 60 + 1,
        "status": "pending",
        "created_at": stamp(at),
        "updated_at": stamp(at),
        "currency_code": "eur",
        "items": items,
        "shipping_methods": [{"id": "ordsm_1", "name": "Std", "subtotal": 4.99, "tax_total": 0.9481}],
        "shipping_address": {"country_code": "de"},
        "payment_collections": [{"id": f"pay_col_{number}", "payments": [{**held, "canceled_at": None}]}],
        "fulfillments": [],
        "metadata": None,
        "nobody_knows": "kept",
    }


class Shop:
    """One shop. Whatever is written to an order moves it to the end of what changed; a capture does not."""

    def __init__(self, api_key: str) -> None:
        """Open with nothing; answer those who know *api_key*."""
        self._said = f"Basic {base64.b64encode(f'{api_key}:'.encode()).decode()}"
        self._moments = 10_000
        self.orders: dict[str, Record] = {}
        self.items: dict[str, Record] = {}
        self.effects: list[Struct] = []
        """What took effect, in our words: what was done, by the mark its order bore."""

    def place(self, number: str, at: int) -> Record:
        """Take an order."""
        self.orders[number] = order_of(number, at)
        return self.orders[number]

    def stock(self, sku: str, stocked: int, reserved: int) -> None:
        """Keep units of a product."""
        level = {"location_id": PLACE, "stocked_quantity": stocked, "reserved_quantity": reserved}
        self.items[f"iitem_{sku}"] = {"id": f"iitem_{sku}", "sku": sku, "location_levels": [level]}

    def touch(self, order: Record) -> None:
        """Move an order to the end of what changed."""
        self._moments += 1
        order["updated_at"] = stamp(self._moments)

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("authorization") != self._said:
            return _said(401, {"message": "Unauthorized"})
        told = json.loads(heard.body) if heard.method == "POST" else {}
        return self._routed(heard, told)

    def _routed(self, heard: Heard, told: Record) -> Said:
        said = _said(404, {"message": "not found"})
        match heard.path.strip("/").split("/")[1:]:
            case ["orders"]:
                said = self._changed(heard)
            case ["inventory-items"]:
                sku = heard.query.get("sku")
                found = [i for i in self.items.values() if sku in (None, i["sku"])]
                said = _said(200, {"inventory_items": found[int(heard.query["offset"]) :]})
            case ["inventory-items", number, "location-levels", _]:
                said = self._level(self.items[number], told)
            case ["payments", number, verb]:
                said = self._pay(number, verb, told)
            case ["orders", number, *rest] if number in self.orders:
                said = self._order(self.orders[number], rest, (heard.method, told))
        return said

    def _changed(self, heard: Heard) -> Said:
        since = heard.query.get("updated_at[$gte]", "")
        found = sorted(
            (o for o in self.orders.values() if o["updated_at"] >= since), key=lambda o: str(o["updated_at"])
        )
        return _said(200, {"orders": found[: int(heard.query["limit"])]})

    def _order(self, order: Record, rest: list[str], asked: tuple[str, Record]) -> Said:
        method, told = asked
        if method == "GET":
            return _said(200, {"order": order})
        if not rest:
            order["metadata"] = (order["metadata"] or {}) | told["metadata"]
            self._did(order, "AuthorisePayment")
        elif rest == ["cancel"]:
            order["status"] = "canceled"
            self._did(order)
        elif rest == ["fulfillments"]:
            number = f"ful_{len(order['fulfillments']) + 1}"
            order["fulfillments"].append({"id": number, "metadata": told["metadata"], "shipped_at": None})
        else:
            (parcel,) = [f for f in order["fulfillments"] if f["id"] == rest[1]]
            parcel["shipped_at" if rest[2] == "shipments" else "delivered_at"] = stamp(self._moments)
            if rest[2] == "shipments":
                self._did(order)
        self.touch(order)
        return _said(200, {"order": order})

    def _pay(self, number: str, verb: str, told: Record) -> Said:
        order = self.orders[number.removeprefix("pay_")]
        (payment,) = order["payment_collections"][0]["payments"]
        taken = payment["captures" if verb == "capture" else "refunds"]
        amount = told.get("amount", payment["amount"])
        taken.append({"id": f"{verb}_{len(taken) + 1}", "amount": amount, "created_at": stamp(self._moments)})
        taken[-1]["note"] = told.get("note")
        self._did(order)
        if verb == "refund":
            self.touch(order)
        return _said(200, {"payment": payment})

    def _level(self, item: Record, told: Record) -> Said:
        (level,) = item["location_levels"]
        level["stocked_quantity"] = told["stocked_quantity"]
        free = level["stocked_quantity"] - level["reserved_quantity"]
        self.effects.append(SetStock("shop", item["sku"], free, 1))
        return _said(200, {"inventory_item": item})

    def _did(self, order: Record, only: str = "") -> None:
        """Note what took effect: the command that was written down last."""
        marks = [said for name, said in (order["metadata"] or {}).items() if name.startswith(PREFIX)]
        kind, _, body = (marks or [" "])[-1].partition(" ")
        if kind in ({only} if only else set(_KINDS)):
            self.effects.append(msgspec.json.decode(body, type=_KINDS[kind]))


def takes_effect(heard: Heard) -> bool:
    """Say whether a request is the one in which a command takes effect: not the mark before it, nor the parcel packed."""
    if heard.method != "POST":
        return False
    last = heard.path.rsplit("/", 1)[-1]
    return (
        "location-levels" in heard.path
        or last in {"cancel", "capture", "refund", "shipments"}
        or (b"AuthorisePayment" in heard.body)
    )


def _said(status: int, told: Record) -> Said:
    return Said(status, json.dumps(told).encode(), {"content-type": "application/json"})
