"""A localstripe of one's own for a test, on loopback. It is GPL: it runs in its own environment, nothing of it is imported."""

import contextlib
import http.server
import os
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from typing import Final

import httpx
import pytest

from tallystick.ports.connector import Hook
from tests.counterparts.loopback import ended, free_port, started, wait_until

ROOT: Final = Path(__file__).resolve().parents[3]
PYTHON: Final = ROOT / ".counterparts" / "localstripe" / "venv" / "bin" / "python"
API_KEY, HOOK_SECRET = "sk_test_for_tests", "whsec_for_tests"
HOOK_SECONDS_MAX: Final = 60


def needs_localstripe() -> None:
    """Leave the test out, loudly, where localstripe is not installed."""
    if not PYTHON.exists():
        pytest.skip("needs localstripe in .counterparts: run `make counterparts` where packages can be fetched")


@contextlib.contextmanager
def localstripe(folder: Path) -> Iterator[str]:
    """Serve one whose words go into *folder*, and end it afterwards; gives its url."""
    port, log = free_port(), folder / "localstripe.log"
    url = f"http://127.0.0.1:{port}"
    process = started([PYTHON, Path(__file__).with_name("serve.py"), str(port)], dict(os.environ), log)
    try:
        wait_until(lambda: _answers(url), process, log)
        yield url
    finally:
        ended(process)


@dataclass
class Account:
    """A localstripe that keeps what it holds in *folder* and tells all it does: it can be killed and started again."""

    folder: Path
    hook: str = ""
    port: int = field(default_factory=free_port)
    process: "Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and return when it answers; where it has a hook, its webhooks go there."""
        log, command = self.folder / "localstripe.log", [PYTHON, Path(__file__).with_name("serve.py")]
        self.process = started([*command, str(self.port), self.folder], dict(os.environ), log)
        try:
            wait_until(lambda: _answers(self.url), self.process, log)
            if self.hook:
                told = {"url": self.hook, "secret": HOOK_SECRET}
                httpx.post(f"{self.url}/_config/webhooks/tally", json=told, trust_env=False).raise_for_status()
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            ended(self.process)
            self.process = None


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/v1/events", headers={"authorization": f"Bearer {API_KEY}"}).is_success
    return False


class Ear:
    """Takes the webhooks it sends."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self._heard: queue.Queue[Hook] = queue.Queue()

    def next(self) -> Hook:
        """Return the next webhook, as soon as it is there."""
        return self._heard.get(timeout=HOOK_SECONDS_MAX)

    def hear(self, hook: Hook) -> None:
        """Keep a webhook."""
        self._heard.put(hook)


@contextlib.contextmanager
def listening(stripe: str) -> Iterator[Ear]:
    """Have the webhooks of the one at *stripe* sent to an ear."""
    ear = Ear()

    class Door(http.server.BaseHTTPRequestHandler):
        """Answers 200 to each."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            ear.hear(Hook({k.lower(): v for k, v in self.headers.items()}, body, datetime.now(UTC)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        told = {"url": f"http://127.0.0.1:{server.server_port}/", "secret": HOOK_SECRET}
        httpx.post(f"{stripe}/_config/webhooks/tally", json=told).raise_for_status()
        yield ear
    finally:
        server.shutdown()
        server.server_close()
        thread.join(HOOK_SECONDS_MAX)
