"""The shop itself, in memory: what a real one would answer, its odd stamps included, so that the door can be tried.

It reads no GraphQL: a question is known by the field it asks for.
"""

import copy
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import Struct

from tallystick.kit.twins.server import Heard, Said
from tallystick.messages.channels import PublishProduct, SetStock, TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.messages.stock import HeldLine

_FIELD: Final = re.compile(r"^[^{]*\{\s*(\w+)")
_MARK: Final = re.compile(r" ?\[tally [^\]]*\]")
_NUMBER: Final = re.compile(r"\[tally \S+ \S+ (-?\d+)\]")
_ASKED: Final = re.compile(r"^asked to hold (\d+) (\S+):")
_EFFECTS: Final = frozenset(
    {
        "cancelOrder",
        "refundOrder",
        "settlePayment",
        "cancelPayment",
        "transitionFulfillmentToState",
        "updateProductVariants",
    }
)
PLACED: Final = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
Answer = dict[str, Any]


def field_of(heard: Heard) -> str:
    """Return what a request asks for."""
    found = _FIELD.match(json.loads(heard.body)["query"])
    return found[1] if found else ""


def has_effect(heard: Heard) -> bool:
    """Say whether a request is the one in which a command has its effect."""
    field = field_of(heard)
    if field == "addNoteToOrder":
        return bool(_ASKED.match(json.loads(heard.body)["variables"]["input"]["note"]))
    return field in _EFFECTS


def stamp(at: datetime) -> str:
    """Write a moment as Vendure does."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Shop:
    """Orders by code, products by SKU, and every effect in our words, in order."""

    def __init__(self, password: str) -> None:
        """Open with nothing; let in who knows *password*."""
        self._password = password
        self.orders: dict[str, Any] = {}
        self.variants: dict[str, Any] = {}
        self.effects: list[Struct] = []
        self._opened: tuple[Any, Any] = ({}, {})
        self._next = 100

    def open(self) -> None:
        """Remember how everything stands now."""
        self._opened = copy.deepcopy((self.orders, self.variants))

    def renew(self) -> None:
        """Let everything stand as it did: what was carried out once cannot be carried out again."""
        self.orders, self.variants = copy.deepcopy(self._opened)

    def place(self, order: Any) -> None:
        """Take an order."""
        self.orders[order["code"]] = order

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        asked = json.loads(heard.body)
        field, variables = field_of(heard), asked["variables"]
        if field == "login":
            known = variables["password"] == self._password
            said: Answer = {"__typename": "CurrentUser"} if known else {"errorCode": "INVALID", "message": "who?"}
            return _said({"data": {"login": said}}, {"vendure-auth-token": "canary-of-the-session"})
        if heard.headers.get("authorization") != "Bearer canary-of-the-session":
            return _said({"errors": [{"message": "not you", "extensions": {"code": "FORBIDDEN"}}], "data": None})
        do: Callable[[Answer], Any] = getattr(self, f"_{field}")
        return _said({"data": do(variables)})

    def _orders(self, told: Answer) -> Answer:
        options = told["options"]
        found = [o for o in self.orders.values() if _fits(o, options.get("filter", {}))]
        for field in options.get("sort", {}):
            found.sort(key=lambda o: str(o[field]))
        skip, take = options.get("skip", 0), options["take"]
        return {"orders": {"totalItems": len(found), "items": found[skip : skip + take]}}

    def _cancelOrder(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        asked = told["input"]
        order, reason = self._by_id(asked["orderId"]), _MARK.sub("", asked["reason"])
        by_id = {line["id"]: line for line in order["lines"]}
        lines = tuple(
            HeldLine(order["lines"].index(by_id[x["orderLineId"]]) + 1, _sku(by_id[x["orderLineId"]]), x["quantity"])
            for x in asked["lines"]
        )
        for x in asked["lines"]:
            by_id[x["orderLineId"]]["quantity"] -= x["quantity"]
        if not any(line["quantity"] for line in order["lines"]):
            order["state"] = "Cancelled"
        order["updatedAt"] = stamp(datetime.now(UTC))
        self._write(order, "ORDER_CANCELLATION", {"reason": asked["reason"], "lines": asked["lines"]})
        made: dict[str, Struct] = {
            "R": RefuseOrder(order["code"], reason, (), "web"),
            "C": CancelOrder(order["code"], reason, "web"),
            "L": CancelLines(order["code"], "web", lines, reason),
        }
        self.effects.append(made[order["code"][0]])
        return {"cancelOrder": {"__typename": "Order", "id": order["id"], "state": order["state"]}}

    def _refundOrder(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        asked = told["input"]
        order, payment = self._payment(asked["paymentId"])
        at = stamp(datetime.now(UTC))
        refund = {
            "id": self._id(),
            "total": asked["amount"],
            "state": "Pending",
            "reason": asked["reason"],
            "transactionId": None,
            "createdAt": at,
            "updatedAt": at,
        }
        payment["refunds"].append(refund)
        number = _NUMBER.search(asked["reason"])
        currency = f"{order['currencyCode']}/2"
        self.effects.append(PayRefund(order["code"], int(number[1]) if number else 0, "web", currency, asked["amount"]))
        return {"refundOrder": {"__typename": "Refund", **refund}}

    def _settlePayment(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        order, payment = self._payment(told["id"])
        payment["state"] = "Settled"
        self.effects.append(CapturePayment(order["code"], "web", f"{order['currencyCode']}/2", payment["amount"]))
        return {"settlePayment": {"__typename": "Payment", "id": payment["id"], "state": "Settled"}}

    def _cancelPayment(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        order, payment = self._payment(told["id"])
        payment["state"] = "Cancelled"
        self.effects.append(VoidPayment(order["code"], "web"))
        return {"cancelPayment": {"__typename": "Payment", "id": payment["id"], "state": "Cancelled"}}

    def _addNoteToOrder(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        order, note = self._by_id(told["input"]["id"]), told["input"]["note"]
        self._write(order, "ORDER_NOTE", {"note": note})
        if asked := _ASKED.match(note):
            self.effects.append(AuthorisePayment(order["code"], "web", asked[2], int(asked[1])))
        return {"addNoteToOrder": {"id": order["id"]}}

    def _addFulfillmentToOrder(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        arguments = {a["name"]: a["value"] for a in told["input"]["handler"]["arguments"]}
        wanted = told["input"]["lines"][0]["orderLineId"]
        order = next(o for o in self.orders.values() if any(line["id"] == wanted for line in o["lines"]))
        parcel = {
            "id": self._id(),
            "state": "Pending",
            "method": arguments["method"],
            "trackingCode": arguments["trackingCode"],
            "lines": told["input"]["lines"],
        }
        order["fulfillments"].append(parcel)
        return {"addFulfillmentToOrder": {"__typename": "Fulfillment", **parcel}}

    def _transitionFulfillmentToState(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        for order in self.orders.values():
            for parcel in order["fulfillments"]:
                if parcel["id"] == told["id"]:
                    parcel["state"] = told["state"]
                    self.effects.append(_shipment(order, parcel))
                    return {"transitionFulfillmentToState": {"__typename": "Fulfillment", "id": parcel["id"]}}
        raise KeyError(told["id"])

    def _productVariants(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        wanted = [told["sku"]] if "sku" in told else told["options"].get("filter", {}).get("sku", {}).get("in")
        found = [v for sku, v in self.variants.items() if wanted is None or sku in wanted]
        return {"productVariants": {"totalItems": len(found), "items": found}}

    def _globalSettings(self, _told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        return {"globalSettings": {"outOfStockThreshold": 2}, "stockLocations": {"items": [{"id": "1"}, {"id": "2"}]}}

    def _updateProductVariants(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        for change in told["input"]:
            variant = next(v for v in self.variants.values() if v["id"] == change["id"])
            self.effects.append(_stocked(variant, change) if "stockLevels" in change else _published(variant, change))
        return {"updateProductVariants": [{"id": change["id"]} for change in told["input"]]}

    def _product(self, _told: Answer) -> Answer:
        return {"product": None}

    def _updateProduct(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        product = next(v["product"] for v in self.variants.values() if v["product"]["id"] == told["input"]["id"])
        product["description"] = told["input"]["translations"][0]["description"]
        return {"updateProduct": {"id": product["id"]}}

    def _createProduct(self, _told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        return {"createProduct": {"id": self._id()}}

    def _createProductVariants(self, told: Answer) -> Answer:  # noqa: N802 - Vendure's own name
        (asked,) = told["input"]
        self.sell(asked["sku"], asked["translations"][0]["name"])
        return {"createProductVariants": [{"id": self.variants[asked["sku"]]["id"]}]}

    def sell(self, sku: str, name: str, allocated: int = 0) -> None:
        """Have a product, in two stock locations, and no price yet."""
        self.variants[sku] = {
            "id": self._id(),
            "sku": sku,
            "name": name,
            "product": {"id": f"P-{sku}", "name": name, "description": ""},
            "price": 0,
            "currencyCode": "USD",
            "enabled": False,
            "outOfStockThreshold": 0,
            "useGlobalOutOfStockThreshold": True,
            "stockLevels": [
                {"stockLocationId": "1", "stockOnHand": 4, "stockAllocated": allocated},
                {"stockLocationId": "2", "stockOnHand": 3, "stockAllocated": -1},
            ],
        }

    def _by_id(self, number: str) -> Any:
        return next(o for o in self.orders.values() if o["id"] == number)

    def _payment(self, number: str) -> tuple[Any, Any]:
        return next((o, p) for o in self.orders.values() for p in o["payments"] if p["id"] == number)

    def _write(self, order: Any, kind: str, data: Answer) -> None:
        at = stamp(datetime.now(UTC))
        order["history"]["items"].append({"id": self._id(), "type": kind, "createdAt": at, "data": data})

    def _id(self) -> str:
        self._next += 1
        return str(self._next)


def order_of(code: str, number: int, state: str = "Settled") -> Any:
    """Return an order as the shop tells it, with a field that nobody knows."""
    placed = PLACED + timedelta(minutes=number)
    payment = {"id": f"9{number}", "method": "card", "amount": 4928, "state": state, "transactionId": f"tx-{number}"}
    stamps = {"createdAt": stamp(placed), "updatedAt": stamp(placed)}
    return {
        "id": str(number),
        "code": code,
        "state": f"Payment{state}",
        "type": "Regular",
        "currencyCode": "USD",
        "totalWithTax": 4928,
        "orderPlacedAt": stamp(placed),
        "loyaltyTier": "nobody knows this",
        # Long before it was placed: the basket was filled then, and nothing moves this stamp afterwards.
        "createdAt": stamp(placed - timedelta(hours=2)),
        "updatedAt": stamp(placed - timedelta(hours=1)),
        "customer": {"id": "77", "emailAddress": "ada@example.test", "firstName": "Ada", "lastName": "Quill"},
        "shippingAddress": {"fullName": "Ada Quill", "countryCode": "US"},
        "lines": [_line(f"5{number}", "LÄMP/1", (3, 2003, 2204)), _line(f"6{number}", "MUG", (1, 10, 10))],
        "shippingLines": [
            {"id": "1", "discountedPrice": 500, "discountedPriceWithTax": 550, "shippingMethod": {"code": "parcel"}}
        ],
        "surcharges": [],
        "payments": [{**payment, **stamps, "errorMessage": None, "refunds": []}],
        "fulfillments": [],
        "history": {"items": []},
    }


def _line(number: str, sku: str, priced: tuple[int, int, int]) -> Any:
    units, net, gross = priced
    return {
        "id": number,
        "quantity": units,
        "orderPlacedQuantity": units,
        "productVariant": {"sku": sku},
        "proratedLinePrice": net,
        "proratedLinePriceWithTax": gross,
        "proratedUnitPrice": round(net / units),
        "proratedUnitPriceWithTax": round(gross / units),
        "taxLines": [{"description": "std", "taxRate": 10}],
    }


def _shipment(order: Any, parcel: Any) -> TellShipment:
    numbers = {line["id"]: n for n, line in enumerate(order["lines"], 1)}
    lines = tuple(
        HeldLine(numbers[x["orderLineId"]], _sku(order["lines"][numbers[x["orderLineId"]] - 1]), x["quantity"])
        for x in parcel["lines"]
    )
    return TellShipment("web", order["code"], parcel["trackingCode"], lines, parcel["method"])


def _stocked(variant: Any, change: Any) -> SetStock:
    """Take stock levels over; what may be sold is on hand less allocated less what is kept back."""
    told = {level["stockLocationId"]: level["stockOnHand"] for level in change["stockLevels"]}
    for level in variant["stockLevels"]:
        level["stockOnHand"] = told[level["stockLocationId"]]
    free = sum(level["stockOnHand"] - level["stockAllocated"] for level in variant["stockLevels"]) - 2
    return SetStock("web", variant["sku"], free, 1)


def _published(variant: Any, change: Any) -> PublishProduct:
    price = change["prices"][0]
    name = change["translations"][0]["name"]
    variant.update(name=name, enabled=change["enabled"], price=price["price"], currencyCode=price["currencyCode"])
    currency, description = f"{price['currencyCode']}/2", variant["product"]["description"]
    return PublishProduct("web", variant["sku"], name, currency, price["price"], change["enabled"], description)


def _sku(line: Any) -> str:
    sku: str = line["productVariant"]["sku"]
    return sku


def _fits(order: Any, wanted: Answer) -> bool:
    for field, condition in wanted.items():
        if "eq" in condition and order[field] != condition["eq"]:
            return False
        if "after" in condition and _moment(order[field]) <= _moment(condition["after"]):
            return False
    return True


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _said(told: Answer, headers: dict[str, str] | None = None) -> Said:
    return Said(200, json.dumps(told).encode(), {"content-type": "application/json", **(headers or {})})
