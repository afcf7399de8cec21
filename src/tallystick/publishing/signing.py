"""Signatures of Standard Webhooks 1.0: what a subscriber can check to know that we said it, lately, and exactly this."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - how a secret begins
SECRET_BYTES: Final = 32
TOLERANCE_SECONDS: Final = 300


def new_secret() -> bytes:
    """Return a secret to sign with."""
    return secrets.token_bytes(SECRET_BYTES)


def written(secret: bytes) -> str:
    """Return a secret as its receiver gets it: `whsec_…`."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def key_of(text: str) -> bytes:
    """Return a secret that a receiver chose: `whsec_…` as it is written there, anything else as it stands."""
    if not text.startswith(SECRET_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError:
        return text.encode()


def headers(identity: str, at: datetime, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """Return the headers that go with a message: a signature for each key that is valid now."""
    timestamp = str(int(at.timestamp()))
    signatures = " ".join(f"v1,{_signature(key, identity, timestamp, body)}" for key in keys)
    return {"webhook-id": identity, "webhook-timestamp": timestamp, "webhook-signature": signatures}


def is_ours(given: Mapping[str, str], body: bytes, secret: str, now: datetime) -> bool:
    """Say whether a delivery was signed with *secret* not long ago: what a receiver does."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    timestamp = given.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(now.timestamp() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    wanted = _signature(key, given.get("webhook-id", ""), timestamp, body)
    offered = (s.partition(",")[2] for s in given.get("webhook-signature", "").split() if s.startswith("v1,"))
    return any(hmac.compare_digest(wanted, signature) for signature in offered)


def _signature(key: bytes, identity: str, timestamp: str, body: bytes) -> str:
    signed = hmac.digest(key, f"{identity}.{timestamp}.".encode() + body, hashlib.sha256)
    return base64.b64encode(signed).decode()
