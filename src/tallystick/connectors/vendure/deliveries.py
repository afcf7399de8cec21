"""What the shop says, cut into deliveries. An order that is told twice as it stands is one delivery."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from tallystick.connectors.vendure.setup import Setup
from tallystick.connectors.vendure.translate import ORDER, STOCK, body_of
from tallystick.kit.signatures import hex_is_right, refuse_stale, refuse_unless
from tallystick.ports.connector import Contact, Delivery, Hook, HookRefused

SIGNATURE: Final = "x-hub-signature-256"
_PREFIX: Final = "sha256="
_DIGEST_LENGTH: Final = 16


def order_delivery(order: Any, setup: Setup, event: str = "") -> Delivery:
    """Return an order as a delivery, known by *event* or else by what it says."""
    body = body_of(ORDER, order=order)
    digest = hashlib.sha256(body).digest()
    code = str(order.get("code") or "")
    name = setup.order(code) if code else f"unreadable/{digest.hex()[:_DIGEST_LENGTH]}"
    customer = order.get("customer") or {}
    return Delivery(
        source=setup.name,
        id=event or f"{name}/{digest.hex()[:_DIGEST_LENGTH]}",
        subject=f"order/{name}",
        body=body,
        digest=digest,
        person=_text(customer.get("id")) if isinstance(customer, Mapping) else None,
        contact=_contact(customer) if isinstance(customer, Mapping) else None,
    )


def stock_delivery(variants: list[Any], at: datetime, setup: Setup) -> Delivery:
    """Return what the shop counts as a delivery of its own moment."""
    moment = at.isoformat(timespec="seconds")
    body = body_of(STOCK, stock={"as_of": moment, "variants": variants})
    digest = hashlib.sha256(body).digest()
    name = f"{setup.name}/counters/{moment}/{digest.hex()[:_DIGEST_LENGTH]}"
    return Delivery(source=setup.name, id=name, subject=f"statement/{name}", body=body, digest=digest)


def hook_deliveries(hook: Hook, secret: str, setup: Setup) -> tuple[Delivery, ...]:
    """Check a webhook of the plugin and return the order it tells; raise `HookRefused`."""
    offered = hook.headers.get(SIGNATURE, "")
    refuse_unless(bool(secret) and hex_is_right(secret, hook.body, [offered.removeprefix(_PREFIX)]))
    told = _told(hook.body)
    refuse_stale(_moment(told), hook.at)
    event, order = told.get("id"), told.get("order")
    if not isinstance(event, str) or not event or not isinstance(order, dict):
        raise HookRefused("it is signed, and names no event or no order: is it the plugin of this release?")
    return (order_delivery(order, setup, f"event/{event}"),)


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
        moment = datetime.fromisoformat(str(told.get("sentAt")))
    except ValueError as wrong:
        raise HookRefused("sentAt: it does not say when it was sent") from wrong
    if moment.tzinfo is None:
        raise HookRefused("sentAt: it does not say in which zone")
    return moment


def _contact(customer: Mapping[str, Any]) -> Contact | None:
    """Return how a customer is written to; the shop does not say in which language."""
    email, *names = (str(customer.get(name) or "") for name in ("emailAddress", "firstName", "lastName"))
    return Contact(email, " ".join(filter(None, names))) if email else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
