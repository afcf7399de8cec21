"""The headers of a request that govern it, and those that every answer carries."""

import re
import secrets
from datetime import UTC, datetime, time
from itertools import count
from typing import Final

from tallystick.api.call import Headers
from tallystick.api.contract import Capability, Operation
from tallystick.api.problems import INVALID, WRONG_MEDIA, Flaw, Problem

Given = dict[bytes, bytes]
CORRELATION: Final = b"x-correlation-id"
SECURITY: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
_CORRELATION: Final = re.compile(rb"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_TRACEPARENT: Final = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_KEY: Final = re.compile(rb'"?([\x21\x23-\x7e]{1,128})"?')
_TAG: Final = re.compile(rb'"([\x21\x23-\x7e]{1,128})"')
_JSON: Final = (b"application/json", b"application/cloudevents-batch+json")
_PROCESS: Final = secrets.token_hex(6)
_numbers: Final = count(1)


def correlation_of(headers: Given) -> str:
    """Return the correlation id: the caller's, or one of ours."""
    given = headers.get(CORRELATION)
    if given is None:
        return f"{_PROCESS}-{next(_numbers):x}"
    if _CORRELATION.fullmatch(given) is None:
        raise _bad("X-Correlation-Id", "1 to 64 letters, digits or ._:-, beginning with a letter or digit")
    return given.decode()


def traceparent_of(headers: Given) -> str | None:
    """Return the trace the caller is in (W3C Trace Context); one that is not valid is ignored, as that standard asks."""
    given = headers.get(b"traceparent")
    return given.decode() if given is not None and _TRACEPARENT.fullmatch(given) else None


def key_of(operation: Operation, headers: Given) -> str:
    """Return the Idempotency-Key, empty where there is none or nothing to repeat."""
    given = headers.get(b"idempotency-key") if operation.has_key else None
    if given is None:
        return ""
    match = _KEY.fullmatch(given)
    if match is None:
        raise _bad("Idempotency-Key", "1 to 128 visible ASCII characters, in quotes or not")
    return match[1].decode()


def match_of(operation: Operation, headers: Given) -> str:
    """Return the entity tag the caller decided on, empty where it did not look."""
    given = headers.get(b"if-match") if operation.has_precondition else None
    if given is None or given == b"*":
        return ""
    match = _TAG.fullmatch(given)
    if match is None:
        raise _bad("If-Match", "one entity tag in quotes, as ETag gave it")
    return match[1].decode()


def refuse_media(headers: Given) -> None:
    """Raise `Problem` for a body that is not JSON."""
    media = headers.get(b"content-type", b"")
    if media.partition(b";")[0].strip().lower() not in _JSON:
        raise Problem(WRONG_MEDIA, f"{media.decode('latin-1')[:100] or 'nothing'} is not application/json")


def lifecycle_headers(capability: Capability) -> Headers:
    """Return what a deprecated capability tells its callers: Deprecation (RFC 9745), Sunset (RFC 8594), a link."""
    found: Headers = []
    if capability.deprecated_on:
        at = datetime.combine(capability.deprecated_on, time(), UTC)
        found.append((b"deprecation", f"@{int(at.timestamp())}".encode()))
    if capability.sunset_on:
        at = datetime.combine(capability.sunset_on, time(), UTC)
        found.append((b"sunset", at.strftime("%a, %d %b %Y %H:%M:%S GMT").encode()))
    if capability.instead:
        found.append((b"link", f'<{capability.instead}>; rel="successor-version"'.encode()))
    return found


def _bad(name: str, wanted: str) -> Problem:
    return Problem(INVALID, errors=[Flaw(f"must be {wanted}", parameter=name)])
