"""Signatures of webhooks: made with a secret both sides know (HMAC, RFC 2104), and fresh."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from tallystick.ports.connector import HookRefused

WINDOW_SECONDS: Final = 300
"""So old or so early a webhook may say it is: longer and an eavesdropped one could be played again for ever."""


def hex_is_right(secret: str, signed: bytes, offered: Iterable[str]) -> bool:
    """Say whether one of the *offered* signatures, in hex, is HMAC-SHA256 over *signed*."""
    wanted = hmac.digest(secret.encode(), signed, hashlib.sha256)
    return any(hmac.compare_digest(wanted, _unhexed(one)) for one in offered)


def base64_is_right(secret: str, signed: bytes, offered: str) -> bool:
    """Say whether the *offered* signature, in Base64 (RFC 4648, 4), is HMAC-SHA256 over *signed*."""
    wanted = hmac.digest(secret.encode(), signed, hashlib.sha256)
    try:
        return hmac.compare_digest(wanted, base64.b64decode(offered.strip().encode("ascii"), validate=True))
    except (ValueError, binascii.Error):
        return False


def refuse_unless(is_right: bool) -> None:  # noqa: FBT001 - reads as the sentence it is
    """Raise `HookRefused` for a signature that is not right."""
    if not is_right:
        raise HookRefused("the signature is not this partner's: see the connection's webhook secret")


def refuse_stale(said: datetime, now: datetime, window_seconds: float = WINDOW_SECONDS) -> None:
    """Raise `HookRefused` for a webhook that was signed too long ago, or in the future."""
    if abs((now - said).total_seconds()) > window_seconds:
        raise HookRefused(
            f"signed at {said.isoformat()}, more than {window_seconds:.0f} s from now: a replay, or a clock is off"
        )


def moment_of(stamp: str) -> datetime:
    """Return what a sender signed as its clock, seconds since 1970; raise `HookRefused` where it is none."""
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (ValueError, OverflowError, OSError) as wrong:
        raise HookRefused(f"{stamp!r} is no moment") from wrong


def _unhexed(text: str) -> bytes:
    try:
        return bytes.fromhex(text.strip())
    except ValueError:
        return b""
