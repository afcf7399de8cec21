"""The store itself, in memory: what Square would answer, so that the door can be tried. What is empty it leaves out."""

import copy
import json
from typing import Any, Final

from msgspec import Struct

from tallystick.connectors.square.catalogue import RETRIEVE, SEARCH
from tallystick.connectors.square.pages import COUNTS, ORDERS
from tallystick.connectors.square.stock import CHANGES
from tallystick.connectors.square.twin.samples import STORE
from tallystick.kit.twins.server import Heard, Said
from tallystick.messages.channels import SetStock

PAGE: Final = 3
"""So many of anything in a page: Square promises no more than the limit."""


def has_effect(heard: Heard) -> bool:
    """Say whether a request is the one in which a command has its effect: Square's questions are POSTs too."""
    return heard.path == CHANGES


class Store:
    """Orders, variations and counts, and every effect in our words, in order."""

    def __init__(self, token: str) -> None:
        """Open with nothing; let in who knows *token*."""
        self._token = token
        self.orders: list[Any] = []
        self.skus: dict[str, str] = {}
        self.counts: dict[str, str] = {}
        self.effects: list[Struct] = []
        self._opened: tuple[Any, ...] = ()
        self._keys: dict[str, tuple[Any, Any]] = {}

    def open(self) -> None:
        """Remember how everything stands now."""
        self._opened = copy.deepcopy((self.orders, self.skus, self.counts))

    def renew(self) -> None:
        """Let everything stand as it did: what was carried out once cannot be carried out again."""
        self.orders, self.skus, self.counts = copy.deepcopy(self._opened)

    def sell(self, variation: str, sku: str, units: str) -> None:
        """Have a variation, and so many of it."""
        self.skus[variation], self.counts[variation] = sku, units

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("authorization") != f"Bearer {self._token}":
            return _said(401, {"errors": [{"category": "AUTHENTICATION_ERROR", "code": "UNAUTHORIZED"}]})
        asked = json.loads(heard.body)
        answers = {ORDERS: self._orders, RETRIEVE: self._retrieved, SEARCH: self._searched, COUNTS: self._counted}
        return answers[heard.path](asked) if heard.path in answers else self._changed(asked)

    def _orders(self, asked: Any) -> Said:
        wanted = asked["query"]["filter"]
        start = wanted["date_time_filter"]["updated_at"]["start_at"]
        if asked["query"]["sort"]["sort_field"] != "UPDATED_AT":
            return _said(400, {"errors": [{"code": "BAD_REQUEST", "detail": "sort by what is filtered"}]})
        found = [
            o for o in self.orders if o["state"] in wanted["state_filter"]["states"] and o["updated_at"] >= start[:19]
        ]
        found.sort(key=lambda o: (o["updated_at"], o["id"]))
        return _paged(asked, "orders", found, lambda o: [o["updated_at"], o["id"]])

    def _retrieved(self, asked: Any) -> Said:
        return _said(200, {"objects": [self._object(name) for name in asked["object_ids"] if name in self.skus]})

    def _searched(self, asked: Any) -> Said:
        wanted = asked.get("query", {}).get("set_query", {}).get("attribute_values")
        found = [self._object(v) for v, sku in sorted(self.skus.items()) if wanted is None or sku in wanted]
        return _paged(asked, "objects", found, lambda o: [o["id"]])

    def _counted(self, asked: Any) -> Said:
        names = asked.get("catalog_object_ids") or list(self.counts)
        found = [self.count_of(name) for name in sorted(names) if name in self.counts]
        return _paged(asked, "counts", found, lambda c: [c["catalog_object_id"]])

    def _changed(self, asked: Any) -> Said:
        key = asked["idempotency_key"]
        if key in self._keys:
            before, answer = self._keys[key]
            reused = {"errors": [{"category": "INVALID_REQUEST_ERROR", "code": "IDEMPOTENCY_KEY_REUSED"}]}
            return _said(200, answer) if before == asked else _said(400, reused)
        for change in asked["changes"]:
            told = change["physical_count"]
            self.counts[told["catalog_object_id"]] = told["quantity"]
            self.effects.append(SetStock("till", self.skus[told["catalog_object_id"]], int(told["quantity"]), 1))
        answer = {"counts": [self.count_of(c["physical_count"]["catalog_object_id"]) for c in asked["changes"]]}
        self._keys[key] = (asked, answer)
        return _said(200, answer)

    def _object(self, name: str) -> Any:
        data = {"sku": self.skus[name]} if self.skus[name] else {}
        return {"type": "ITEM_VARIATION", "id": name, "item_variation_data": data}

    def count_of(self, name: str) -> Any:
        """Return what is counted of a variation, as Square tells it."""
        known = {"catalog_object_id": name, "catalog_object_type": "ITEM_VARIATION", "location_id": STORE}
        return {**known, "state": "IN_STOCK", "quantity": self.counts[name]}


def _paged(asked: Any, name: str, rows: list[Any], place: Any) -> Said:
    """Give a page, and the way to the next: a place in the order of rows, as Square's cursor is."""
    after = json.loads(asked["cursor"]) if asked.get("cursor") else None
    left = [r for r in rows if after is None or place(r) > after]
    some = left[:PAGE]
    more = {"cursor": json.dumps(place(some[-1]))} if len(left) > len(some) else {}
    return _said(200, {**({name: some} if some else {}), **more})


def _said(status: int, told: Any) -> Said:
    return Said(status, json.dumps(told).encode(), {"content-type": "application/json"})
