"""The shop itself, in memory: what the real one would answer, so that the door can be tried against its failures."""

import json
from typing import Any, Final

from tallystick.kit.twins.server import Heard, Said

PAGE: Final = 3
"""Small, so that a few orders make several pages."""


class Shop:
    """Numbers every change, keeps one payment a key, and pays for orders it knows only."""

    def __init__(self, api_key: str) -> None:
        """Open with no orders; answer those who know *api_key*."""
        self._api_key, self._change = api_key, 0
        self.orders: dict[str, dict[str, Any]] = {}
        self.payments: dict[str, dict[str, Any]] = {}

    def place(self, order: dict[str, Any]) -> dict[str, Any]:
        """Take an order, or a change to one."""
        self._change += 1
        kept = {**order, "change": self._change}
        self.orders[kept["number"]] = kept
        return kept

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("authorization") != f"Bearer {self._api_key}":
            return _said(401, {"error": "who are you?"})
        if heard.path == "/v1/changes":
            return self._changes(int(heard.query["after"]))
        if heard.method == "POST":
            return self._pay(heard.path.rsplit("/", 1)[-1], heard.headers["idempotency-key"], json.loads(heard.body))
        found = self.payments.get(heard.path.rsplit("/", 1)[-1])
        return _said(200, found) if found else _said(404, {"error": "no payment has this key"})

    def _changes(self, after: int) -> Said:
        changed = sorted((o for o in self.orders.values() if o["change"] > after), key=lambda o: int(o["change"]))
        return _said(200, {"orders": changed[:PAGE], "more": len(changed) > PAGE})

    def _pay(self, kind: str, key: str, asked: dict[str, Any]) -> Said:
        known = self.payments.get(key)
        payment = {**asked, "kind": kind}
        if known is not None:
            same = {**payment, "id": known["id"]} == known
            return _said(200, known) if same else _said(409, {"error": "this key was used for something else"})
        if asked["order"] not in self.orders:
            return _said(422, {"error": f"there is no order {asked['order']}"})
        self.payments[key] = {**payment, "id": f"pay_{len(self.payments) + 1}"}
        return _said(201, self.payments[key])


def _said(status: int, told: dict[str, Any]) -> Said:
    return Said(status, json.dumps(told).encode(), {"content-type": "application/json"})
