"""A twin's server: hears each request, lets the system in memory answer, and fails where it is told to."""

import contextlib
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from tallystick.kit.twins.faults import BUSY_SECONDS, HAS_EFFECT, Fault

WAIT_SECONDS_MAX: Final = 60
DRIP_SECONDS: Final = 0.05
DRIPS: Final = 60
"""So many bytes before the real answer: three seconds, which a door with a deadline of one does not wait for."""
_READING: Final = frozenset({"GET", "HEAD"})


class Heard(Struct, frozen=True):
    """A request as it arrived. Header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class Said(Struct, frozen=True):
    """An answer."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}


System = Callable[[Heard], Said]
"""The honest system: a request to its answer, one at a time."""


def writes_by_method(heard: Heard) -> bool:
    """Say whether a request changes something, where the method says so."""
    return heard.method not in _READING


class Twin:
    """Serves *system* on a free port of loopback as long as the `with` block lasts; `heard` keeps every request."""

    def __init__(self, system: System, writes: Callable[[Heard], bool] = writes_by_method) -> None:
        """Take *system*, and what tells a request that *writes*: the one in which a push has its effect."""
        self._system, self._writes = system, writes
        self.heard: list[Heard] = []
        self._planned: list[tuple[Fault, bool]] = []
        self._lock, self._over = threading.Lock(), threading.Event()

    def __enter__(self) -> Self:
        """Listen."""
        self._server = _Listener(self)
        serve = self._server.serve_forever
        self._thread = threading.Thread(target=serve, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening, and whatever drips."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(WAIT_SECONDS_MAX)

    def fail(self, fault: Fault, *, writing: bool) -> None:
        """Let the next request that writes, or the next that reads, meet *fault*."""
        with self._lock:
            self._planned.append((fault, writing))

    def answer(self, heard: Heard) -> tuple[Said, Fault | None]:
        """Keep a request, and return what it is answered and what goes wrong with that."""
        with self._lock:
            self.heard.append(heard)
            fault = self._fault_of(self._writes(heard))
            if fault is None or fault in HAS_EFFECT:
                return self._system(heard), fault
            return Said(), fault

    def drip(self, write: Callable[[bytes], Any], body: bytes) -> None:
        """Write a blank now and then, and *body* in the end, as long as anybody listens."""
        with contextlib.suppress(OSError):
            for _ in range(DRIPS):
                if self._over.wait(DRIP_SECONDS):
                    return
                write(b" ")
            write(body)

    def _fault_of(self, writing: bool) -> Fault | None:  # noqa: FBT001 - a request's nature, asked in one place
        for place, (fault, of_writing) in enumerate(self._planned):
            if of_writing == writing:
                del self._planned[place]
                return fault
        return None


_STATUS: Final = {
    Fault.ILL: 500,
    Fault.ILL_AFTER: 502,
    Fault.BUSY: 429,
    Fault.REFUSED: 422,
    Fault.CLOSED: 401,
    Fault.ELSEWHERE: 302,
}


class _Listener(ThreadingHTTPServer):
    """The socket of a twin."""

    daemon_threads = True

    def __init__(self, twin: Twin) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.twin = twin


class _Connection(BaseHTTPRequestHandler):
    """One connection to a twin."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    """Headers and body leave in two writes: else the second waits for the first to be acknowledged, 40 ms each time."""
    server: _Listener

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Take every method alike."""
        if name.startswith("do_"):
            return self._any
        raise AttributeError(name)

    def _any(self) -> None:
        heard = _request(self)
        said, fault = self.server.twin.answer(heard)
        if fault is None:
            self._say(said, len(said.body))
        elif fault in _STATUS or fault is Fault.GARBAGE:
            spoilt = _spoilt(heard, fault)
            self._say(spoilt, len(spoilt.body))
        else:
            self._break(said, fault)

    def _break(self, said: Said, fault: Fault) -> None:
        """End the connection, after none, half, or an endless answer."""
        if fault is Fault.CUT:
            self._say(said, len(said.body) + 100)
        elif fault is Fault.DRIP:
            self._say(Said(said.status, b"", said.headers), None)
            self.server.twin.drip(self.wfile.write, said.body)
        self.close_connection = True

    def _say(self, said: Said, length: int | None) -> None:
        with contextlib.suppress(OSError):
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            if length is not None:
                self.send_header("content-length", str(length))
            self.end_headers()
            self.wfile.write(said.body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _request(handler: BaseHTTPRequestHandler) -> Heard:
    parts = urlsplit(handler.path)
    body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
    headers = {k.lower(): v for k, v in handler.headers.items()}
    return Heard(handler.command, parts.path, dict(parse_qsl(parts.query)), headers, body)


def _spoilt(heard: Heard, fault: Fault) -> Said:
    """Answer in error, and say everything again that was said to us, as careless partners do."""
    if fault is Fault.GARBAGE:
        return Said(200, b"<html>We'll be right back</html>")
    headers = {"Retry-After": str(BUSY_SECONDS)} if fault is Fault.BUSY else {}
    if fault is Fault.ELSEWHERE:
        headers = {"Location": "http://127.0.0.1:9/elsewhere"}
    echo = "; ".join(f"{name}: {value}" for name, value in heard.headers.items())
    return Said(_STATUS[fault], f"{fault.value} ({echo}) {heard.path} ".encode() + heard.body, headers)
