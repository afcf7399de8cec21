"""`tally bench sync`: from a till's sale received to the stock update a channel acknowledged; against one call a sale."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Raw, Struct

from tallystick.app.benches.cases import Case
from tallystick.app.benches.orders import CURRENCY, LOCATIONS, SKUS, sku
from tallystick.app.benches.report import BenchReport, Progress, fresh, machine
from tallystick.app.connections.doors import Door
from tallystick.app.connections.feeding import feeding
from tallystick.app.house import House, open_house
from tallystick.app.running import at_database
from tallystick.app.settings import read_settings
from tallystick.app.working.shifts import Way, keep_up
from tallystick.app.working.work import work
from tallystick.engine.envelopes import delivery_of
from tallystick.engine.partners.lanes import Lane, Limits
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.channels import SetStock
from tallystick.messages.envelope import Envelope
from tallystick.messages.sales import SaleLine, SaleReported
from tallystick.ports.connector import (
    Acknowledgement,
    Delivery,
    Manifest,
    Misconfigured,
    Page,
    Translation,
)
from tallystick.storage.connections.register import Configured, Policy, Register

CHANNEL: Final = "web"
PLACES: Final = 4
CALL_SECONDS: Final = (0.02, 0.08)
TICK_SECONDS: Final = 0.02
AFTER_SECONDS: Final = 5.0
FIRST_SECONDS_MAX: Final = 120.0
LOOK_SECONDS: Final = 0.02
STEPS: Final = 2
SALE: Final = CATALOGUE.of(SaleReported).type
_SALES: Final = "select id, body from event where id > $1 and subject like 'sale/%' order by id limit 500"


class Shop:
    """A made-up channel: each call takes a while, never the same. It remembers when what sales were shown."""

    manifest = Manifest(
        name="bench",
        system="a made-up channel",
        role="a channel",
        foreign_version="1",
        auth="none",
        pushes=(SetStock,),
        page_size_max=100,
    )

    def __init__(self) -> None:
        """Have heard of nothing."""
        self.first: dict[str, int] = {}
        self.sold: defaultdict[str, list[float]] = defaultdict(list)
        self.shown: defaultdict[str, int] = defaultdict(int)
        self.latencies: list[float] = []
        self.calls = 0
        self._dice = random.Random(11)  # noqa: S311 - a made-up partner

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Take one number."""
        return self.push_many([(command, key)])[0]

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> Sequence[Acknowledgement]:
        """Take numbers together, in a thread."""
        time.sleep(self._dice.uniform(*CALL_SECONDS))
        now = time.perf_counter()
        self.calls += 1
        for command, _ in commands:
            if isinstance(command, SetStock):
                first = self.first.setdefault(command.sku, command.available)
                self._shows(command.sku, first - command.available, now)
        return [Acknowledgement(key) for _, key in commands]

    def one(self, product: str, gone: int) -> None:
        """Take the number of one product after so many sales, in a thread."""
        time.sleep(self._dice.uniform(*CALL_SECONDS))
        self._shows(product, gone, time.perf_counter())

    def _shows(self, product: str, gone: int, now: float) -> None:
        """A number shows every sale that is taken off it."""
        for place in range(self.shown[product], gone):
            self.latencies.append((now - self.sold[product][place]) * 1000)
        self.shown[product] = max(gone, self.shown[product])

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Nothing is pulled."""
        raise Misconfigured(f"{kind.__name__} is not pulled here, not since {since!r} either")

    def parse(self, delivery: Delivery) -> Translation:
        """Nothing comes."""
        raise Misconfigured(f"nothing comes from here, so {delivery.id} did not")

    def ask(self, question: Struct) -> Struct:
        """Nothing is asked."""
        raise Misconfigured(f"{type(question).__name__} is not asked here")


def bench_sync(seconds: float, per_second: int, progress: Progress) -> BenchReport:
    """Sell at *per_second* for *seconds*, told by the feed, then told one call a sale, each in a book of its own."""

    async def measured(url: str) -> BenchReport:
        found = BenchReport("sync", [], machine(), True)
        plan = (("one_call_a_sale", _singly), ("coalesced", _fed))
        runs: dict[str, tuple[Shop, int]] = {}
        for n, (name, way) in enumerate(plan):
            progress(name, n, STEPS)
            async with fresh(url, found) as at, open_house(url, read_settings(), at.info.name) as house:
                shop = Shop()
                async with way(house, shop):
                    runs[name] = (shop, await _sell(house, shop, seconds, per_second))
        progress("coalesced", STEPS, STEPS)
        baseline = _share(*runs["one_call_a_sale"])
        found.cases += [_case(name, *run, baseline) for name, run in runs.items()]
        return found

    return at_database(measured)


def _share(shop: Shop, sold: int) -> float:
    return round(100 * len(shop.latencies) / sold, 1)


def _case(name: str, shop: Shop, sold: int, baseline: float) -> Case:
    share, found = _share(shop, sold), sorted(shop.latencies)
    p50, p99 = (round(found[int(len(found) * q)], 1) if found else None for q in (0.5, 0.99))
    return Case(name, share, "% delivered", baseline, round(share / baseline, 2) if baseline else None, p50, p99)


async def _sell(house: House, shop: Shop, seconds: float, per_second: int) -> int:
    """Send sales tick by tick, however far the channel is; then wait a little for what is under way."""
    inbox, dice, sold = await house.inbox(), random.Random(5), 0  # noqa: S311 - made-up sales
    began = time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        due = int((now - began + TICK_SECONDS) * per_second) - sold
        wanted = [sku(dice.randint(1, SKUS)) for _ in range(due)]
        for one in wanted:
            shop.sold[one].append(time.perf_counter())
        await inbox.receive([_sale(sold + n, one) for n, one in enumerate(wanted)])
        sold += len(wanted)
        await asyncio.sleep(max(0.0, TICK_SECONDS - (time.perf_counter() - now)))
    until = time.perf_counter() + AFTER_SECONDS
    while len(shop.latencies) < sold and time.perf_counter() < until:  # noqa: ASYNC110 - threads move it
        await asyncio.sleep(LOOK_SECONDS)
    return sold


def _sale(number: int, product: str) -> Delivery:
    line = SaleLine(1, product, 1, 1000, 200)
    sale = SaleReported(f"T-{number}", "till", LOCATIONS[0], CURRENCY, "card", (line,))
    envelope = Envelope(
        id=f"T-{number}",
        source="till",
        type=SALE,
        subject=f"sale/T-{number}",
        time=datetime.now(UTC),
        data=Raw(msgspec.json.encode(sale)),
    )
    return delivery_of(envelope)


@asynccontextmanager
async def _fed(house: House, shop: Shop) -> AsyncIterator[None]:
    """The house's worker and its stock feed. Sales begin when the channel shows every product."""
    register = Register(await house.connection(), house.names, house.keyring)
    policy = Policy(places=PLACES)
    await register.put(Configured(name=CHANNEL, connector="bench", url="", policy=policy), [])
    known = await register.named(CHANNEL)
    await register.pause(CHANNEL, "the bench tells it")
    door = Door(known, shop, Lane(CHANNEL, Limits(places=PLACES)))
    stop, ignored = asyncio.Event(), list[int]()
    feed = keep_up("stock feed", feeding((house, door, CHANNEL), stop, ignored.append), stop)
    tasks = [asyncio.create_task(feed), asyncio.create_task(work(house, Way({}), stop))]
    try:
        async with asyncio.timeout(FIRST_SECONDS_MAX):
            while len(shop.first) < SKUS:  # noqa: ASYNC110 - threads move it
                await asyncio.sleep(LOOK_SECONDS)
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def _singly(house: House, shop: Shop) -> AsyncIterator[None]:
    """The baseline: the same worker, and a call for every sale that is in the book, over as many places."""
    stop, queue = asyncio.Event(), asyncio.Queue[str]()
    left: defaultdict[str, int] = defaultdict(int)

    async def follow() -> None:
        connection, after = await house.connection(), 0
        while not stop.is_set():
            rows = await connection.fetch(_SALES, after)
            after = rows[-1][0] if rows else after
            for _, body in rows:
                queue.put_nowait(msgspec.json.decode(body, type=SaleReported).goods[0].sku)
            await asyncio.sleep(LOOK_SECONDS)

    async def tell() -> None:
        while True:
            one = await queue.get()
            left[one] += 1
            await asyncio.to_thread(shop.one, one, left[one])

    working = [asyncio.create_task(one) for one in (follow(), work(house, Way({}), stop))]
    telling = [asyncio.create_task(tell()) for _ in range(PLACES - 1)]
    try:
        yield
    finally:
        stop.set()
        for task in telling:
            task.cancel()
        await asyncio.gather(*working)
        await asyncio.gather(*telling, return_exceptions=True)
