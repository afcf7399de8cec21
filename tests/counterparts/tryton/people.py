"""The people of a Tryton warehouse, who do by its own buttons what no integration does for them."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from tallystick.connectors.tryton.client import Access, Tryton
from tallystick.connectors.tryton.values import decimal_value
from tallystick.ports.connector import Rejected
from tests.counterparts.tryton.server import PASSWORD, USER, Server

CUSTOMER: Final = "ONLINE"
OUT: Final = "model.stock.shipment.out"


class People:
    """They pick, pack, ship, receive, take back and count in the one warehouse of a seeded Tryton."""

    def __init__(self, server: Server, code: str = "WH") -> None:
        """Sign in, and name the warehouse."""
        self.client = Tryton(Access(server.url, server.database, USER, PASSWORD))
        self.client.context = self.client.read("model.res.user.get_preferences", True)
        fields = ["storage_location", "input_location", "output_location"]
        (self.place,) = self._all("stock.location", [["type", "=", "warehouse"]], fields)
        self.client.write("model.stock.location.write", [self.place["id"]], {"code": code})
        self.zones = {z["type"]: z["id"] for z in self._all("stock.location", [], ["type"])}
        (company,) = self._all("company.company", [], ["currency"])
        self.company, self.currency = company["id"], company["currency"]
        self.customer = self._customer()

    def close(self) -> None:
        """Go home."""
        self.client.close()

    def _all(self, model: str, domain: list[Any], fields: list[str]) -> list[Any]:
        rows: list[Any] = self.client.read(f"model.{model}.search_read", domain, 0, None, [["id", "ASC"]], fields)
        return rows

    def _customer(self) -> Mapping[str, Any]:
        values = {"name": "Online customers", "code": CUSTOMER, "addresses": [["create", [{}]]]}
        if not self._all("party.party", [["code", "=", CUSTOMER]], []):
            self.client.write("model.party.party.create", [values])
        (found,) = self._all("party.party", [["code", "=", CUSTOMER]], ["addresses"])
        row: Mapping[str, Any] = found
        return row

    def product(self, sku: str) -> int:
        """Return the number of a product."""
        (found,) = self._all("product.product", [["code", "=", sku]], [])
        number: int = found["id"]
        return number

    def stock(self, sku: str) -> int:
        """Return what Tryton counts of a product in the warehouse."""
        context = {"locations": [self.place["id"]], "stock_date_end": None}
        (row,) = self.client.read("model.product.product.read", [self.product(sku)], ["quantity"], context=context)
        return int(row["quantity"])

    def shipments(self, order: str) -> list[Any]:
        """Return an order's shipments."""
        return self._all("stock.shipment.out", [["reference", "like", f"{order} %"]], ["number", "state", "reference"])

    # ------------------------------------------------------------ what they do
    def count(self, **units: int) -> None:
        """Count products (`_` in a name stands for `-`), and confirm the count."""
        lines = [{"product": self.product(sku.replace("_", "-")), "quantity": float(n)} for sku, n in units.items()]
        made = self.client.write(
            "model.stock.inventory.create",
            [{"company": self.company, "location": self.place["storage_location"], "lines": [["create", lines]]}],
        )
        self.press("stock.inventory", "confirm", made)

    def send(self, order: str, short: int = 0) -> None:
        """Pick, pack and ship what waits of an order; *short* units of its first product are not found on the shelf."""
        waiting = [x["id"] for x in self.shipments(order) if x["state"] == "waiting"]
        if short:
            domain = [
                ["shipment", "=", f"stock.shipment.out,{waiting[0]}"],
                ["from_location", "=", self.place["storage_location"]],
            ]
            first = self._all("stock.move", domain, ["quantity"])[0]
            self.client.write("model.stock.move.write", [first["id"]], {"quantity": first["quantity"] - short})
        for button in ("assign_try", "pick", "pack", "do"):
            self.press("stock.shipment.out", button, waiting)

    def cancel(self, order: str) -> None:
        """Cancel an order's shipments."""
        self.press("stock.shipment.out", "cancel", [x["id"] for x in self.shipments(order)])

    def receive(self, sku: str, units: int, price: int, decimals: int = 3) -> str:
        """Take goods in from a supplier at a unit *price* in minor units; return the paper's number."""
        move = self._move(sku, units, self.zones["supplier"], self.place["input_location"])
        move["unit_price"] = decimal_value(price, decimals)
        return self._paper("stock.shipment.in", {"supplier": self._supplier(), "incoming_moves": [["create", [move]]]})

    def take_back(self, order: str, rma: str, **units: int) -> str:
        """Take goods back from a customer and put them into storage; return the paper's number."""
        moves = [
            self._move(sku.replace("_", "-"), n, self.zones["customer"], self.place["input_location"])
            for sku, n in units.items()
        ]
        values = {
            "customer": self.customer["id"],
            "contact_address": self.customer["addresses"][0],
            "reference": f"{order} {rma}",
            "incoming_moves": [["create", moves]],
        }
        return self._paper("stock.shipment.out.return", values)

    def _supplier(self) -> int:
        number: int = self._all("party.party", [["name", "=", "Lumen Works Ltd"]], [])[0]["id"]
        return number

    def _move(self, sku: str, units: int, origin: int, target: int) -> dict[str, Any]:
        return {
            "company": self.company,
            "product": self.product(sku),
            "unit": self._all("product.product", [["code", "=", sku]], ["default_uom"])[0]["default_uom"],
            "quantity": float(units),
            "from_location": origin,
            "to_location": target,
            "unit_price": decimal_value(0, 0),
            "currency": self.currency,
        }

    def _paper(self, model: str, values: Mapping[str, Any]) -> str:
        place = {
            "company": self.company,
            "warehouse": self.place["id"],
            "warehouse_input": self.place["input_location"],
            "warehouse_storage": self.place["storage_location"],
        }
        made = self.client.write(f"model.{model}.create", [{**place, **values}])
        for button in ("receive", "do"):
            self.press(model, button, made)
        number: str = self._all(model, [["id", "in", made]], ["number"])[0]["number"]
        return number

    def press(self, model: str, button: str, papers: list[int]) -> None:
        """Press a button; a warning is read and clicked away, as people do."""
        try:
            self.client.write(f"model.{model}.{button}", papers)
        except Rejected as warned:
            name = str(warned).partition(": ")[2].partition(" ")[0]
            user = self._all("res.user", [["login", "=", USER]], [])[0]["id"]
            with contextlib.suppress(Rejected):
                self.client.write("model.res.user.warning.create", [{"name": name, "user": user, "always": False}])
            self.client.write(f"model.{model}.{button}", papers)
