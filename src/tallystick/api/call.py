"""A call as a handler sees it, and what it replies."""

from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.security.principal import Principal

JSON: Final = b"application/json"
_encode: Final = msgspec.json.Encoder().encode

Headers = list[tuple[bytes, bytes]]


class Call(Struct):
    """One request, recognised, within its quota and valid: only what it means is left to be done.

    `where`, `query` and `body` are of the types its operation names. `key` is the Idempotency-Key, empty without one;
    `match` the entity tag of If-Match. `at` is when it arrived, UTC. `capabilities` is all that this door offers.
    """

    principal: Principal
    at: datetime
    correlation: str
    traceparent: str | None = None
    where: Any = None
    query: Any = None
    body: Any = None
    key: str = ""
    match: str = ""
    capabilities: Any = ()

    @property
    def source(self) -> str:
        """Who says so, as messages name it."""
        return f"api/{self.principal.name}"


class Reply(Struct):
    """What goes back: a status, a body already written, and headers beyond those every answer has."""

    status: int
    body: bytes
    headers: Headers = []
    media: bytes = JSON


def reply(body: Any, status: int = 200, headers: Headers | None = None) -> Reply:
    """Return a reply with *body* written as JSON."""
    return Reply(status, _encode(body), headers or [])


def tagged(tag: str) -> Headers:
    """Return the ETag header of *tag*."""
    return [(b"etag", b'"' + tag.encode() + b'"')]
