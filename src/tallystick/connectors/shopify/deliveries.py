"""What the shop says, cut into deliveries. An order that is told twice as it stands is one delivery."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tallystick.connectors.shopify.payouts import PAYOUT
from tallystick.connectors.shopify.setup import Setup
from tallystick.connectors.shopify.translate import EDIT, ORDER, OTHER, PAYMENT, REFUND, STOCK
from tallystick.connectors.shopify.wire import encode
from tallystick.kit.signatures import base64_is_right, refuse_stale, refuse_unless
from tallystick.ports.connector import Delivery, Hook, HookRefused

SIGNATURE, TOPIC, NUMBER = "x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-webhook-id"
RETRY_SECONDS: Final = 5 * 3600
"""Shopify repeats a webhook for four hours, with the body and signature it had at first."""
_DIGEST_LENGTH: Final = 16
_KINDS: Final = {"orders": ORDER, "refunds": REFUND, "order_transactions": PAYMENT, "orders/edited": EDIT}
_MOMENTS: Final = ("updated_at", "processed_at", "created_at")


def order_delivery(order: Any, beside: Any, setup: Setup) -> Delivery:
    """Return an order and what was asked *beside* it as a delivery, known by what it says."""
    return _delivery({"kind": ORDER, "said": order, "beside": beside}, setup)


def payout_delivery(parts: Any, setup: Setup) -> Delivery:
    """Return a payout with all that it is made of, which never changes afterwards."""
    body = encode({"kind": PAYOUT, "said": parts})
    name = f"payout/{parts['payout']['id']}"
    return Delivery(source=setup.name, id=name, subject=name, body=body, digest=hashlib.sha256(body).digest())


def stock_delivery(items: list[Any], at: datetime, setup: Setup) -> Delivery:
    """Return what the shop counts as a delivery of its own moment."""
    moment = at.isoformat(timespec="seconds")
    body = encode({"kind": STOCK, "said": {"as_of": moment, "items": items}})
    digest = hashlib.sha256(body).digest()
    name = f"{setup.name}/counters/{moment}/{digest.hex()[:_DIGEST_LENGTH]}"
    return Delivery(source=setup.name, id=name, subject=f"statement/{name}", body=body, digest=digest)


def hook_deliveries(hook: Hook, secret: str, setup: Setup) -> tuple[Delivery, ...]:
    """Check a webhook and return what it tells; raise `HookRefused`. Shopify signs the body alone.

    So its age is read from the body as well. Played again under another id within these hours, it says what it said:
    its reports are known.
    """
    refuse_unless(bool(secret) and base64_is_right(secret, hook.body, hook.headers.get(SIGNATURE, "")))
    topic, number = hook.headers.get(TOPIC, ""), hook.headers.get(NUMBER, "")
    if not topic or not number:
        raise HookRefused(f"it is signed, and has no {TOPIC} or no {NUMBER}: is it a webhook of Shopify?")
    said = _told(hook.body)
    told = said.get("order_edit", said) if topic == "orders/edited" else said
    refuse_stale(_moment(told), hook.at, RETRY_SECONDS)
    kind = _KINDS.get(topic) or _KINDS.get(topic.partition("/")[0], OTHER)
    if kind == EDIT and isinstance(told.get("line_items"), dict):
        told = {**told, "additions": told["line_items"].get("additions", [])}
    return (_delivery({"kind": kind, "topic": topic, "said": told}, setup, f"webhook/{number}"),)


def _delivery(whole: dict[str, Any], setup: Setup, event: str = "") -> Delivery:
    body, said = encode(whole), whole["said"]
    digest = hashlib.sha256(body).digest()
    number = said.get("id") if whole["kind"] == ORDER else said.get("order_id")
    name = setup.order(number) if number else f"unreadable/{digest.hex()[:_DIGEST_LENGTH]}"
    customer = said.get("customer")
    person = customer.get("id") if isinstance(customer, Mapping) else None
    return Delivery(
        source=setup.name,
        id=event or f"{name}/{digest.hex()[:_DIGEST_LENGTH]}",
        subject=f"order/{name}",
        body=body,
        digest=digest,
        person=None if person is None else str(person),
    )


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as cut:
        raise HookRefused("it is signed, and no JSON") from cut
    if not isinstance(told, dict):
        raise HookRefused("it is signed, and no JSON object")
    return told


def _moment(told: Any) -> datetime:
    said = next((told[name] for name in _MOMENTS if isinstance(told, dict) and told.get(name)), None)
    try:
        moment = datetime.fromisoformat(str(said))
    except ValueError as wrong:
        raise HookRefused(f"{' or '.join(_MOMENTS)}: it does not say when it happened") from wrong
    if moment.tzinfo is None:
        raise HookRefused(f"{said}: it does not say in which zone")
    return moment
