"""`tally serve` as it runs in real life: a process of its own, over HTTP, which a test may also kill."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tallystick.app.running import run
from tallystick.app.settings import Settings
from tallystick.storage.book import BookError
from tests.api.people import let_in

START_SECONDS_MAX = 60
PS = shutil.which("ps") or "/bin/ps"


class Server:
    """A running server, and where it is."""

    def __init__(self, url: str, database_url: str, home: Path) -> None:
        """Speak of the server at *url* over the book `main` of *database_url*."""
        self.url, self._database_url, self._home = url, database_url, home
        self.keys: dict[str, str] = {}
        self.process: subprocess.Popen[bytes] | None = None
        self._asked = False

    def by(self, name: str = "shop") -> dict[str, str]:
        """Return the header of somebody who calls."""
        return {"authorization": f"Bearer {self.keys[name]}"}

    def start(self, workers: int = 1, *more: str) -> "Server":
        """Start it, told *more*, and wait until it is ready."""
        environment = {
            **os.environ,
            "TALLYSTICK_HOME": str(self._home),
            "TALLYSTICK_DATABASE_URL": self._database_url,
        }
        port = self.url.rpartition(":")[2]
        command = [sys.executable, "-m", "tallystick", "serve", "--port", port, "--workers", str(workers), *more]
        with (self._home / "serve.log").open("ab") as log:
            # A session of its own: its processes can be killed together and are nobody else's.
            self.process = subprocess.Popen(command, env=environment, stderr=log, start_new_session=True)
        self._await_ready()
        return self

    def kill(self, *, parent_only: bool = False) -> None:
        """Kill -9 the server with its workers, or only the process that was started: its workers follow by themselves."""
        assert self.process is not None
        (os.kill if parent_only else os.killpg)(self.process.pid, signal.SIGKILL)
        self.process.wait()
        until, pause = time.monotonic() + START_SECONDS_MAX, threading.Event()
        while self._answers():
            assert time.monotonic() < until, "a worker lives on"
            pause.wait(0.05)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/health/live", timeout=2).is_success
        except httpx.HTTPError:
            return False

    def ask_to_stop(self) -> None:
        """Ask it to stop, once."""
        assert self.process is not None
        if not self._asked and self.process.poll() is None:
            self.process.terminate()
        self._asked = True

    def stop(self) -> int:
        """Ask it to stop and wait; return its exit code."""
        self.ask_to_stop()
        assert self.process is not None
        return self.process.wait(60)

    def log(self) -> str:
        """What it wrote to standard error."""
        return (self._home / "serve.log").read_text()

    def memory_bytes(self) -> int:
        """Resident memory of all its processes."""
        assert self.process is not None
        found = subprocess.run(
            [PS, "-o", "rss=", "-g", str(self.process.pid)], capture_output=True, text=True, check=True
        )
        return sum(int(line) for line in found.stdout.split()) * 1024

    def _await_ready(self) -> None:
        until, pause = time.monotonic() + START_SECONDS_MAX, threading.Event()
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            try:
                if httpx.get(f"{self.url}/health/ready", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pause.wait(0.05)
        raise TimeoutError(self.log())


@contextmanager
def serving(database_url: str, home: Path, workers: int = 1, *, people: bool = True) -> Iterator[Server]:
    """Serve the book for as long as the block lasts, to everybody of `tests.api.people`, or to whom it knows already."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", database_url, home)
    with suppress(BookError):
        server.keys = {} if not people else run(let_in(database_url, Settings(home)))
    try:
        yield server.start(workers)
    finally:
        server.stop()
