"""The server in real life: killed under load, stopped in the middle, run by several processes."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tallystick.app.benches.http_driver import Asker, drive
from tallystick.app.running import run
from tallystick.posting.table import TABLE
from tallystick.storage.book import connect, create_book, open_book
from tallystick.storage.reading.proofs import check_book
from tests.api.conftest import order
from tests.api.serving import Server, serving
from tests.api.test_reports import receipt

CLIENTS, MANY = 16, 1_000_000


@pytest.fixture
def book(database_url: str) -> str:
    """A database with an empty book."""
    run(create_book(database_url, "main", "EUR/2", TABLE))
    return database_url


@pytest.fixture
def server(book: str, tmp_path: Path) -> Iterator[Server]:
    """A server over it."""
    with serving(book, tmp_path) as found:
        yield found


def stocked(server: Server, units: int) -> None:
    """Put lamps on the shelf, by the front door and the worker beside it."""
    sent = httpx.post(f"{server.url}/v1/reports", json=[receipt("R1", units)], headers=server.by())
    assert sent.json()["kept"] == 1, sent.text
    asked = f"{server.url}/v1/stock/LAMP"
    eventually(
        lambda: httpx.get(asked, headers=server.by()).json().get("product", {}).get("available") == units, server
    )


def eventually(holds: Callable[[], bool], server: Server) -> None:
    """Wait until *holds*: the worker takes its turn."""
    until, pause = time.monotonic() + 60, threading.Event()
    while not holds():
        assert time.monotonic() < until, server.log()
        pause.wait(0.05)


async def _events(url: str) -> Counter[str]:
    info = await open_book(url, "main")
    connection = await connect(url, info.schema)
    try:
        return Counter(r["subject"] for r in await connection.fetch("select subject from event"))
    finally:
        await connection.close()


async def _book_ties_out(url: str) -> None:
    wrong = [p for p in await check_book(url, await open_book(url, "main")) if not p.ok]
    assert not wrong, wrong


class Buyer:
    """Places orders one after the other, and notes what was acknowledged; what was not, is tried again later."""

    def __init__(self, name: str, server: Server) -> None:
        self.server = server
        self.name, self.acknowledged, self.unknown = name, list[str](), list[str]()

    async def buys(self, client: httpx.AsyncClient, number: str) -> None:
        """Place one order under its own key."""
        headers = {**self.server.by(), "idempotency-key": number}
        try:
            done = await client.post("/v1/orders", json=order(number), headers=headers)
        except httpx.HTTPError:
            self.unknown.append(number)
            raise
        assert done.status_code in {201, 503}, done.text
        (self.acknowledged if done.status_code == 201 else self.unknown).append(number)

    async def buys_until_it_breaks(self, url: str, enough: asyncio.Event, at: int) -> None:
        """Buy until the connection breaks; say when *at* orders were acknowledged."""
        async with httpx.AsyncClient(base_url=url) as client:
            number = 0
            try:
                while True:
                    number += 1
                    await self.buys(client, f"{self.name}-{number}")
                    if len(self.acknowledged) == at:
                        enough.set()
            except httpx.HTTPError:
                return


async def _killed_under_load(server: Server, round_: int) -> list[Buyer]:
    buyers = [Buyer(f"K{round_}.{n}", server) for n in range(CLIENTS)]
    enough = asyncio.Event()
    tasks = [asyncio.create_task(b.buys_until_it_breaks(server.url, enough, 20)) for b in buyers]
    await asyncio.wait_for(enough.wait(), 60)
    await asyncio.to_thread(server.kill, parent_only=round_ == 1)
    await asyncio.gather(*tasks)
    return buyers


async def _again(server: Server, buyers: list[Buyer]) -> None:
    async with httpx.AsyncClient(base_url=server.url) as client:
        for buyer in buyers:
            for number in list(buyer.unknown):
                await buyer.buys(client, number)


def test_kill_9_under_load(server: Server, book: str) -> None:
    """Every acknowledged order is there, once; what was not acknowledged is sent again under its key, safely."""
    stocked(server, 100_000)
    buyers: list[Buyer] = []
    for round_ in range(3):
        killed = run(_killed_under_load(server, round_))
        buyers += killed
        assert sum(len(b.unknown) for b in killed) == CLIENTS
        server.start()
        run(_again(server, killed))
    events = run(_events(book))
    wanted = {f"order/{number}" for b in buyers for number in b.acknowledged}
    assert len(wanted) >= 3 * 20
    assert {s: n for s, n in events.items() if s.startswith("order/")} == dict.fromkeys(wanted, 1)
    run(_book_ties_out(book))


def test_a_book_that_is_not_there_is_said_once(database_url: str, tmp_path: Path) -> None:
    """Without a book the server does not start, and says in two lines why and what to do."""
    with pytest.raises(AssertionError, match="book create main"), serving(database_url, tmp_path):
        pass


def test_stopping_answers_what_is_under_way(server: Server, book: str) -> None:
    """Asked to stop, the server answers what it took in, and leaves nothing behind."""
    stocked(server, 100_000)

    async def stop_in_the_middle() -> list[Buyer]:
        buyers = [Buyer(f"S{n}", server) for n in range(CLIENTS)]
        enough = asyncio.Event()
        tasks = [asyncio.create_task(b.buys_until_it_breaks(server.url, enough, 10)) for b in buyers]
        await asyncio.wait_for(enough.wait(), 60)
        server.ask_to_stop()
        await asyncio.gather(*tasks)
        return buyers

    buyers = run(stop_in_the_middle())
    assert server.stop() == 0
    events = run(_events(book))
    acknowledged = {f"order/{number}" for b in buyers for number in b.acknowledged}
    assert acknowledged <= set(events)
    assert "Traceback" not in server.log()


def test_several_processes_serve_one_book(book: str, tmp_path: Path) -> None:
    """Two processes share shelves, keys, quotas and metrics; fifty buyers of ten lamps get ten."""
    with serving(book, tmp_path, workers=2) as server:
        stocked(server, 10)

        async def rush() -> Counter[int]:
            async with httpx.AsyncClient(base_url=server.url, headers=server.by()) as client:
                sent = [client.post("/v1/orders", json=order(f"W{n % 50}")) for n in range(100)]
                return Counter(a.status_code for a in await asyncio.gather(*sent))

        # Every order is sent twice at the same moment: both copies are told the same.
        assert run(rush()) == {201: 20, 409: 80}
        metrics = httpx.get(f"{server.url}/metrics").text
        counted = [line for line in metrics.splitlines() if line.startswith("tallystick_api_seconds_count")]
        assert sum(float(x.split()[-1]) for x in counted if 'operation="place_order"' in x) == 100
    run(_book_ties_out(book))


def test_no_secret_and_no_body_in_the_log(server: Server, book: str) -> None:
    """What the server writes names neither keys nor what was said."""
    for _ in range(3):
        httpx.post(f"{server.url}/v1/orders", json=order("SECRET-ORDER"), headers=server.by())
        httpx.get(f"{server.url}/v1/orders/SECRET-ORDER", headers={"authorization": "Bearer wrong-secret"})
    assert server.stop() == 0
    log = server.log()
    assert not [word for word in (server.keys["shop"], "wrong-secret", "SECRET-ORDER") if word in log]


def test_memory_stays_small(server: Server, book: str) -> None:
    """A server that has answered some thousand requests is still small."""
    stocked(server, 100_000)

    async def busy() -> Any:
        async with httpx.AsyncClient(base_url=server.url, headers=server.by()) as client:
            for first in range(0, 1000, 50):
                sent = [client.post("/v1/orders", json=order(f"M{first + n}")) for n in range(50)]
                await asyncio.gather(*sent)

    run(busy())
    assert server.memory_bytes() < 400 * 2**20


@pytest.mark.soak
def test_memory_after_a_million_requests(server: Server, record_property: Callable[[str, object], None]) -> None:
    """A server that has answered a million requests, orders among them, is still small."""
    stocked(server, 1_000_000)
    asker, port = Asker(server.keys["shop"]), int(server.url.rpartition(":")[2])

    def requests() -> Iterator[bytes]:
        for number in range(MANY):
            if number % 5:
                yield asker.get("/v1/stock/LAMP")
            else:
                yield asker.post("/v1/orders", msgspec.json.encode(order(f"M{number}")), f"m-{number}")

    asked = run(drive(port, requests(), 64, 3600))
    assert sum(asked.statuses.values()) == MANY
    assert set(asked.statuses) == {200, 201}
    record_property("requests_a_second", round(asked.rate))
    record_property("memory_mib", server.memory_bytes() // 2**20)
    assert server.memory_bytes() < 400 * 2**20
