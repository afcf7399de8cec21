"""A partner on loopback that behaves as badly as it is told."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Behaviour = Callable[[Any], None]
"""What is done with a request, by its handler."""


@dataclass
class Partner:
    """Counts what arrived; `moods` are used up one a request, then `ok` is what it does."""

    moods: list[Behaviour] = field(default_factory=list)
    heard: list[tuple[str, str, bytes, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    enough: threading.Event = field(default_factory=threading.Event)


def say(status: int, body: bytes = b'{"ok": true}', **headers: str) -> Behaviour:
    """Answer properly."""

    def behave(handler: Any) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def hang(handler: Any) -> None:
    """Take the request and say nothing until the test is over."""
    handler.server.partner.enough.wait(60)
    handler.close_connection = True


def cut(handler: Any) -> None:
    """Promise more than is sent, and hang up."""
    handler.send_response(200)
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"half')
    handler.close_connection = True


def reset(handler: Any) -> None:
    """Take the request and reset the connection."""
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    handler.connection.close()
    handler.close_connection = True


def drip(handler: Any) -> None:
    """Send a byte now and then, for ever."""
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        while not handler.server.partner.enough.wait(0.02):
            handler.wfile.write(b".")
    handler.close_connection = True


def drip_headers(handler: Any) -> None:
    """Send a header now and then, and after two seconds a proper answer for whoever is still there."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(OSError):
        for _ in range(100):
            if handler.server.partner.enough.wait(0.02):
                break
            handler.wfile.write(b"x-a: b\r\n")
        handler.wfile.write(b"content-length: 2\r\n\r\n{}")
    handler.close_connection = True


def flood(handler: Any) -> None:
    """Send more than anybody asked for."""
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        while not handler.server.partner.enough.is_set():
            handler.wfile.write(b"." * 65_536)
    handler.close_connection = True


@contextmanager
def partner() -> Iterator[Partner]:
    """Listen on a free port of loopback as long as the block lasts."""
    told = Partner()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            told.heard.append((self.command, self.path, body, {k.lower(): v for k, v in self.headers.items()}))
            (told.moods.pop(0) if told.moods else say(200))(self)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self._any
            raise AttributeError(name)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.partner = told  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        told.enough.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
