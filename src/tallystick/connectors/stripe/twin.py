"""Stripe in memory, as its reference says it answers: intents, refunds, events, idempotency keys, search that lags."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from tallystick.kit.twins.server import Heard, Said

PAGE: Final = 2
"""Small, so that a few events make several pages."""
BEGINNING: Final = 1_774_744_199
"""29 March 2026, 00:29:59 UTC: half an hour before the clocks of Berlin change."""
DECLINED: Final = "pm_card_chargeDeclined"
_EVENTS: Final = {
    "confirm": "payment_intent.amount_capturable_updated",
    "capture": "payment_intent.succeeded",
    "cancel": "payment_intent.canceled",
}


class StripeTwin:
    """One account. `unsearchable` are orders that search does not know yet."""

    def __init__(self, api_key: str) -> None:
        """Open with nothing; answer those who know *api_key*."""
        self._api_key = api_key
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.transactions: dict[str, list[dict[str, Any]]] = {}
        self.events: list[dict[str, Any]] = []
        self.effects: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self.unsearchable: set[str] = set()
        self._keys: dict[str, tuple[tuple[str, bytes], Said]] = {}

    def intend(self, order: str, amount: int, currency: str, method: str = "pm_card_visa") -> dict[str, Any]:
        """Let the shop make a payment for *order*, to be confirmed."""
        name = f"pi_{len(self.intents) + 1}"
        self.intents[name] = {
            "id": name,
            "object": "payment_intent",
            "created": BEGINNING + len(self.intents),
            "amount": amount,
            "currency": currency,
            "amount_capturable": 0,
            "amount_received": 0,
            "capture_method": "manual",
            "metadata": {"order": order},
            "payment_method": method,
            "status": "requires_confirmation",
            "last_payment_error": None,
            "nobody_knows": "kept",
        }
        return self.intents[name]

    def tell(self, kind: str, about: dict[str, Any]) -> dict[str, Any]:
        """Keep an event of *kind* about an object as it is now."""
        number = len(self.events) + 1
        event = {
            "id": f"evt_{number}",
            "object": "event",
            "type": kind,
            "created": BEGINNING + number,
            "data": {"object": json.loads(json.dumps(about))},
        }
        self.events.append(event)
        return event

    def pay_out(self, name: str, transactions: list[dict[str, Any]]) -> dict[str, Any]:
        """Pay out what *transactions* come to, and tell of it."""
        total = sum(t["net"] for t in transactions)
        payout = {"id": name, "object": "payout", "amount": total, "currency": transactions[0]["currency"]}
        itself = {"id": f"txn_{name}", "type": "payout", "amount": -total, "fee": 0, "net": -total}
        self.transactions[name] = [*transactions, {**itself, "currency": payout["currency"], "source": name}]
        return self.tell("payout.paid", {**payout, "nobody_knows": "kept"})

    def answer(self, heard: Heard) -> Said:
        """Answer one request."""
        if heard.headers.get("authorization") != f"Bearer {self._api_key}":
            return _error(401, "who are you?")
        if heard.method == "GET":
            return self._read(heard)
        key, asked = heard.headers.get("idempotency-key", ""), (heard.path, heard.body)
        if key in self._keys:
            first, said = self._keys[key]
            return (
                said if first == asked else _error(400, "this key was used with other parameters", "idempotency_error")
            )
        said = self._write(heard.path, dict(parse_qsl(heard.body.decode())))
        self._keys[key] = (asked, said)
        return said

    def _read(self, heard: Heard) -> Said:
        path = heard.path.removeprefix("/v1/")
        if path == "payment_intents/search":
            found = [i for i in self._newest() if self._searched(i, heard.query["query"])]
            return _page(found, {})
        if path == "payment_intents":
            return _page(self._newest(), heard.query)
        if path == "refunds":
            of = heard.query["payment_intent"]
            return _page([r for r in reversed(self.refunds) if r["payment_intent"] == of], heard.query)
        if path == "balance_transactions":
            return _page(self.transactions[heard.query["payout"]][::-1], heard.query)
        if path == "events":
            wanted = heard.query["type"]
            alike = _begins(wanted.removesuffix("*")) if wanted.endswith("*") else _equals(wanted)
            return _page([e for e in reversed(self.events) if alike(e["type"])], heard.query)
        intent = self.intents.get(path.removeprefix("payment_intents/"))
        return _said(intent) if intent else _error(404, "no such payment_intent", "resource_missing")

    def _newest(self) -> list[dict[str, Any]]:
        return [*reversed(self.intents.values())]

    def _searched(self, intent: Mapping[str, Any], query: str) -> bool:
        order = intent["metadata"]["order"]
        quoted = order.replace("\\", "\\\\").replace('"', '\\"')
        return order not in self.unsearchable and query == f'metadata["order"]:"{quoted}"'

    def _write(self, path: str, form: dict[str, str]) -> Said:
        if path == "/v1/refunds":
            return self._refund(form)
        name, _, verb = path.removeprefix("/v1/payment_intents/").partition("/")
        intent = self.intents.get(name)
        if intent is None:
            return _error(404, "no such payment_intent", "resource_missing")
        act = {"confirm": self._confirm, "capture": self._capture, "cancel": self._cancel, "": self._update}[verb]
        refused = act(intent, form)
        if refused:
            return refused
        if verb:
            self.effects.append((verb, json.loads(json.dumps(intent)), form))
            self.tell(_EVENTS[verb], intent)
        return _said(intent)

    def _update(self, intent: dict[str, Any], form: dict[str, str]) -> Said | None:
        intent["amount"] = int(form["amount"])
        return None

    def _confirm(self, intent: dict[str, Any], _form: dict[str, str]) -> Said | None:
        if intent["status"] != "requires_confirmation":
            return _error(400, f"it is {intent['status']}", "payment_intent_unexpected_state")
        if intent["payment_method"] == DECLINED:
            intent.update(
                status="requires_payment_method",
                last_payment_error={"code": "card_declined", "decline_code": "insufficient_funds", "message": "no"},
            )
            self.tell("payment_intent.payment_failed", intent)
            return _error(402, "Your card has insufficient funds.", "card_declined")
        intent.update(status="requires_capture", amount_capturable=intent["amount"])
        return None

    def _capture(self, intent: dict[str, Any], form: dict[str, str]) -> Said | None:
        amount = int(form["amount_to_capture"])
        if intent["status"] != "requires_capture" or amount > intent["amount_capturable"]:
            return _error(400, "that is not held", "amount_too_large")
        final = form.get("final_capture") != "false"
        intent["amount_received"] += amount
        intent["amount_capturable"] = 0 if final else intent["amount_capturable"] - amount
        intent["status"] = "requires_capture" if intent["amount_capturable"] else "succeeded"
        intent["metadata"].update(_metadata(form))
        return None

    def _cancel(self, intent: dict[str, Any], _form: dict[str, str]) -> Said | None:
        if intent["status"] in ("succeeded", "canceled"):
            return _error(400, f"it is {intent['status']}", "payment_intent_unexpected_state")
        intent.update(status="canceled", amount_capturable=0)
        return None

    def _refund(self, form: dict[str, str]) -> Said:
        intent, amount = self.intents[form["payment_intent"]], int(form["amount"])
        paid = sum(r["amount"] for r in self.refunds if r["payment_intent"] == intent["id"])
        if amount > intent["amount_received"] - paid:
            return _error(400, "that is more than is left", "charge_already_refunded")
        refund = {
            "id": f"re_{len(self.refunds) + 1}",
            "object": "refund",
            "amount": amount,
            "currency": intent["currency"],
            "payment_intent": intent["id"],
            "status": "succeeded",
            "metadata": _metadata(form),
            "nobody_knows": "kept",
        }
        self.refunds.append(refund)
        self.effects.append(("refund", refund, form))
        self.tell("refund.created", refund)
        return _said(refund)


def _metadata(form: Mapping[str, str]) -> dict[str, str]:
    return {k[len("metadata[") : -1]: v for k, v in form.items() if k.startswith("metadata[")}


def _page(listed: list[dict[str, Any]], query: Mapping[str, str]) -> Said:
    """Cut a page out of what is listed newest first, as Stripe does: before the end, or right above a known object."""
    names = [one["id"] for one in listed]
    if before := query.get("ending_before"):
        if before not in names:
            return _error(400, f"no such object: {before}", "resource_missing")
        above = listed[: names.index(before)]
        return _listed(above[-PAGE:], has_more=len(above) > PAGE)
    after = query.get("starting_after")
    below = listed[names.index(after) + 1 :] if after else listed
    return _listed(below[:PAGE], has_more=len(below) > PAGE)


def _listed(data: list[dict[str, Any]], *, has_more: bool) -> Said:
    return _said({"object": "list", "data": data, "has_more": has_more})


def _begins(start: str) -> Callable[[str], bool]:
    return lambda text: text.startswith(start)


def _equals(wanted: str) -> Callable[[str], bool]:
    return lambda text: text == wanted


def _said(told: Mapping[str, Any]) -> Said:
    return Said(200, json.dumps(told).encode(), {"content-type": "application/json"})


def _error(status: int, message: str, code: str = "") -> Said:
    return Said(status, json.dumps({"error": {"message": message, "code": code}}).encode())
