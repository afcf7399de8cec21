"""A shop window on loopback, and its door: it shows what it is told, and may be down, lie, or change on its own."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final

import msgspec
from msgspec import Struct

from tallystick.kit.calls import Call, Calls
from tallystick.kit.limits import Limits
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import CountedUnits, StockStatementReported
from tallystick.ports.connector import (
    Acknowledgement,
    Connection,
    ConnectorError,
    Delivery,
    Manifest,
    Misconfigured,
    Outcome,
    OutcomeAsked,
    Page,
    Rejected,
    Translation,
)

TOGETHER: Final = 50


class Window:
    """What the shop shows and how it behaves. `heard` is every number as it came, in order."""

    def __init__(self) -> None:
        """Behave well."""
        self.url, self.status = "", 200
        self.shows: dict[str, int] = {}
        self.heard: list[tuple[str, int, int]] = []
        self.calls = 0
        self.lies = False
        self.sells: set[str] | None = None
        self.lock = threading.Lock()

    def told(self, words: Sequence[dict[str, Any]]) -> list[str]:
        """Show what is said; answer each with nothing, or why not."""
        with self.lock:
            self.calls += 1
            return [self._one(w["sku"], w["available"], w["version"]) for w in words]

    def _one(self, sku: str, units: int, version: int) -> str:
        if self.sells is not None and sku not in self.sells:
            return f"we sell no {sku}"
        self.heard.append((sku, version, units))
        if not self.lies:
            self.shows[sku] = units
        return ""

    def versions(self) -> dict[str, list[int]]:
        """Return the versions heard of each product, in the order they came."""
        found: dict[str, list[int]] = {}
        for sku, version, _ in self.heard:
            found.setdefault(sku, []).append(version)
        return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Take numbers."""
        window: Window = self.server.window  # type: ignore[attr-defined]
        words = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))))
        if window.status != 200:
            self._say(window.status, {"error": "closed"})
        else:
            self._say(200, window.told(words))

    def do_GET(self) -> None:
        """Say what is shown."""
        window: Window = self.server.window  # type: ignore[attr-defined]
        self._say(window.status, dict(window.shows))

    def _say(self, status: int, what: object) -> None:
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def window_here() -> Iterator[Window]:
    """A window that answers on loopback for as long as the block lasts."""
    window = Window()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.window = window  # type: ignore[attr-defined]
    window.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield window
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class WindowDoor:
    """The door to a shop window."""

    manifest = Manifest(
        name="window",
        system="a shop window",
        role="a channel that shows stock",
        foreign_version="1",
        auth="none",
        pushes=(SetStock,),
        asks=(OutcomeAsked, StockAsked),
        settings={"location": "where its stock stands; may be left out"},
        addressed_by={SetStock: "channel"},
        page_size_max=TOGETHER,
    )
    limits: ClassVar[Limits] = Limits(
        per_second=10_000, burst=1000, deadline_seconds=30, at_once_max=64, failures_max=10_000
    )

    def __init__(self, connection: Connection) -> None:
        """Open a client; nothing is sent."""
        self._connection, self._calls = connection, Calls(connection.url, self.limits, dict, ())

    def close(self) -> None:
        """Hang up."""
        self._calls.close()

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Nothing is pulled."""
        raise Misconfigured(f"{kind.__name__} is not pulled from a window")

    def parse(self, delivery: Delivery) -> Translation:
        """Nothing comes."""
        return Translation()

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Show a number."""
        (found,) = self.push_many([(command, key)])
        if isinstance(found, ConnectorError):
            raise found
        return found

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> Sequence[Acknowledgement | ConnectorError]:
        """Show numbers together."""
        words = [msgspec.to_builtins(command) for command, _ in commands]
        answers = self._calls.write(Call(method="POST", path="/stock", json=words)).json()
        return [Rejected(why) if why else Acknowledgement(key) for why, (_, key) in zip(answers, commands, strict=True)]

    def ask(self, question: Struct) -> Struct:
        """Say what is shown."""
        if isinstance(question, StockAsked):
            shown: dict[str, int] = self._calls.read(Call(path="/stock")).json()
            wanted = question.skus or tuple(shown)
            lines = tuple(CountedUnits(sku, shown[sku]) for sku in wanted if sku in shown)
            at = datetime.now(UTC).isoformat()
            return StockStatementReported(f"{question.keeper}/{at}", question.keeper, "on_hand", lines)
        return Outcome(None)
