"""A proxy on loopback before a Tryton: it can lose a request, or the answer after the effect, or hold a request back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

import httpx
import msgspec

WAIT_SECONDS_MAX: Final = 60


class Fault(StrEnum):
    """What becomes of a request."""

    NONE = "none"
    LOST = "request lost"
    ANSWER_LOST = "answer lost after the effect"
    LATE = "request held back, sender cut off"


Plan = Callable[[str, int], Fault]
"""(method, how many of it there were before) to what becomes of it."""


@dataclass
class Proxy:
    """Passes requests on to `upstream` as `plan` says. `heard` counts the methods, `late` are requests held back."""

    upstream: str
    plan: Plan = lambda _method, _before: Fault.NONE
    heard: dict[str, int] = field(default_factory=dict)
    late: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Listen on a free port of loopback."""
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._http = httpx.Client(trust_env=False, timeout=WAIT_SECONDS_MAX)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(WAIT_SECONDS_MAX)
        self._http.close()

    def release(self) -> list[Any]:
        """Let the requests that were held back arrive now; return what they were answered."""
        held, self.late = self.late, []
        return [self._forward(path, body, headers).json() for path, body, headers in held]

    def fault(self, method: str) -> Fault:
        """Count a request and say what becomes of it."""
        with self._lock:
            before = self.heard.get(method, 0)
            self.heard[method] = before + 1
            return self.plan(method, before)

    def _forward(self, path: str, body: bytes, headers: dict[str, str]) -> httpx.Response:
        return self._http.post(f"{self.upstream}{path}", content=body, headers=headers)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            """One connection."""

            protocol_version = "HTTP/1.1"
            # Headers and body leave in two writes: else the second waits for the first to be acknowledged, 40 ms.
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                """Pass a request on, or not."""
                body = self.rfile.read(int(self.headers["Content-Length"]))
                sent = {k: v for k, v in self.headers.items() if k in ("Content-Type", "Authorization")}
                fault = proxy.fault(msgspec.json.decode(body)["method"])
                if fault is Fault.LATE:
                    proxy.late.append((self.path, body, sent))
                if fault in (Fault.LATE, Fault.LOST):
                    self.close_connection = True
                    return
                answer = proxy._forward(self.path, body, sent)
                if fault is Fault.ANSWER_LOST:
                    self.close_connection = True
                    return
                self.send_response(answer.status_code)
                self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
                self.send_header("Content-Length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler
