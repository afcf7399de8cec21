"""The way of webhooks, which can lose one: it says that it took it, and nobody ever hears of it."""

import http.server
import threading
from collections.abc import Callable
from typing import Final

import httpx

SECONDS_MAX: Final = 30


class Relay:
    """Hands webhooks on to a server, as long as nothing *loses* them; counts both."""

    def __init__(self, upstream: str) -> None:
        """Listen on a free port of loopback."""
        self.loses: Callable[[bytes], bool] = lambda _: False
        self.passed = self.lost = 0
        self._http = httpx.Client(base_url=upstream, trust_env=False, timeout=SECONDS_MAX)
        self._lock = threading.Lock()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._door())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(SECONDS_MAX)
        self._http.close()

    def hand_on(self, path: str, headers: dict[str, str], body: bytes) -> int:
        """Hand a webhook on and return the answer's status; who is away answers 502."""
        is_lost = self.loses(body)
        with self._lock:
            self.lost, self.passed = self.lost + is_lost, self.passed + (not is_lost)
        if is_lost:
            return 200
        try:
            return self._http.post(path, content=body, headers=headers).status_code
        except httpx.TransportError:
            return 502

    def _door(self) -> type[http.server.BaseHTTPRequestHandler]:
        relay = self

        class Door(http.server.BaseHTTPRequestHandler):
            """One connection."""

            def do_POST(self) -> None:
                """Hand it on, or not."""
                body = self.rfile.read(int(self.headers["content-length"]))
                kept = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "content-length")}
                self.send_response(relay.hand_on(self.path, kept, body))
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Door
