"""A driver for benches over HTTP: as many kept-alive connections as clients, each asking again when it was answered.

It does as little as can be done, for it runs on the same cores as what it measures: requests are bytes made beforehand,
and of an answer it reads the status and the length.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from typing import Final, cast

from msgspec import Struct

_LENGTH: Final = b"content-length: "
_BLANK: Final = b"\r\n\r\n"


class Asked(Struct):
    """What came of a run: answers by status, latencies in milliseconds (sorted), and how long it took."""

    statuses: Counter[int]
    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds


class _Client(asyncio.Protocol):
    """One connection in a closed loop."""

    def __init__(self, requests: Iterator[bytes], until: float, asked: Asked) -> None:
        self._requests, self._until, self._asked = requests, until, asked
        self._buffer = b""
        self._sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head = self._buffer.find(_BLANK)
        if head < 0:
            return
        at = self._buffer.find(_LENGTH, 0, head) + len(_LENGTH)
        end = head + 4 + int(self._buffer[at : self._buffer.find(b"\r", at)])
        if len(self._buffer) < end:
            return
        self._asked.statuses[int(self._buffer[9:12])] += 1
        self._asked.latencies.append((time.perf_counter() - self._sent_at) * 1000)
        self._buffer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(exc or ConnectionError("the server hung up"))

    def _next(self) -> None:
        self._sent_at = time.perf_counter()
        request = next(self._requests, None) if self._sent_at < self._until else None
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()
            return
        self._transport.write(request)


async def drive(port: int, requests: Iterator[bytes], clients: int, seconds: float) -> Asked:
    """Send *requests* to a server on this machine over *clients* connections for *seconds*."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    asked = Asked(Counter(), [], 0)
    made = [
        (await loop.create_connection(lambda: _Client(requests, started + seconds, asked), "127.0.0.1", port))[1]
        for _ in range(clients)
    ]
    await asyncio.gather(*(client.done for client in made))
    asked.seconds = time.perf_counter() - started
    asked.latencies.sort()
    return asked


class Asker(Struct, frozen=True):
    """A governed client: what it sends with every request."""

    token: str

    def get(self, path: str) -> bytes:
        """Return a request to read, as it goes over the wire."""
        return self._head("GET", path) + _BLANK

    def post(self, path: str, body: bytes, key: str = "") -> bytes:
        """Return a request with a JSON body and, if it changes something, its idempotency key."""
        named = f'\r\nidempotency-key: "{key}"' if key else ""
        more = f"\r\ncontent-type: application/json\r\ncontent-length: {len(body)}{named}"
        return self._head("POST", path) + more.encode() + _BLANK + body

    def _head(self, method: str, path: str) -> bytes:
        lines = (
            f"{method} {path} HTTP/1.1",
            "host: localhost",
            f"authorization: Bearer {self.token}",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        return "\r\n".join(lines).encode()
