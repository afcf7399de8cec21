"""What the shop says, cut into deliveries. An order that is told twice as it stands is one delivery."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from tallystick.connectors.woocommerce.setup import Setup
from tallystick.connectors.woocommerce.wire import encode
from tallystick.kit.signatures import base64_is_right, refuse_stale, refuse_unless
from tallystick.ports.connector import Delivery, Hook, HookRefused

SIGNATURE, TOPIC, NUMBER = "x-wc-webhook-signature", "x-wc-webhook-topic", "x-wc-webhook-delivery-id"
WINDOW_SECONDS: Final = 3600
"""WordPress sends webhooks when its own scheduler comes to it, which on a quiet shop takes minutes."""
_DIGEST_LENGTH: Final = 16


def order_delivery(order: Any, refunds: list[Any] | None, setup: Setup) -> Delivery:
    """Return an order, with its refunds where it has any, as a delivery known by what it says."""
    return _delivery({"said": order, "refunds": refunds}, setup)


def hook_deliveries(hook: Hook, secret: str, setup: Setup) -> tuple[Delivery, ...]:
    """Check a webhook and return the order it tells; raise `HookRefused`. WooCommerce signs the body alone."""
    refuse_unless(bool(secret) and base64_is_right(secret, hook.body, hook.headers.get(SIGNATURE, "")))
    topic, number = hook.headers.get(TOPIC, ""), hook.headers.get(NUMBER, "")
    if not topic or not number:
        raise HookRefused(f"it is signed, and has no {TOPIC} or no {NUMBER}: is it a webhook of WooCommerce?")
    said = _told(hook.body)
    refuse_stale(_moment(said), hook.at, WINDOW_SECONDS)
    return (_delivery({"said": said, "topic": topic}, setup, f"webhook/{number}"),)


def _delivery(whole: dict[str, Any], setup: Setup, event: str = "") -> Delivery:
    body, said = encode(whole), whole["said"]
    digest = hashlib.sha256(body).digest()
    mark = digest.hex()[:_DIGEST_LENGTH]
    name = setup.order(said["id"]) if said.get("id") else f"unreadable/{mark}"
    return Delivery(
        source=setup.name,
        id=event or f"{name}/{mark}",
        subject=f"order/{name}",
        body=body,
        digest=digest,
        person=_person(said),
    )


def _person(said: Mapping[str, Any]) -> str | None:
    """Return the shop's own name of a customer: the account, or a guest's address."""
    billing = said.get("billing")
    guest = billing.get("email") if isinstance(billing, Mapping) else None
    found = said.get("customer_id") or guest
    return str(found) if found else None


def _told(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except ValueError as cut:
        raise HookRefused("it is signed, and no JSON") from cut
    if not isinstance(told, dict):
        raise HookRefused("it is signed, and no JSON object")
    return told


def _moment(told: Mapping[str, Any]) -> datetime:
    try:
        return datetime.fromisoformat(str(told.get("date_modified_gmt"))).replace(tzinfo=UTC)
    except ValueError as wrong:
        raise HookRefused("date_modified_gmt: it does not say when it happened") from wrong
