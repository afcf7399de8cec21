"""A Tallystick as a retailer runs it: its commands, its server with a worker beside, and a look into its book."""

import json
import os
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.app.house import open_house
from tallystick.app.running import run
from tallystick.app.settings import Settings
from tallystick.engine.envelopes import delivery_of
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Envelope
from tallystick.messages.stock import ReceiptLine, ReceiptReported
from tallystick.storage.book import schema_of
from tallystick.storage.embedded.binaries import binaries, run_tool
from tests.api.serving import Server
from tests.counterparts.loopback import free_port

WAIT_SECONDS_MAX: Final = 120
LOOK_SECONDS: Final = 0.05
SELDOM_SECONDS: Final = 0.5


class Tallied:
    """A book `main`, and whoever works in it."""

    def __init__(self, database_url: str, home: Path, currency: str = "USD/2") -> None:
        """Create the book."""
        self.database_url, self.home, self.currency = database_url, home, currency
        self.server = Server(f"http://127.0.0.1:{free_port()}", database_url, home)
        self.environment: dict[str, str] = {}
        self.tally("book", "create", "main", "--currency", currency)

    def tally(self, *words: str, told: str = "", codes: tuple[int, ...] = (0,)) -> Any:
        """Run `tally … --json` with *told* on its standard input, and return what it says."""
        environment = {
            **os.environ,
            "TALLYSTICK_HOME": str(self.home),
            "TALLYSTICK_DATABASE_URL": self.database_url,
            **self.environment,
        }
        command = [sys.executable, "-m", "tallystick", *words, "--json"]
        done = subprocess.run(command, env=environment, input=told, capture_output=True, text=True, check=False)
        assert done.returncode in codes, (words, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def connects(self, what: tuple[str, str, str], secrets: Mapping[str, str], **settings: str) -> None:
        """Connect (name, connector, url): it serves the channel and provider of its own name, looked at every second."""
        name, connector, url = what
        told = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self.tally("connection", "add", name, connector, url, *told, "--poll", "1")
        for key, secret in secrets.items():
            self.tally("connection", "secret", name, key, told=secret)

    def receives(self, units: Mapping[str, int], location: str = "WH1", name: str = "R1") -> None:
        """Take goods into a location, at 4.00 each."""
        lines = tuple(ReceiptLine(n, sku, count, 400 * count) for n, (sku, count) in enumerate(units.items(), 1))
        self.says(f"stock/{name}", ReceiptReported(name, location, self.currency, "supplier", lines))

    def says(self, subject: str, data: Struct) -> None:
        """Have the warehouse report something, and work it off."""
        envelope = Envelope(
            id=uuid.uuid4().hex,
            source="warehouse",
            type=CATALOGUE.of(type(data)).type,
            subject=subject,
            time=datetime.now(UTC),
            data=msgspec.Raw(msgspec.json.encode(data)),
        )

        async def receive() -> None:
            async with open_house(self.database_url, Settings(self.home), "main") as house:
                await (await house.inbox()).receive([delivery_of(envelope)])

        run(receive())
        self.tally("worker", "--once")

    def rows(self, question: str) -> list[list[str]]:
        """Ask the book's schema by SQL, past our code."""
        tool, schema = binaries().tool("psql"), f"set search_path to {schema_of('main')}; "
        command = [tool, "--no-psqlrc", "-qtA", "--field-separator=|", "--set=ON_ERROR_STOP=1"]
        done = run_tool([*command, f"--command={schema}{question}", self.database_url])
        assert done.returncode == 0, done.stderr
        return [line.split("|") for line in done.stdout.splitlines() if line]

    def one(self, question: str) -> str:
        """Ask for one thing."""
        ((found,),) = self.rows(question)
        return found

    def check(self) -> None:
        """Every proof of the book holds."""
        found = self.tally("book", "check")
        assert found["ok"], [p for p in found["proofs"] if not p["ok"]]


def until(
    holds: Callable[[], bool], what: Callable[[], object] = lambda: "", every_seconds: float = LOOK_SECONDS
) -> None:
    """Wait for a condition; where it never comes, tell *what* is there instead."""
    stop, pause = time.monotonic() + WAIT_SECONDS_MAX, threading.Event()
    while not holds():
        assert time.monotonic() < stop, what()
        pause.wait(every_seconds)


def until_all(count: int, done: Callable[[], int], what: Callable[[], object] = lambda: "") -> None:
    """Wait until *count* things are done, one after the other: a slow machine is given time as long as they go on.

    Looking is itself work for the partner who does them, so it is done seldom.
    """
    so_far = done()
    while so_far < count:
        least = so_far + 1
        until(lambda: done() >= least, what, SELDOM_SECONDS)  # noqa: B023 - it is waited for within the round
        so_far = done()
    assert so_far == count, what()


@contextmanager
def serving(tallied: Tallied) -> Iterator[Tallied]:
    """Serve the book, its worker beside, for as long as the block lasts."""
    tallied.server.start()
    try:
        yield tallied
    finally:
        tallied.server.stop()
