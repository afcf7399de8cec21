"""What a warehouse's papers need of Tryton: its company, places, the collective customer, and products by code."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.tryton.client import Tryton
from tallystick.connectors.tryton.translate import currency_of
from tallystick.ports.connector import Misconfigured, Rejected

ALL: Final = (0, None, None)
"""Offset, limit and order of a search that wants everything."""


class Place(Struct, frozen=True):
    """A warehouse and its zones, by Tryton's numbers."""

    id: int
    storage: int
    output: int


class Product(Struct, frozen=True):
    """A product and the unit it is counted in."""

    id: int
    unit: int


class Desk(Struct, frozen=True):
    """Everything a shipment refers to."""

    company: int
    currency: int
    customer: int
    address: int
    customer_zone: int
    places: Mapping[str, Place]

    def place(self, location: str) -> Place:
        """Return the warehouse *location* is; raise `Rejected` where Tryton has none of that code."""
        if location not in self.places:
            known = ", ".join(sorted(self.places)) or "none"
            raise Rejected(
                f"Tryton has no warehouse of the code {location!r} (it has: {known}): give it that code there"
            )
        return self.places[location]


def company_of(client: Tryton, name: str) -> tuple[int, int, str]:
    """Return the company *name* (the only one where it is empty), its currency's number, and what it counts in."""
    fields = ["party.name", "currency", "currency.code", "currency.digits"]
    found = client.read("model.company.company.search_read", [], *ALL, fields)
    mine = [c for c in found if not name or c["party."]["name"] == name]
    if len(mine) != 1:
        names = ", ".join(c["party."]["name"] for c in found) or "none"
        raise Misconfigured(f"which company of Tryton is meant? There are: {names}: name one in the setting `company`")
    client.context["company"] = mine[0]["id"]
    return mine[0]["id"], mine[0]["currency"], currency_of(mine[0])


def desk_of(client: Tryton, company: str, customer: str) -> Desk:
    """Read it; *customer* is the code of the collective party that shipments go to."""
    number, currency, _ = company_of(client, company)
    party = _customer(client, customer)
    fields = ["code", "storage_location", "output_location"]
    rows = client.read("model.stock.location.search_read", [["type", "=", "warehouse"]], *ALL, fields)
    places = {r["code"]: Place(r["id"], r["storage_location"], r["output_location"]) for r in rows if r["code"]}
    return Desk(number, currency, party["id"], party["addresses"][0], party["customer_location"], places)


def _customer(client: Tryton, code: str) -> Mapping[str, Any]:
    found = client.read(
        "model.party.party.search_read", [["code", "=", code]], *ALL, ["addresses", "customer_location"]
    )
    if len(found) != 1 or not found[0]["addresses"]:
        raise Misconfigured(
            f"the setting `customer` must be the code of one party of Tryton that has an address; {code!r} is not"
        )
    party: Mapping[str, Any] = found[0]
    return party


def products_of(client: Tryton, skus: Sequence[str]) -> dict[str, Product]:
    """Return products by code; raise `Rejected` for a code that no product has, or several have: we never guess."""
    wanted = sorted(set(skus))
    rows = client.read("model.product.product.search_read", [["code", "in", wanted]], *ALL, ["code", "default_uom"])
    found: dict[str, Product] = {}
    for row in rows:
        if row["code"] in found:
            raise Rejected(f"Tryton has several products of the code {row['code']!r}: leave it to one of them")
        found[row["code"]] = Product(row["id"], row["default_uom"])
    missing = [sku for sku in wanted if sku not in found]
    if missing:
        raise Rejected(f"Tryton has no product of the code {missing[0]!r}: create it there, or give one that code")
    return found
