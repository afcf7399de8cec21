"""What Vendure says of itself, by its own API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.counterparts.vendure.api import Api
from tests.counterparts.vendure.buyer import counters
from tests.landscape.systems import SKUS

PAGE: Final = 100
_ORDERS: Final = (
    "query($s:Int!){orders(options:{take:100,skip:$s,sort:{id:ASC},filter:{orderPlacedAt:{isNull:false}}})"
    "{totalItems items{id code state lines{id quantity orderPlacedQuantity productVariant{sku}}"
    " payments{amount state refunds{id total state}} fulfillments{state lines{orderLineId quantity}}}}}"
)
_SHIPPED: Final = ("Shipped", "Delivered")


@dataclass(frozen=True)
class ShopOrder:
    """An order as the shop has it: what it wants, what has left, what was paid and what went back, in cents."""

    is_cancelled: bool
    shipped: Mapping[str, int]
    paid: int
    refunded: int


def orders(admin: Api) -> dict[str, ShopOrder]:
    """Return every order that was placed, by code."""
    return {o["code"]: _order(o) for o in _all(admin)}


def pending_refunds(admin: Api) -> list[str]:
    """Return the refunds that the bank has not paid yet."""
    return [r["id"] for o in _all(admin) for p in o["payments"] or () for r in p["refunds"] if r["state"] == "Pending"]


def order_id(admin: Api, code: str) -> str:
    """Return the shop's id of an order."""
    return str(_named(admin, code)["id"])


def stock(admin: Api) -> dict[str, int]:
    """Return what the shop would sell of each product."""
    return {sku: there - allocated for sku in SKUS for there, allocated in [counters(admin, sku)]}


def _order(said: Any) -> ShopOrder:
    skus = {x["id"]: x["productVariant"]["sku"] for x in said["lines"]}
    shipped: dict[str, int] = {}
    for parcel in said["fulfillments"] or ():
        for x in parcel["lines"] if parcel["state"] in _SHIPPED else ():
            sku = skus[x["orderLineId"]]
            shipped[sku] = shipped.get(sku, 0) + x["quantity"]
    payments = said["payments"] or ()
    return ShopOrder(
        said["state"] == "Cancelled",
        shipped,
        sum(p["amount"] for p in payments if p["state"] == "Settled"),
        sum(r["total"] for p in payments for r in p["refunds"] if r["state"] == "Settled"),
    )


def _named(admin: Api, code: str) -> Any:
    ask = "query($c:String!){orders(options:{filter:{code:{eq:$c}}}){items{id lines{id productVariant{sku}}}}}"
    (found,) = admin(ask, c=code)["orders"]["items"]
    return found


def _all(admin: Api) -> list[Any]:
    found: list[Any] = []
    while True:
        page = admin(_ORDERS, s=len(found))["orders"]
        found += page["items"]
        if len(found) >= page["totalItems"]:
            return found
