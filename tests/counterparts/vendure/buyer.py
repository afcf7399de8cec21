"""A buyer at the shop: basket, address, shipping, payment, all through the shop's own front door."""

from collections.abc import Mapping
from typing import Any, Final

from tests.counterparts.vendure.api import Api

_FAILED: Final = "... on ErrorResult{errorCode message}"
_ORDER: Final = "... on Order{id code state totalWithTax}" + _FAILED
_ADDRESS: Final = {
    "fullName": "Ada Quill",
    "streetLine1": "1 Test Street",
    "city": "Albany",
    "postalCode": "12207",
    "countryCode": "US",
}


class Buyer:
    """One visitor with a basket."""

    def __init__(self, url: str, mail: str) -> None:
        """Enter the shop at *url*."""
        self._api, self._mail = Api(url, "shop-api"), mail

    def fills(self, basket: Mapping[str, int]) -> "Buyer":
        """Put units of products (by variant id) into the basket, and come as far as the till."""
        api = self._api
        for variant, units in basket.items():
            add = "mutation($v:ID!,$q:Int!){addItemToOrder(productVariantId:$v,quantity:$q){" + _ORDER + "}}"
            api.one(add, v=variant, q=units)
        who = {"emailAddress": self._mail, "firstName": "Ada", "lastName": "Quill"}
        api.one("mutation($i:CreateCustomerInput!){setCustomerForOrder(input:$i){" + _ORDER + "}}", i=who)
        api.one("mutation($i:CreateAddressInput!){setOrderShippingAddress(input:$i){" + _ORDER + "}}", i=_ADDRESS)
        ways = api("{eligibleShippingMethods{id}}")["eligibleShippingMethods"]
        api.one("mutation($m:[ID!]!){setOrderShippingMethod(shippingMethodId:$m){" + _ORDER + "}}", m=[ways[0]["id"]])
        api.one('mutation{transitionOrderToState(state:"ArrangingPayment"){' + _ORDER + "}}")
        return self

    def pays(self, method: str = "card") -> Any:
        """Pay for all of it; return the order."""
        pay = "mutation($i:PaymentInput!){addPaymentToOrder(input:$i){" + _ORDER + "}}"
        order = self._api.one(pay, i={"method": method, "metadata": {}})
        self.leaves()
        return order

    def leaves(self) -> None:
        """Go away, with or without the goods."""
        self._api.close()


def buys(url: str, basket: Mapping[str, int], method: str = "card", mail: str = "ada@example.test") -> Any:
    """Go through the whole of it; return the order."""
    buyer = Buyer(url, mail)
    try:
        return buyer.fills(basket).pays(method)
    finally:
        buyer.leaves()


def variants(admin: Api) -> dict[str, str]:
    """Return the shop's variant ids by SKU."""
    found = admin("{productVariants{items{id sku}}}")["productVariants"]["items"]
    return {item["sku"]: item["id"] for item in found}


def counters(admin: Api, sku: str) -> tuple[int, int]:
    """Return what the shop counts of a product over all its locations: on hand, and allocated to open orders."""
    ask = (
        "query($s:String!){productVariants(options:{filter:{sku:{eq:$s}}})"
        "{items{stockLevels{stockOnHand stockAllocated}}}}"
    )
    (item,) = admin(ask, s=sku)["productVariants"]["items"]
    levels = item["stockLevels"]
    return sum(x["stockOnHand"] for x in levels), sum(x["stockAllocated"] for x in levels)
