"""`tally bench orders`: orders and stock over HTTP, everything on: authentication, quotas, idempotency, trace context."""

import asyncio
import os
import random
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.app.benches.cases import Case
from tallystick.app.benches.gate import Stand, place_singly
from tallystick.app.benches.http_driver import Asked, Asker, drive
from tallystick.app.benches.orders import LOCATIONS, SKUS, OrderMill, sku
from tallystick.app.benches.report import SINGLE_CLIENTS, BenchReport, Progress, fresh, machine
from tallystick.app.running import at_database
from tallystick.app.serving.first_client import administrator, client_key
from tallystick.app.settings import Settings
from tallystick.messages.sales import OrderPlaced
from tallystick.security.keyring import Keyring, master_key
from tallystick.security.roles import Role
from tallystick.storage.book import connect

CLIENTS: Final = (64, 256)
START_SECONDS_MAX: Final = 30
_HUNDRED: Final = 100
_decode = msgspec.json.Decoder(OrderPlaced).decode
_encode = msgspec.json.Encoder().encode


def bench_orders(seconds: float, workers: int, progress: Progress) -> BenchReport:
    """Run every case against a server of its own process. Every proof of the book must hold afterwards."""

    async def work(url: str) -> BenchReport:
        found = BenchReport("orders", [], machine() | {"workers": workers}, True)
        async with fresh(url, found) as at:
            baselines = {
                hot: (await place_singly(at, hot=hot, clients=SINGLE_CLIENTS, seconds=seconds))[0]
                for hot in (False, True)
            }
            async with server(at, workers) as (port, asker):
                await drive(port, order_requests(asker, 1, hot=False), SINGLE_CLIENTS, 1)
                planned = plans(asker, baselines)
                for number, plan in enumerate(planned, 1):
                    progress("cases", number, len(planned))
                    asked = await drive(port, plan.requests, plan.clients, seconds)
                    found.cases.append(plan.case(asked))
        return found

    return at_database(work)


class Plan(Struct):
    """One case: what is asked, over how many connections, and what an answer counts for."""

    name: str
    requests: Iterator[bytes]
    clients: int
    unit: str
    baseline: float | None = None
    each: int = 1

    def case(self, asked: Asked) -> Case:
        """Return the figures of a run; raise `RuntimeError` when any answer was no success."""
        wrong = {status: n for status, n in asked.statuses.items() if status >= 300}
        if wrong:
            raise RuntimeError(f"{self.name}: answers that are no success: {wrong}")
        p50, p99 = (round(asked.latencies[int(len(asked.latencies) * p)], 1) for p in (0.5, 0.99))
        if self.baseline is None:
            return Case(self.name, round(asked.rate * self.each), self.unit, p50_ms=p50, p99_ms=p99)
        ratio = round(asked.rate / self.baseline, 1)
        return Case(self.name, round(asked.rate), self.unit, round(self.baseline), ratio, p50, p99)


def plans(asker: Asker, baselines: Mapping[bool, float]) -> list[Plan]:
    """Return every case in order; *baselines* are orders a second by whether all want one product."""
    orders = [
        Plan(
            f"orders_{'hot' if hot else 'spread'}_{n}",
            order_requests(asker, n + hot, hot=hot),
            n,
            "orders/s",
            baselines[hot],
        )
        for hot in (False, True)
        for n in CLIENTS
    ]
    single = Plan("stock_single_64", stock_requests(asker, 1), SINGLE_CLIENTS, "reads/s")
    hundred = Plan("stock_by_the_hundred_64", stock_requests(asker, _HUNDRED), SINGLE_CLIENTS, "skus/s", each=_HUNDRED)
    return [*orders, single, hundred]


def order_requests(asker: Asker, seed: int, *, hot: bool) -> Iterator[bytes]:
    """Return requests that place made-up orders, each with a key of its own."""
    mill = OrderMill(seed + 5000, hot=hot)
    while True:
        order = _decode(mill.body())
        lines = [{"sku": x.sku, "quantity": x.quantity, "net": x.net, "tax": x.tax} for x in order.lines]
        said = {
            "order": order.order,
            "channel": order.channel,
            "location": order.location,
            "provider": order.provider,
            "jurisdiction": order.jurisdiction,
            "lines": lines,
        }
        yield asker.post("/v1/orders", _encode(said), f"key-{order.order}")


def stock_requests(asker: Asker, each: int) -> Iterator[bytes]:
    """Return requests that read the stock of *each* products."""
    dice = random.Random(each)  # noqa: S311 - made-up questions
    made = []
    for _ in range(2000):
        skus = [sku(s) for s in dice.sample(range(1, SKUS + 1), each)]
        if each == 1:
            made.append(asker.get(f"/v1/stock/{skus[0]}?location={LOCATIONS[0]}"))
        else:
            body = _encode({"skus": skus, "location": LOCATIONS[0]})
            made.append(asker.post("/v1/stock/query", body))
    while True:
        yield from made


@asynccontextmanager
async def server(at: Stand, workers: int) -> AsyncIterator[tuple[int, Asker]]:
    """Run `tally serve` over the stand's book for as long as the block lasts; yield its port and a client."""
    with tempfile.TemporaryDirectory(prefix="tally-bench-") as folder:
        port = free_port()
        environment = {
            **os.environ,
            "TALLYSTICK_HOME": folder,
            "TALLYSTICK_DATABASE_URL": at.url,
            "TALLYSTICK_BOOK": at.info.name,
        }
        asker = Asker(await _key(at, Settings(Path(folder))))
        command = [sys.executable, "-m", "tallystick", "serve", "--port", str(port), "--workers", str(workers)]
        process = await asyncio.create_subprocess_exec(*command, env=environment, stderr=asyncio.subprocess.DEVNULL)
        try:
            await wait_until_ready(port, process)
            yield port, asker
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _key(at: Stand, settings: Settings) -> str:
    """Let a client into the bench's book and return its key."""
    connection = await connect(at.url, at.info.schema)
    try:
        keyring = Keyring(master_key(settings.key_file), at.info.sealed_as)
        return await client_key(connection, (at.info, keyring), await administrator(connection), [Role.INTEGRATOR])
    finally:
        await connection.close()


def free_port() -> int:
    """Return a port nobody listens at just now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def wait_until_ready(port: int, process: Process) -> None:
    """Wait until the server answers; raise when it ends or takes longer than `START_SECONDS_MAX`."""
    until = time.monotonic() + START_SECONDS_MAX
    while process.returncode is None and time.monotonic() < until:
        if await asyncio.to_thread(_is_ready, port):
            return
        await asyncio.sleep(0.05)
    raise RuntimeError("the server did not become ready: run `tally serve` to see why")


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
