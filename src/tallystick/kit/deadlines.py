"""A transport whose every read and write ends with the call's deadline, so that a byte now and then buys nobody time.

The client's own time-outs begin anew with each byte: an answer whose headers drip could hold a thread for hours.
"""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpcore
import httpx


class Deadline(threading.local):
    """When the call of the running thread must be over, in seconds of a clock that only grows."""

    until = float("inf")

    @contextmanager
    def at(self, until: float) -> Iterator[Self]:
        """Set it for a block."""
        self.until = until
        try:
            yield self
        finally:
            self.until = float("inf")

    def left(self, timeout: float | None) -> float:
        """Return the seconds one read or write may take: its own *timeout*, and no more than is left of the whole."""
        return min(timeout if timeout is not None else float("inf"), self.until - time.monotonic())


class Transport(httpx.HTTPTransport):
    """The client's transport over connections that know the deadline."""

    def __init__(self, deadline: Deadline, trusted: ssl.SSLContext, limits: httpx.Limits) -> None:
        """Connect under *deadline* to whom *trusted* vouches for."""
        super().__init__(verify=trusted, limits=limits, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted,
            max_connections=limits.max_connections,
            max_keepalive_connections=limits.max_keepalive_connections,
            keepalive_expiry=limits.keepalive_expiry,
            network_backend=_Backend(deadline),
        )


class _Backend(httpcore.NetworkBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline, self._sockets = deadline, httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, **options: Any) -> httpcore.NetworkStream:  # type: ignore[override] # the pool names them all
        if (left := self._deadline.left(timeout)) <= 0:
            raise httpcore.ConnectTimeout
        return _Stream(self._sockets.connect_tcp(host, port, left, **options), self._deadline)

    def sleep(self, seconds: float) -> None:
        self._sockets.sleep(seconds)


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if (left := self._deadline.left(timeout)) <= 0:
            raise httpcore.ReadTimeout
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if (left := self._deadline.left(timeout)) <= 0:
            raise httpcore.WriteTimeout
        self._stream.write(buffer, left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        if (left := self._deadline.left(timeout)) <= 0:
            raise httpcore.ConnectTimeout
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
