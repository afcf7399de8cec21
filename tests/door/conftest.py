"""Two shops to be attacked in the same words: ours as `tally serve` runs it, and the naive twin."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest

from tallystick.app.running import run
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book, open_book
from tallystick.storage.reading.proofs import Proof, check_book
from tests.api.serving import START_SECONDS_MAX, Server, serving
from tests.api.test_served import stocked
from tests.door import naive


class Shop:
    """A shop that answers at *url* to whoever shows *token*."""

    def __init__(self, url: str, token: str, database_url: str) -> None:
        self.url, self.token, self.database_url = url, token, database_url
        self.server: Server | None = None

    def stocks(self, units: int) -> None:
        """Put lamps on the shelf of an empty shop."""
        if self.server is not None:
            stocked(self.server, units)
        else:
            run(_naively_stocked(self.database_url, units))

    def ties_out(self) -> None:
        """Every proof of our book holds."""
        wrong = [p for p in run(_proofs(self.database_url)) if not p.ok]
        assert not wrong, wrong


async def _proofs(url: str) -> list[Proof]:
    return list(await check_book(url, await open_book(url, "main")))


async def _naively_stocked(url: str, units: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(naive.SCHEMA)
        await connection.execute("insert into shelf values ('LAMP', $1)", units)
    finally:
        await connection.close()


@pytest.fixture
def ours(database_url: str, tmp_path: Path) -> Iterator[Shop]:
    """Our shop, empty."""
    run(create_book(database_url, "main", "EUR/2", TABLE))
    with serving(database_url, tmp_path) as server:
        shop = Shop(server.url, server.keys["shop"], database_url)
        shop.server = server
        yield shop


@pytest.fixture
def twin(database_url: str) -> Iterator[Shop]:
    """The naive twin, empty."""
    with _naively_serving(database_url) as url:
        yield Shop(url, "none", database_url)


@contextmanager
def _naively_serving(database_url: str) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", "--no-ws", "--no-log"]
    command += ["--host", "127.0.0.1", "--port", str(port), "tests.door.naive:shop"]
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, env={**os.environ, naive.DATABASE: database_url}, cwd=root)
    url = f"http://127.0.0.1:{port}"
    try:
        until, pause = time.monotonic() + START_SECONDS_MAX, threading.Event()
        while not _is_up(url):
            assert process.poll() is None
            assert time.monotonic() < until
            pause.wait(0.05)
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/v1/nothing", timeout=2).status_code == 404
    except httpx.HTTPError:
        return False
