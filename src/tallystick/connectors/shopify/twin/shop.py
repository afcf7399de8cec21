"""The shop itself, in memory: what Shopify would answer over REST and GraphQL, so that the door can be tried.

It reads no GraphQL: a question is known by the field it asks for. It keeps keys and compares, as Shopify does.
"""

import base64
import copy
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.shopify.twin.samples import beside_of, stamp
from tallystick.kit.marks import marks_in
from tallystick.kit.twins.server import Heard, Said
from tallystick.messages.channels import SetStock, TellShipment
from tallystick.messages.payments import AuthorisePayment, CapturePayment, PayRefund, VoidPayment
from tallystick.messages.sales import CancelLines, CancelOrder, RefuseOrder
from tallystick.messages.stock import HeldLine

_FIELD: Final = re.compile(r"^[^{]*\{\s*(\w+)")
_MARK: Final = re.compile(r" ?\[tally [^\]]*\]")
_ASKED: Final = re.compile(r"^asked to hold (\d+) (\S+):")
_EFFECTS: Final = frozenset(
    ["orderCancel", "refundCreate", "orderCapture", "transactionVoid", "fulfillmentCreate", "inventorySetQuantities"]
)
_KEYED: Final = frozenset(["refundCreate", "inventorySetQuantities"])
_PAGE: Final = 4
"""So many of anything in a page, whatever is asked for: Shopify promises no more than the limit."""
LOCATION: Final = "gid://shopify/Location/655441491"
Answer = dict[str, Any]


def field_of(heard: Heard) -> str:
    """Return what a request of GraphQL asks for."""
    if heard.method != "POST" or not heard.body.startswith(b"{"):
        return ""
    found = _FIELD.match(json.loads(heard.body)["query"])
    return found[1] if found else ""


def has_effect(heard: Heard) -> bool:
    """Say whether a request is the one in which a command has its effect."""
    field = field_of(heard)
    if field == "metafieldsSet":
        return bool(_asked(json.loads(heard.body)["variables"]["note"]))
    return field in _EFFECTS


def _asked(note: Any) -> re.Match[str] | None:
    return _ASKED.match(json.loads(note["value"])["what"])


class Shop:
    """Orders by number, items by SKU, payouts, and every effect in our words, in order."""

    def __init__(self, token: str) -> None:
        """Open with nothing; let in who knows *token*."""
        self._token = token
        self.orders: dict[int, Any] = {}
        self.beside: dict[int, Any] = {}
        self.items: dict[str, Any] = {}
        self.payouts: list[Any] = []
        self.movements: dict[int, list[Any]] = {}
        self.effects: list[Struct] = []
        self._opened: tuple[Any, ...] = ()
        self._keys: dict[str, tuple[Any, Answer]] = {}
        self._next = 9000

    def open(self) -> None:
        """Remember how everything stands now."""
        self._opened = copy.deepcopy((self.orders, self.beside, self.items))

    def renew(self) -> None:
        """Let everything stand as it did: what was carried out once cannot be carried out again."""
        self.orders, self.beside, self.items = copy.deepcopy(self._opened)

    def place(self, order: Any, *deals: Any) -> None:
        """Take an order and its transactions."""
        self.orders[order["id"]], self.beside[order["id"]] = order, beside_of(*deals)

    def sell(self, sku: str, available: int, committed: int = 0, *, stocked: bool = True) -> None:
        """Have an item, kept at the location of the door or not."""
        quantities = [{"name": "available", "quantity": available}, {"name": "committed", "quantity": committed}]
        level = {"quantities": quantities} if stocked else None
        number = f"gid://shopify/InventoryItem/{self._id()}"
        self.items[sku] = {"id": number, "sku": sku, "tracked": True, "inventoryLevel": level}

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("x-shopify-access-token") != self._token:
            return Said(401, b'{"errors":"[API] Invalid API key or access token"}')
        if heard.method == "GET":
            return self._rest(heard)
        asked = json.loads(heard.body)
        field, variables = field_of(heard), asked["variables"]
        if field in _KEYED and "@idempotent" not in asked["query"]:
            return _said({"errors": [{"message": "@idempotent is missing", "extensions": {"code": "BAD_REQUEST"}}]})
        known = self._keys.get(variables.get("key", ""))
        if known:
            same = known[0] == variables
            return _said(known[1] if same else {"errors": [{"message": "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"}]})
        do: Callable[[Answer], Any] = getattr(self, f"_{field}")
        answer = {"data": {field: do(variables)}}
        if variables.get("key") and not answer["data"][field]["userErrors"]:
            self._keys[variables["key"]] = (variables, copy.deepcopy(answer))
        return _said(answer)

    def _rest(self, heard: Heard) -> Said:
        path, query = heard.path.partition("/admin/api/2026-04")[2], heard.query
        if path == "/orders.json":
            by, least = "updated_at", query.get("updated_at_min", "1970-01-01T00:00Z")
            if "created_at_min" in query or ("page_info" in query and _unpacked(query["page_info"])[0] == "created_at"):
                by, least = "created_at", query.get("created_at_min", "1970-01-01T00:00Z")
            rows = sorted(self.orders.values(), key=lambda o: (_moment(o[by]), o["id"]))
            found = [o for o in rows if _moment(o[by]) >= _moment(least)]
            return _paged(heard, "orders", found, lambda o: (by, o[by], o["id"]))
        if path == "/shopify_payments/payouts.json":
            found = [p for p in self.payouts if p["status"] == "paid" and p["date"] >= query.get("date_min", "")]
            return _paged(heard, "payouts", found, lambda p: (p["date"], p["id"]))
        number = int(_unpacked(query["page_info"])[2] if "page_info" in query else query["payout_id"])
        return _paged(heard, "transactions", self.movements[number], lambda t: ("", t["id"], number))

    def _nodes(self, told: Answer) -> Answer:
        found = []
        for name in told["ids"]:
            number = int(name.rpartition("/")[2])
            beside, order = self.beside.get(number), self.orders.get(number)
            known = {"presentmentCurrencyCode": order["presentment_currency"]} if order else {}
            found.append({"id": name, **known, **beside} if beside else None)
        return found  # type: ignore[return-value]

    def _order(self, told: Answer) -> Answer | None:
        number = int(told["id"].rpartition("/")[2])
        order = self.orders.get(number)
        if order is None:
            return None
        sent = {x["id"]: x["quantity"] for f in order["fulfillments"] for x in f["line_items"]}
        lines = [
            {**_line(x), "unfulfilledQuantity": x["current_quantity"] - sent.get(x["id"], 0)}
            for x in order["line_items"]
        ]
        return {
            "id": told["id"],
            "cancelledAt": order["cancelled_at"],
            "presentmentCurrencyCode": order["presentment_currency"],
            "lineItems": {"nodes": lines},
            "refunds": [_refund(r) for r in order["refunds"]],
            "fulfillments": [_fulfilment(f) for f in order["fulfillments"]],
            "fulfillmentOrders": {"nodes": [_to_fulfil(number, lines)]},
            **self.beside[number],
        }

    def _fulfillment(self, told: Answer) -> Answer:
        number = int(told["id"].rpartition("/")[2])
        return _fulfilment(next(f for o in self.orders.values() for f in o["fulfillments"] if f["id"] == number))

    def _location(self, _told: Answer) -> Answer:
        return {"id": LOCATION}

    def _metafieldsSet(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        note = told["note"]
        number = int(note["ownerId"].rpartition("/")[2])
        nodes = self.beside[number]["metafields"]["nodes"]
        if any(n["key"] == note["key"] for n in nodes):
            return {"metafields": [], "userErrors": [{"code": "STALE_OBJECT", "field": [], "message": "it is there"}]}
        nodes.append({"key": note["key"], "value": note["value"]})
        if asked := _asked(note):
            self.effects.append(AuthorisePayment(f"web-{number}", "web", asked[2], int(asked[1])))
        return {"metafields": [{"id": self._id()}], "userErrors": []}

    def _orderCancel(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        order = self._named(told["orderId"])
        order["cancelled_at"] = order["updated_at"] = stamp(datetime.now(UTC))
        reason, name = _MARK.sub("", told["staffNote"]), f"web-{order['id']}"
        is_refusal = told["reason"] == "INVENTORY"
        self.effects.append(RefuseOrder(name, reason, (), "web") if is_refusal else CancelOrder(name, reason, "web"))
        return {"job": {"id": self._id()}, "userErrors": []}

    def _refundCreate(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        asked = told["input"]
        order, at, number = self._named(asked["orderId"]), stamp(datetime.now(UTC)), self._id()
        lines = [_refund_line(x) for x in asked.get("refundLineItems", ())]
        payments = []
        for one in asked["transactions"]:
            made = {"id": self._id(), "order_id": order["id"], "kind": "refund", "status": "success"}
            payments.append({**made, "amount": one["amount"], "currency": "EUR", "gateway": one["gateway"]})
            self._deal(order, "REFUND", one["amount"], one["parentId"])
        refund = {"id": number, "order_id": order["id"], "created_at": at, "note": asked["note"]}
        order["refunds"].append({**refund, "refund_line_items": lines, "transactions": payments})
        self.effects.append(_paid_back(order, asked) if payments else _taken_off(order, asked))
        order["updated_at"] = at
        return {"refund": {"id": f"gid://shopify/Refund/{number}"}, "userErrors": []}

    def _orderCapture(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        asked = told["input"]
        order = self._named(asked["id"])
        made = self._deal(order, "CAPTURE", asked["amount"], asked["parentTransactionId"])
        self.effects.append(CapturePayment(f"web-{order['id']}", "web", "EUR/2", _minor(asked["amount"])))
        return {"transaction": {"id": made, "status": "SUCCESS"}, "userErrors": []}

    def _transactionVoid(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        number = next(n for n, b in self.beside.items() if any(d["id"] == told["id"] for d in b["transactions"]))
        made = self._deal(self.orders[number], "VOID", "0.00", told["id"])
        self.effects.append(VoidPayment(f"web-{number}", "web"))
        return {"transaction": {"id": made, "status": "SUCCESS"}, "userErrors": []}

    def _fulfillmentCreate(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        asked = told["fulfillment"]
        (part,) = asked["lineItemsByFulfillmentOrder"]
        order = self.orders[int(part["fulfillmentOrderId"].rpartition("/")[2])]
        units = [(int(x["id"].rpartition("/")[2]), x["quantity"]) for x in part["fulfillmentOrderLineItems"]]
        tracking, number = asked["trackingInfo"], self._id()
        parcel = {"id": number, "status": "success", "created_at": stamp(datetime.now(UTC))}
        lines = [{"id": line, "quantity": n} for line, n in units]
        order["fulfillments"].append({**parcel, "tracking_number": tracking["number"], "line_items": lines})
        held = tuple(_held(order, line, n) for line, n in units)
        self.effects.append(TellShipment("web", f"web-{order['id']}", tracking["number"], held, tracking["company"]))
        return {"fulfillment": {"id": f"gid://shopify/Fulfillment/{number}", "status": "SUCCESS"}, "userErrors": []}

    def _fulfillmentEventCreate(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        number = int(told["event"]["fulfillmentId"].rpartition("/")[2])
        parcel = next(f for o in self.orders.values() for f in o["fulfillments"] if f["id"] == number)
        parcel["shipment_status"] = told["event"]["status"]
        return {"fulfillmentEvent": {"id": self._id()}, "userErrors": []}

    def _inventoryItems(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        """Be as generous as the real search: give all items, whatever is asked for."""
        start = int(told["after"] or 0)
        some = list(self.items.values())[start : start + _PAGE]
        end = start + len(some)
        return {"nodes": some, "pageInfo": {"hasNextPage": end < len(self.items), "endCursor": str(end)}}

    def _inventorySetQuantities(self, told: Answer) -> Answer:  # noqa: N802 - Shopify's own name
        wanted = [(self._item(q["inventoryItemId"]), q) for q in told["input"]["quantities"]]
        for item, q in wanted:
            if q["changeFromQuantity"] != _shown(item)["quantity"]:
                stale = {"code": "CHANGE_FROM_QUANTITY_STALE", "field": [], "message": "it is another number by now"}
                return {"inventoryAdjustmentGroup": None, "userErrors": [stale]}
        for item, q in wanted:
            _shown(item)["quantity"] = q["quantity"]
            self.effects.append(SetStock("web", item["sku"], q["quantity"], 1))
        return {"inventoryAdjustmentGroup": {"id": self._id()}, "userErrors": []}

    def _item(self, number: str) -> Any:
        return next(i for i in self.items.values() if i["id"] == number)

    def _named(self, name: str) -> Any:
        return self.orders[int(name.rpartition("/")[2])]

    def _deal(self, order: Any, kind: str, amount: str, parent: str) -> str:
        number = f"gid://shopify/OrderTransaction/{self._id()}"
        money = {"presentmentMoney": {"amount": amount, "currencyCode": "EUR"}}
        made = {"id": number, "kind": kind, "status": "SUCCESS", "gateway": "shopify_payments", "amountSet": money}
        at = stamp(datetime.now(UTC))
        self.beside[order["id"]]["transactions"].append({**made, "createdAt": at, "parentTransaction": {"id": parent}})
        return number

    def _id(self) -> int:
        self._next += 1
        return self._next


def _shown(item: Any) -> Any:
    return item["inventoryLevel"]["quantities"][0]


def _line(line: Any) -> Answer:
    return {"id": f"gid://shopify/LineItem/{line['id']}", "sku": line["sku"], "quantity": line["quantity"]}


def _refund(refund: Any) -> Answer:
    total = sum(_minor(t["amount"]) for t in refund["transactions"])
    money = {"presentmentMoney": {"amount": f"{total / 100:.2f}", "currencyCode": "EUR"}}
    return {"id": f"gid://shopify/Refund/{refund['id']}", "note": refund["note"], "totalRefundedSet": money}


def _refund_line(asked: Any) -> Answer:
    line = int(asked["lineItemId"].rpartition("/")[2])
    return {"line_item_id": line, "quantity": asked["quantity"], "restock_type": asked["restockType"].lower()}


def _fulfilment(parcel: Any) -> Answer:
    lines = [
        {"quantity": x["quantity"], "lineItem": {"id": f"gid://shopify/LineItem/{x['id']}"}}
        for x in parcel["line_items"]
    ]
    return {
        "id": f"gid://shopify/Fulfillment/{parcel['id']}",
        "status": parcel["status"].upper(),
        "displayStatus": parcel.get("shipment_status", "FULFILLED"),
        "trackingInfo": [{"number": parcel["tracking_number"]}],
        "fulfillmentLineItems": {"nodes": lines},
    }


def _to_fulfil(number: int, lines: list[Any]) -> Answer:
    nodes = [
        {"id": x["id"].replace("LineItem", "FulfillmentOrderLineItem"), "remainingQuantity": x["unfulfilledQuantity"],
         "lineItem": {"id": x["id"]}}
        for x in lines
    ]  # fmt: skip
    return {"id": f"gid://shopify/FulfillmentOrder/{number}", "status": "OPEN", "lineItems": {"nodes": nodes}}


def _held(order: Any, line: int, units: int) -> HeldLine:
    ids = sorted(x["id"] for x in order["line_items"])
    sku = next(x["sku"] for x in order["line_items"] if x["id"] == line)
    return HeldLine(ids.index(line) + 1, sku, units)


def _paid_back(order: Any, asked: Any) -> PayRefund:
    (mark,) = marks_in(asked["note"])
    total = sum(_minor(t["amount"]) for t in asked["transactions"])
    return PayRefund(f"web-{order['id']}", mark.number or 0, "web", "EUR/2", total)


def _taken_off(order: Any, asked: Any) -> CancelLines:
    lines = []
    for one in asked["refundLineItems"]:
        line = next(x for x in order["line_items"] if x["id"] == int(one["lineItemId"].rpartition("/")[2]))
        line["current_quantity"] -= one["quantity"]
        lines.append(_held(order, line["id"], one["quantity"]))
    return CancelLines(f"web-{order['id']}", "web", tuple(lines), _MARK.sub("", asked["note"]))


def _paged(heard: Heard, name: str, rows: list[Any], place: Callable[[Any], tuple[Any, ...]]) -> Said:
    """Give a page, and the way to the next: a place in the order of rows, as Shopify's page_info is."""
    after = _unpacked(heard.query["page_info"]) if "page_info" in heard.query else None
    left = [r for r in rows if after is None or list(place(r)) > after]
    some, headers = left[:_PAGE], {}
    if len(left) > len(some):
        token = base64.urlsafe_b64encode(json.dumps(place(some[-1])).encode()).decode()
        headers = {"link": f'<https://shop.test{heard.path}?limit=4&page_info={token}>; rel="next"'}
    return _said({name: some}, headers)


def _unpacked(token: str) -> list[Any]:
    found: list[Any] = json.loads(base64.urlsafe_b64decode(token))
    return found


def _minor(text: str) -> int:
    whole, _, cents = text.partition(".")
    return int(whole) * 100 + int(cents.ljust(2, "0"))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _said(told: Any, headers: dict[str, str] | None = None) -> Said:
    more = {"content-type": "application/json", "x-shopify-api-version": "2026-04"}
    return Said(200, json.dumps(told).encode(), {**more, **(headers or {})})
