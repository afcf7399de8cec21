"""Amazon itself, in memory: what it would answer, so that the door can be tried."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import unquote

from msgspec import Struct

from tallystick.connectors.amazon.pages import DOCUMENTS, EVENTS, ORDERS, REPORTS
from tallystick.connectors.amazon.parcels import CANCELLING
from tallystick.connectors.amazon.stock import FEED_DOCUMENTS, FEEDS, LISTINGS
from tallystick.kit.twins.server import Heard, Said
from tallystick.messages.channels import SetStock, TellShipment
from tallystick.messages.sales import CancelOrder, RefuseOrder
from tallystick.messages.stock import HeldLine

PAGE: Final = 3
TOKEN: Final = "Atza|canary-of-the-access-token"  # noqa: S105 - made up, and looked for in all that is told
NO_STOCK, REGRET = "no stock", "regret"
_NEXT: Final = "NextToken"


def has_effect(heard: Heard) -> bool:
    """Say whether a request is the one in which a command has its effect."""
    return (
        heard.method == "PATCH"
        or heard.path.endswith("/shipmentConfirmation")
        or (heard.method, heard.path) == ("POST", FEEDS)
    )


class Market:
    """Orders, events, settlements, listings and feeds of one seller, and every effect in our words, in order."""

    def __init__(self, secrets: dict[str, str]) -> None:
        """Open with nothing; let in who knows *secrets*."""
        self._secrets = secrets
        self.url = ""
        self.orders: list[Any] = []
        self.items: dict[str, list[Any]] = {}
        self.events: list[tuple[str, Any]] = []
        self.settlements: list[tuple[str, str, str]] = []
        self.listings: dict[str, int] = {}
        self.documents: dict[str, bytes] = {}
        self.feeds: dict[str, dict[str, str]] = {}
        self.refuses: dict[str, str] = {}
        self.holds_feeds = False
        self.tokens = 0
        self.rates: dict[str, str] = {}
        self.effects: list[Struct] = []
        self._opened: tuple[Any, ...] = ()

    def open(self) -> None:
        """Remember how everything stands now."""
        self._opened = copy.deepcopy((self.orders, self.items, self.listings))

    def renew(self) -> None:
        """Let everything stand as it did: what was carried out once cannot be carried out again."""
        self.orders, self.items, self.listings = copy.deepcopy(self._opened)

    def grant(self, heard: Heard) -> Said:
        """Give an access token for the refresh token."""
        told = dict(part.split("=", 1) for part in heard.body.decode().split("&"))
        known = all(unquote(told.get(name, "")) == secret for name, secret in self._secrets.items())
        self.tokens += 1
        return (
            _said(200, {"access_token": TOKEN, "expires_in": 3600}) if known else _said(400, {"error": "invalid_grant"})
        )

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.path.startswith("/stored/"):
            return self._stored(heard)
        if heard.headers.get("x-amz-access-token") != TOKEN:
            return _said(
                403, {"errors": [{"code": "Unauthorized", "message": "Access to requested resource is denied."}]}
            )
        for pattern, method, answer in self._ways():
            if heard.method == method and (found := re.fullmatch(pattern, heard.path)):
                said = answer(heard, *map(unquote, found.groups()))
                rate = self.rates.get(pattern)
                return Said(said.status, said.body, {**said.headers, "x-amzn-RateLimit-Limit": rate}) if rate else said
        return _said(404, {"errors": [{"code": "NotFound", "message": heard.path}]})

    def _ways(self) -> tuple[tuple[str, str, Callable[..., Said]], ...]:
        return (
            (ORDERS, "GET", self._orders),
            (f"{ORDERS}/([^/]+)", "GET", self._order),
            (f"{ORDERS}/([^/]+)/orderItems", "GET", self._items),
            (f"{ORDERS}/([^/]+)/shipmentConfirmation", "POST", self._confirmed),
            (EVENTS, "GET", self._events),
            (REPORTS, "GET", self._reports),
            (f"{DOCUMENTS}/([^/]+)", "GET", self._document),
            (FEED_DOCUMENTS, "POST", self._new_document),
            (f"{FEED_DOCUMENTS}/([^/]+)", "GET", self._document),
            (FEEDS, "POST", self._fed),
            (f"{FEEDS}/([^/]+)", "GET", self._feed),
            (f"{LISTINGS}/[^/]+", "GET", self._listed),
            (f"{LISTINGS}/[^/]+/([^/]+)", "PATCH", self._patched),
        )

    def _stored(self, heard: Heard) -> Said:
        name = heard.path.rpartition("/")[2]
        if heard.method == "PUT":
            self.documents[name] = heard.body
            return Said(200, b"")
        return Said(200, self.documents[name], {"content-type": "text/plain"})

    def _orders(self, heard: Heard) -> Said:
        begin: Any = {**heard.query, "after": ["", ""]}
        wanted: Any = json.loads(heard.query[_NEXT]) if _NEXT in heard.query else begin
        found = [
            o
            for o in self.orders
            if o["OrderStatus"] in wanted["OrderStatuses"].split(",")
            and o["FulfillmentChannel"] == wanted["FulfillmentChannels"]
            and o["LastUpdateDate"] > wanted["LastUpdatedAfter"]
        ]
        found.sort(key=lambda o: (o["LastUpdateDate"], o["AmazonOrderId"]))
        left = [o for o in found if [o["LastUpdateDate"], o["AmazonOrderId"]] > wanted["after"]]
        last = [[o["LastUpdateDate"], o["AmazonOrderId"]] for o in left[:PAGE]][-1:]
        more = {_NEXT: json.dumps({**wanted, "after": last[0]})} if len(left) > PAGE else {}
        return _said(200, {"payload": {"Orders": left[:PAGE], **more}})

    def _order(self, _heard: Heard, name: str) -> Said:
        found = next((o for o in self.orders if o["AmazonOrderId"] == name), None)
        return (
            _said(200, {"payload": found}) if found else _said(404, {"errors": [{"code": "NotFound", "message": name}]})
        )

    def _items(self, _heard: Heard, name: str) -> Said:
        if name not in self.items:
            return _said(404, {"errors": [{"code": "NotFound", "message": name}]})
        return _said(200, {"payload": {"AmazonOrderId": name, "OrderItems": self.items[name]}})

    def _confirmed(self, heard: Heard, name: str) -> Said:
        package = json.loads(heard.body)["packageDetail"]
        items = sorted(self.items[name], key=lambda x: x["OrderItemId"])
        lines = []
        for told in package["orderItems"]:
            place, item = next((n, x) for n, x in enumerate(items, 1) if x["OrderItemId"] == told["orderItemId"])
            item["QuantityShipped"] += told["quantity"]
            lines.append(HeldLine(place, item["SellerSKU"], told["quantity"]))
        tracking = package["trackingNumber"]
        self.effects.append(
            TellShipment("amazon", f"amazon-{name}", f"S-{name}", tuple(lines), package["carrierName"], tracking)
        )
        return Said(204, b"")

    def _events(self, heard: Heard) -> Said:
        begin: Any = {"from": heard.query.get("PostedAfter"), "place": 0}
        wanted: Any = json.loads(heard.query[_NEXT]) if _NEXT in heard.query else begin
        left = [
            x for x in sorted(self.events, key=lambda x: str(x[1]["PostedDate"])) if x[1]["PostedDate"] > wanted["from"]
        ]
        some, rest = left[wanted["place"] : wanted["place"] + PAGE], left[wanted["place"] + PAGE :]
        lists: dict[str, list[Any]] = {}
        for name, event in some:
            lists.setdefault(name, []).append(event)
        more = {_NEXT: json.dumps({**wanted, "place": wanted["place"] + PAGE})} if rest else {}
        return _said(200, {"payload": {"FinancialEvents": lists, **more}})

    def _reports(self, heard: Heard) -> Said:
        since = heard.query["createdSince"]
        rows = [
            {
                "reportId": n,
                "reportType": heard.query["reportTypes"],
                "createdTime": at,
                "processingStatus": "DONE",
                "reportDocumentId": f"D-{n}",
            }
            for n, at, _ in self.settlements
            if at >= since
        ]
        for name, _, text in self.settlements:
            self.documents[f"D-{name}"] = text.encode()
        return _said(200, {"reports": rows})

    def _document(self, _heard: Heard, name: str) -> Said:
        return _said(
            200, {"reportDocumentId": name, "feedDocumentId": name, "url": f"{self.url}/stored/{name}?signature=abc"}
        )

    def _new_document(self, _heard: Heard) -> Said:
        name = f"F-{len(self.documents) + len(self.feeds)}"
        return _said(201, {"feedDocumentId": name, "url": f"{self.url}/stored/{name}?signature=abc"})

    def _fed(self, heard: Heard) -> Said:
        told = json.loads(heard.body)
        name = f"feed-{len(self.feeds) + 1}"
        status = "IN_QUEUE" if self.holds_feeds else "DONE"
        self.feeds[name] = {
            "feedId": name,
            "feedType": told["feedType"],
            "processingStatus": status,
            "createdTime": "2026-03-29T12:00:00Z",
        }
        self.feeds[name]["document"] = told["inputFeedDocumentId"]
        if not self.holds_feeds:
            self.process(name)
        return _said(202, {"feedId": name})

    def process(self, name: str) -> None:
        """Do what a feed says, and write its report."""
        feed, content = self.feeds[name], self.documents[self.feeds[name]["document"]]
        feed["processingStatus"] = "DONE"
        if feed["feedType"] == CANCELLING:
            found = re.search(rb"<AmazonOrderID>([^<]*)</AmazonOrderID>", content)
            self._cancel(found.group(1).decode() if found else "")
            return
        issues = []
        for message in json.loads(content)["messages"]:
            units = message["patches"][0]["value"][0]["quantity"]
            if message["sku"] in self.listings:
                self._show(message["sku"], units)
            else:
                words = self.refuses.get(message["sku"], "no such listing")
                issues.append(
                    {
                        "messageId": message["messageId"],
                        "sku": message["sku"],
                        "code": "1",
                        "severity": "ERROR",
                        "message": words,
                    }
                )
        feed["resultFeedDocumentId"] = f"R-{name}"
        self.documents[f"R-{name}"] = json.dumps({"header": {}, "issues": issues, "summary": {}}).encode()

    def _cancel(self, name: str) -> None:
        order = next(o for o in self.orders if o["AmazonOrderId"] == name)
        if order["OrderStatus"] != "Canceled":
            order["OrderStatus"] = "Canceled"
            ours = f"amazon-{name}"
            refused = RefuseOrder(ours, NO_STOCK, (1,), "amazon")
            self.effects.append(refused if name.startswith("R") else CancelOrder(ours, REGRET, "amazon"))

    def _feed(self, _heard: Heard, name: str) -> Said:
        return _said(200, {k: v for k, v in self.feeds[name].items() if k != "document"})

    def _listed(self, heard: Heard) -> Said:
        named = heard.query.get("identifiers")
        found = [s for s in sorted(self.listings) if named is None or s in named.split(",")]
        start = int(heard.query.get("pageToken", "0"))
        some = [
            {"sku": s, "fulfillmentAvailability": [_availability(self.listings[s])]}
            for s in found[start : start + PAGE]
        ]
        more = {"nextToken": str(start + PAGE)} if len(found) > start + PAGE else {}
        return _said(200, {"numberOfResults": len(found), "items": some, "pagination": more})

    def _patched(self, heard: Heard, sku: str) -> Said:
        told = json.loads(heard.body)
        if sku not in self.listings:
            issues = [{"code": "1", "message": f"no listing {sku}", "severity": "ERROR", "categories": []}]
            return _said(200, {"sku": sku, "status": "INVALID", "submissionId": "s", "issues": issues})
        self._show(sku, told["patches"][0]["value"][0]["quantity"])
        return _said(200, {"sku": sku, "status": "ACCEPTED", "submissionId": "s"})

    def _show(self, sku: str, units: int) -> None:
        if self.listings[sku] != units:
            self.listings[sku] = units
            self.effects.append(SetStock("amazon", sku, units, 1))


def _availability(units: int) -> Any:
    return {"fulfillmentChannelCode": "DEFAULT", "quantity": units}


def _said(status: int, told: Any) -> Said:
    return Said(status, json.dumps(told).encode(), {"content-type": "application/json"})
