"""The shop itself, in memory: what a real one would answer, so that the door can be tried against its failures."""

import base64
import json
import re
from typing import Any, Final

from msgspec import Struct

from tallystick.kit.twins.server import Heard, Said
from tallystick.messages.channels import SetStock, TellShipment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.messages.stock import HeldLine

PAGE: Final = 3
"""Small, so that a few orders make several pages."""
_MARK: Final = re.compile(r" \[tally [^\]]*\]")
_PARCEL: Final = re.compile(r"^parcel (\S+) by (\S+) (\S+): (\d+) of (\S+)$")


class Shop:
    """Orders by number, stock records by SKU, and every effect in our words, in order."""

    def __init__(self, user: str, password: str) -> None:
        """Open with nothing; let in *user* with *password*."""
        self._key = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self.orders: dict[str, Any] = {}
        self.notes: dict[str, list[str]] = {}
        self.records: list[Any] = []
        self.effects: list[Struct] = []

    def place(self, number: str, minute: int) -> None:
        """Take an order, so many minutes after half past midnight."""
        self.orders[number] = order_of(number, minute)

    def sell(self, sku: str, allocated: int | None = None) -> None:
        """Have four of a product."""
        number = len(self.records) + 1
        url = f"http://shop.example/api/admin/stockrecords/{number}/"
        self.records.append({"url": url, "partner_sku": sku, "num_in_stock": 4, "num_allocated": allocated})

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("authorization") != self._key:
            return _said(401, {"detail": "Invalid username/password."})
        path = heard.path.removeprefix("/api/").strip("/").split("/")
        match path:
            case ["admin", "orders"]:
                newest = sorted(self.orders.values(), key=lambda o: str(o["date_placed"]), reverse=True)
                return _page("orders", newest, heard)
            case ["admin", "orders", number, "lines"]:
                return _page(f"orders/{number}/lines", self.orders[number]["tally_lines"], heard)
            case ["admin", "products"]:
                return _page("products", [{"stockrecords": [record]} for record in self.records], heard)
            case ["admin", "stockrecords", number]:
                return self._record(self.records[int(number) - 1], heard)
            case _:
                return self._status(path, heard)

    def _record(self, record: Any, heard: Heard) -> Said:
        if heard.method == "PATCH":
            record["num_in_stock"] = json.loads(heard.body)["num_in_stock"]
            free = record["num_in_stock"] - (record["num_allocated"] or 0)
            self.effects.append(SetStock("shop", record["partner_sku"], free, 1))
        return _said(200, record)

    def _status(self, path: list[str], heard: Heard) -> Said:
        """Answer as our own view in the shop does."""
        number = path[2] if len(path) == 4 else ""
        if number not in self.orders:
            return _said(404, {"detail": "Not found."})
        notes = self.notes.setdefault(number, [])
        if heard.method == "PATCH":
            told = json.loads(heard.body)
            self.orders[number]["status"] = told["status"]
            notes.append(told["note"])
            self.effects.append(_effect(number, _MARK.sub("", told["note"])))
        return _said(200, {"number": number, "status": self.orders[number]["status"], "notes": notes})


def order_of(number: str, minute: int) -> Any:
    """Return an order as the shop tells it, with a field that nobody knows; its lines are kept beside it."""
    lines = [("LÄMP/1", 3, "20.03", "22.04"), ("MUG", 1, "0.10", "0.10")]
    return {
        "number": number,
        "status": "new",
        "currency": "EUR",
        "total_incl_tax": "22.14",
        "owner": None,
        "email": "ada@example.test",
        "loyalty_tier": "nobody knows this",
        "date_placed": f"2026-03-29T00:{30 + minute}:00.000000+01:00",
        "lines": f"http://shop.example/api/admin/orders/{number}/lines/",
        "shipping_address": {"country": "http://shop.example/api/countries/AT/", "first_name": "Ada"},
        "tally_lines": [
            {
                "quantity": units,
                "price_excl_tax": net,
                "price_incl_tax": gross,
                "stockrecord": f"http://shop.example/api/products/{n}/stockrecords/{n}/",
            }
            for n, (_, units, net, gross) in enumerate(lines, 1)
        ],
    }


def _effect(number: str, note: str) -> Struct:
    name = f"shop-{number}"
    if parcel := _PARCEL.match(note):
        lines = (HeldLine(1, parcel[5], int(parcel[4])),)
        return TellShipment("shop", name, parcel[1], lines, parcel[2], parcel[3])
    return RefuseOrder(name, note, (), "shop") if note == "no stock" else CancelOrder(name, note, "shop")


def _page(where: str, rows: list[Any], heard: Heard) -> Said:
    start = int(heard.query.get("offset", 0))
    following = start + PAGE
    link = f"http://shop.example/api/admin/{where}/?offset={following}" if following < len(rows) else None
    told = [{k: v for k, v in row.items() if k != "tally_lines"} for row in rows[start:following]]
    return _said(200, {"count": len(rows), "next": link, "results": told})


def _said(status: int, told: Any) -> Said:
    return Said(status, json.dumps(told).encode(), {"content-type": "application/json"})
