"""`tally bench lanes`: what one partner who hangs costs another, in lanes of their own and in one shared pool."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from tallystick.app.benches.cases import Case
from tallystick.app.benches.gate import Stand
from tallystick.app.benches.orders import CURRENCY, LOCATIONS, message, sku
from tallystick.app.benches.report import BenchReport, Progress, fresh, machine
from tallystick.app.running import at_database
from tallystick.engine.answer import Unit
from tallystick.engine.delivery import Delivery, Route
from tallystick.engine.partners.lanes import Lane, Limits
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.payments import AuthorisePayment
from tallystick.messages.sales import OrderLine, OrderPlaced
from tallystick.ports.connector import Acknowledgement
from tallystick.security.keyring import KEY_BYTES, Keyring
from tallystick.storage.book import Connection, connect
from tallystick.storage.connections.register import Configured, Register
from tallystick.storage.outbox import Outbox

WELL, SLOW = "well", "slow"
AUTHORISE: Final = CATALOGUE.of(AuthorisePayment).type
ORDERS_IN_STEP: Final = 16
PLACES: Final = 16
PARTNER_SECONDS: Final = 0.002
REST_SECONDS: Final = 0.005
STUCK_SECONDS: Final = 5.0
HANG_SECONDS_MAX: Final = 600.0
STEPS: Final = 4


class Partner:
    """Two made-up providers: each call to the well one takes `PARTNER_SECONDS`; calls to the slow one may hang."""

    def __init__(self) -> None:
        """Let nobody hang."""
        self.hangs, self.over = False, threading.Event()
        self.heard: dict[str, float] = {}

    def push(self, command: AuthorisePayment, key: str) -> Acknowledgement:
        """Take a command in a thread."""
        if command.provider == SLOW and self.hangs:
            self.over.wait(HANG_SECONDS_MAX)
        else:
            self.over.wait(PARTNER_SECONDS)
        self.heard[command.order] = time.perf_counter()
        return Acknowledgement(key)


class Run(Struct):
    """What came of a run: latencies of the well partner in milliseconds, of so many orders placed."""

    latencies: list[float]
    placed: int


def bench_lanes(seconds: float, progress: Progress) -> BenchReport:
    """Measure the well partner's latency while both are well, then while one hangs: in lanes, and in a shared pool."""

    async def work(url: str) -> BenchReport:
        found = BenchReport("lanes", [], machine(), True)
        runs: dict[str, Run] = {}
        plan = (("lanes", False), ("lanes_one_hangs", True), ("lanes_again", False), ("shared_one_hangs", True))
        for n, (name, hangs) in enumerate(plan):
            progress(name, n, STEPS)
            async with fresh(url, found) as at:
                runs[name] = await _run(at, seconds, hangs=hangs, shared=name.startswith("shared"))
        progress("shared_one_hangs", STEPS, STEPS)
        found.cases += _cases(runs)
        return found

    return at_database(work)


def _cases(runs: dict[str, Run]) -> list[Case]:
    """The baseline is taken before and after, for a machine is not equally quiet all the time."""
    normal = sorted(runs["lanes"].latencies + runs["lanes_again"].latencies)
    cases = [
        _latency("lanes", normal, normal),
        _latency("lanes_one_hangs", sorted(runs["lanes_one_hangs"].latencies), normal),
    ]
    stuck = runs["shared_one_hangs"]
    share = len(stuck.latencies) / stuck.placed
    return [*cases, Case("shared_one_hangs", round(100 * share), "% delivered", 100, round(share, 2))]


def _latency(name: str, found: Sequence[float], normal: Sequence[float]) -> Case:
    p50, p99 = (_at(found, q) for q in (0.5, 0.99))
    baseline = _at(normal, 0.5)
    return Case(
        name, round(p50, 1), "ms p50", round(baseline, 1), round(p50 / baseline, 2), round(p50, 1), round(p99, 1)
    )


def _at(found: Sequence[float], quantile: float) -> float:
    return found[min(int(len(found) * quantile), len(found) - 1)]


async def _run(at: Stand, seconds: float, *, hangs: bool, shared: bool) -> Run:
    """Place orders of both partners step by step; each step ends when the well partner has heard of all of its."""
    partner, stop = Partner(), asyncio.Event()
    async with _deliveries(at, partner, shared=shared) as deliveries:
        running = [asyncio.create_task(_delivering(one, stop)) for one in deliveries]
        partner.hangs = hangs
        try:
            return await _placing(at, partner, seconds)
        finally:
            stop.set()
            partner.over.set()
            await asyncio.gather(*running)


async def _placing(at: Stand, partner: Partner, seconds: float) -> Run:
    gate, run = await at.gate(1), Run([], 0)
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        names = {p: [f"{p}-{run.placed + n}" for n in range(ORDERS_IN_STEP)] for p in (SLOW, WELL)}
        await gate.flush([_order(name, p) for p, given in names.items() for name in given])
        began = time.perf_counter()
        run.placed += ORDERS_IN_STEP
        while not all(name in partner.heard for name in names[WELL]):
            if time.perf_counter() - began > STUCK_SECONDS:
                return run
            await asyncio.sleep(0.001)
        run.latencies += [(partner.heard[name] - began) * 1000 for name in names[WELL]]
    return run


def _order(number: str, provider: str) -> Unit:
    line = OrderLine(1, sku(1), 1, 1000, 200)
    placed = OrderPlaced(number, "web", LOCATIONS[0], CURRENCY, provider, (line,), "GB")
    return message(("web", number), f"order/{number}", placed)


async def _delivering(delivery: Delivery, stop: asyncio.Event) -> None:
    while not stop.is_set():
        if not await delivery.run_once(stop):
            await asyncio.sleep(REST_SECONDS)


@asynccontextmanager
async def _deliveries(at: Stand, partner: Partner, *, shared: bool) -> AsyncIterator[list[Delivery]]:
    """A delivery for each partner's lane, or one for both."""
    connections = [await connect(at.url, at.info.schema) for _ in range(1 if shared else 2)]
    try:
        numbers: list[int | None] = [None] if shared else [*await _connected(at)]
        yield [_delivery(at, (c, n), partner) for c, n in zip(connections, numbers, strict=True)]
    finally:
        for connection in connections:
            await connection.close()


async def _connected(at: Stand) -> list[int]:
    register = Register(at.connections[0], at.names, Keyring(bytes(KEY_BYTES), at.info.sealed_as))
    return [
        await register.put(Configured(name=name, connector="bench", url=""), [(AUTHORISE, name)])
        for name in (SLOW, WELL)
    ]


def _delivery(at: Stand, where: tuple[Connection, int | None], partner: Partner) -> Delivery:
    connection, number = where
    lane = Lane(f"bench-{number}", Limits(places=PLACES))

    async def push(command: Struct, key: str) -> Acknowledgement:
        return await lane.do("push", partner.push, command, key)

    async def ask(_: Struct, __: str) -> Acknowledgement | None:
        return None

    outbox = Outbox(connection, at.names)
    outbox.lane = number
    return Delivery(outbox, {AUTHORISE: Route(push, ask)}, lambda: datetime.now(UTC))
