"""How a client speaks: one key for all tries, pauses that grow, and never a second effect."""

import random
import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import msgspec
from msgspec import Struct

from tallystick.api.problems import ProblemDetails
from tallystick.client.problems import OutOfStock, Refused, Unreachable

TRIES: Final = 6
PAUSE_SECONDS_FIRST: Final = 0.1
PAUSE_SECONDS_MAX: Final = 10
SECONDS_MAX: Final = 35
_AGAIN: Final = frozenset({429, 502, 503, 504})


class Request(Struct, frozen=True):
    """One thing to ask. A request that changes something has a key, so that it can be tried again."""

    method: str
    path: str
    body: Any = None
    query: Mapping[str, str | int] = {}
    headers: Mapping[str, str] = {}


class Wire:
    """A connection to one server."""

    def __init__(
        self,
        url: str,
        token: str,
        transport: httpx.BaseTransport | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Speak to the server at *url* with an API key or token."""
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        self._client = httpx.Client(base_url=url, headers=headers, timeout=SECONDS_MAX, transport=transport)
        self._pause, self._dice = pause, random.Random()  # noqa: S311 - jitter, not a secret

    def ask(self, request: Request, shape: type[Any]) -> Any:
        """Return the answer as *shape*; raise `Refused` or `Unreachable`."""
        last = "it was never tried"
        for n in range(TRIES):
            try:
                answer = self._send(request)
            except httpx.TransportError as failure:
                last, wait = f"{type(failure).__name__}: {failure}", 0.0
            else:
                if answer.status_code not in _AGAIN:
                    return _read(answer, shape)
                last, wait = f"it answered {answer.status_code}", float(answer.headers.get("retry-after", "0"))
            if n + 1 < TRIES:
                ceiling = min(PAUSE_SECONDS_MAX, PAUSE_SECONDS_FIRST * 2**n)
                self._pause(max(wait, self._dice.uniform(0, ceiling)))
        key = request.headers.get("idempotency-key", "none")
        raise Unreachable(f"{request.method} {request.path}: {last} ({TRIES} tries, key {key})")

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _send(self, request: Request) -> httpx.Response:
        body = None if request.body is None else msgspec.json.encode(request.body)
        headers = {**request.headers, **({"content-type": "application/json"} if body is not None else {})}
        return self._client.request(
            request.method, f"/v1{request.path}", content=body, params=dict(request.query) or None, headers=headers
        )


def keyed(key: str | None, match: str | None = None) -> dict[str, str]:
    """Return the headers of a request that changes something: its key, made here if need be, and what it decided on."""
    found = {"idempotency-key": f'"{key or uuid.uuid4().hex}"'}
    return {**found, "if-match": match} if match else found


def _read(answer: httpx.Response, shape: type[Any]) -> Any:
    if answer.is_success:
        return msgspec.json.decode(answer.content, type=shape)
    details = msgspec.json.decode(answer.content, type=ProblemDetails)
    raise (OutOfStock if details.type.endswith(":out-of-stock") else Refused)(details)
