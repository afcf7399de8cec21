"""The database dies under `tally serve`: whoever asks meanwhile is told to wait, and nothing acknowledged is lost."""

import asyncio
import os
import signal
import socket
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import asyncpg
import pytest

from tallystick.app.house import EMBEDDED_FOLDER
from tallystick.app.running import run
from tallystick.app.serving.wiring import is_away
from tallystick.app.settings import Settings
from tallystick.posting.table import TABLE
from tallystick.storage.book import connect, create_book, open_book
from tallystick.storage.embedded.cluster import cluster_at, recorded_pid, stop
from tallystick.storage.embedded.supervisor import revive, running_cluster
from tallystick.storage.reading.proofs import check_book
from tests.api.people import let_in
from tests.api.serving import Server, serving
from tests.api.test_served import stocked
from tests.chaos.wreck import children
from tests.door.asking import Asking
from tests.door.rush import order

CLIENTS, KILLS = 12, 3
LOST = (asyncpg.ConnectionDoesNotExistError, asyncpg.AdminShutdownError, asyncpg.CannotConnectNowError, ConnectionError)
ACKNOWLEDGED_BETWEEN = 40
WAIT_SECONDS_MAX = 120


class Traffic:
    """Clients that place orders without a pause, and send again under its key what was not acknowledged."""

    def __init__(self, asking: Asking) -> None:
        self.asking, self.over = asking, asyncio.Event()
        self.acknowledged: set[str] = set()
        self.told: Counter[int] = Counter()
        self.without_retry_after = 0

    async def __aenter__(self) -> Self:
        self._clients = [asyncio.create_task(self._orders(n)) for n in range(CLIENTS)]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.over.set()
        await asyncio.wait(self._clients)
        for client in self._clients:
            client.result()
        await self.asking.close()

    async def more(self, count: int) -> None:
        """Wait until so many more orders were acknowledged."""
        mark = len(self.acknowledged) + count
        await self.until(lambda: len(self.acknowledged) >= mark)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while not condition():
                for client in self._clients:
                    if client.done():
                        client.result()
                await asyncio.sleep(0.01)

    async def _orders(self, client: int) -> None:
        number = 0
        while not self.over.is_set():
            number += 1
            name = f"T{client}-{number}"
            while not await self._is_placed(name):  # noqa: ASYNC110 - nobody tells a client when to come again
                await asyncio.sleep(0.05)  # as a client does that was told to wait

    async def _is_placed(self, name: str) -> bool:
        answer = await self.asking.post("/orders", order(name), f"key-{name}")
        self.told[answer.status] += 1
        assert answer.status in {201, 503}, answer
        if answer.status == 503:
            assert answer.body["type"] == "urn:tallystick:problem:away"
            self.without_retry_after += "retry-after" not in answer.headers
            return False
        self.acknowledged.add(name)
        return True


async def _orders_in(url: str) -> Counter[str]:
    info = await open_book(url, "main")
    connection = await connect(url, info.schema)
    try:
        rows = await connection.fetch("select subject from event where subject like 'order/%'")
        assert [p for p in await check_book(url, info) if not p.ok] == []
        return Counter(row["subject"].removeprefix("order/") for row in rows)
    finally:
        await connection.close()


def _nothing_is_lost(traffic: Traffic, url: str) -> None:
    """Every acknowledged order is there, once; and nothing else is, for all were acknowledged in the end."""
    assert run(_orders_in(url)) == Counter(traffic.acknowledged)
    assert traffic.without_retry_after == 0
    assert set(traffic.told) <= {201, 503}


def _kill(folder: Path) -> None:
    """Kill -9 the database server with all its processes."""
    head = recorded_pid(cluster_at(folder))
    assert head is not None
    for pid in (head, *children(head)):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@contextmanager
def _serving_embedded(home: Path) -> Iterator[Server]:
    """Serve the book of the embedded database in *home*, as `tally serve` without any setting does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(f"http://127.0.0.1:{port}", "", home)
    with running_cluster(home / EMBEDDED_FOLDER) as url:
        run(create_book(url, "main", "EUR/2", TABLE))
        server.keys = run(let_in(url, Settings(home)))
        server.start()
    try:
        stocked(server, 1_000_000)
        yield server
    finally:
        server.stop()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder whose path leaves room for a socket."""
    with tempfile.TemporaryDirectory(prefix="tally-door-") as found:
        yield Path(found)


def test_an_embedded_database_is_killed_again_and_again(
    folder: Path, record_property: Callable[[str, object], None]
) -> None:
    """The server brings it back by itself; orders wait for it, or are told to come again, and none is lost."""
    with _serving_embedded(folder) as server:

        async def killed() -> Traffic:
            async with Traffic(Asking(server.url, server.keys["shop"])) as traffic:
                for _ in range(KILLS):
                    await traffic.more(ACKNOWLEDGED_BETWEEN)
                    _kill(folder / EMBEDDED_FOLDER)
                await traffic.more(ACKNOWLEDGED_BETWEEN)
            return traffic

        traffic = run(killed())
        record_property("answers", dict(traffic.told))
        with running_cluster(folder / EMBEDDED_FOLDER) as url:
            _nothing_is_lost(traffic, url)
            # The broken twin: a door that had acknowledged one order more than there is.
            traffic.acknowledged.add("never-placed")
            with pytest.raises(AssertionError):
                _nothing_is_lost(traffic, url)
    said = cluster_at(folder / EMBEDDED_FOLDER).log.read_text(errors="replace")
    assert said.count("automatic recovery in progress") == KILLS


def test_an_outside_database_is_restarted(
    folder: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """Nobody but its owner can bring it back: until then every answer is 503 with Retry-After; then all goes on."""
    outside = folder / "outside"
    with running_cluster(outside) as url:
        run(create_book(url, "main", "EUR/2", TABLE))
        with serving(url, tmp_path) as server:
            stocked(server, 1_000_000)

            async def restarted() -> Traffic:
                async with Traffic(Asking(server.url, server.keys["shop"])) as traffic:
                    for _ in range(KILLS):
                        await traffic.more(ACKNOWLEDGED_BETWEEN)
                        await asyncio.to_thread(stop, cluster_at(outside))
                        ready = await traffic.asking.get("/stock/LAMP")
                        assert (ready.status, "retry-after" in ready.headers) == (503, True)
                        assert await asyncio.to_thread(revive, outside) == url
                    await traffic.more(ACKNOWLEDGED_BETWEEN)
                return traffic

            traffic = run(restarted())
            record_property("answers", dict(traffic.told))
            _nothing_is_lost(traffic, url)
            assert "Traceback" not in server.log()


@pytest.mark.parametrize("failure", [asyncpg.InternalClientError, asyncpg.ReadOnlySQLTransactionError, *LOST])
def test_a_connection_that_breaks_is_no_defect(failure: type[Exception]) -> None:
    """Whatever the driver says of a database that went away, a caller is told to come again: 503, not 500."""
    assert is_away(failure("said so"))
    assert not is_away(ValueError("a defect of ours"))
