"""The API, wired: a house, its gate and readers, and the door in front; an ASGI application for a server to run."""

import asyncio
import gc
import hashlib
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, MutableMapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from prometheus_client import CollectorRegistry

from tallystick.api.contracts import CAPABILITIES
from tallystick.api.desk import Desk, Received, Receiving
from tallystick.api.door import Door, Guards
from tallystick.api.governance.callers import Callers
from tallystick.api.governance.quotas import Quotas
from tallystick.api.governance.watch import Watch
from tallystick.app.connections.hooks import PATH, Hooks
from tallystick.app.connectors import routes
from tallystick.app.house import House, database, open_house
from tallystick.app.serving.access import Access
from tallystick.app.serving.plain import plain_paths
from tallystick.app.serving.server import API_ONLY
from tallystick.app.serving.token_quotas import TokenQuotas
from tallystick.app.serving.traces import send_traces
from tallystick.app.settings import Settings, read_settings
from tallystick.app.taxing.channels_file import load_tax_setup
from tallystick.app.taxing.engine import RateTableEngine
from tallystick.app.taxing.rates_file import load_rates
from tallystick.app.working.logs import log_the_unheard, start_logs
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work
from tallystick.decisions.tax.setup import TaxSetup
from tallystick.engine.collector import Collector
from tallystick.engine.gate_store import StoreAway
from tallystick.engine.metrics import GateMetrics
from tallystick.engine.patience import pause
from tallystick.engine.readers import ReadCollector
from tallystick.ports.connector import Delivery
from tallystick.ports.tax import TaxEngine
from tallystick.storage.attention.failures import database_away
from tallystick.storage.channels.standing import Channels
from tallystick.storage.embedded.errors import DatabaseUnusableError
from tallystick.storage.reading.golive.standing import GoliveReader
from tallystick.storage.serving.approvals import ApprovalDesk
from tallystick.storage.serving.gates import take_gate
from tallystick.storage.serving.gift_cards import GiftCards
from tallystick.storage.serving.journal import Journal
from tallystick.storage.serving.pool import Pool, lent, open_pool
from tallystick.storage.serving.quotas import Quotas as StoredQuotas
from tallystick.storage.serving.standings import Standings
from tallystick.storage.serving.stewardship import Stewardship
from tallystick.storage.serving.stock import Stock
from tallystick.storage.vault import remember

AWAY_SECONDS_MAX: Final = 20
"""A database that is back before is noticed by nobody but those who waited; after it a caller is told that nothing is known."""
PARENT_SECONDS: Final = 0.5
GC_THRESHOLDS: Final = (100_000, 50, 100)

Scope = MutableMapping[str, Any]
Work = Callable[[asyncio.Event], Coroutine[Any, Any, None]]


class Site(Struct):
    """What a door stands on: an open house, where metrics are kept, and who knows taxes (else the built-in rates) and sellers."""

    house: House
    registry: CollectorRegistry
    tax: TaxEngine | None = None
    tax_setup: TaxSetup = TaxSetup()


@asynccontextmanager
async def door_of(site: Site) -> AsyncIterator[Door]:
    """Open the door of a house, with a gate of its own and connections for reading."""
    house = site.house
    house.metrics = GateMetrics(site.registry)
    gate = house.lasting_gate(await take_gate(await house.connection()))
    gate.away_seconds_max = AWAY_SECONDS_MAX
    collector = Collector(gate)
    keep = _one_at_a_time(house.lasting_inbox().receive)
    pool = await open_pool(house.server, house.info.schema)
    quotas = StoredQuotas(pool)
    governed = Quotas(quotas)
    access, closing = Access(house, pool, TokenQuotas(governed)), ExitStack()
    try:
        await access.recogniser.listen(partial(house.server.connect, house.info.schema))
        standings, stock, journal = Standings(pool), Stock(pool), Journal(pool)
        desk = Desk(
            house.info.currency,
            collector.submit,
            keep,
            ReadCollector(standings.standings).get,
            ReadCollector(stock.each).get,
            stock,
            standings,
            journal,
            journal,
            ApprovalDesk(pool, house.names, house.keyring),
            quotas.uses,
            partial(_remember, house, pool),
            site.tax or RateTableEngine(load_rates(Settings(Path()))),
            Channels(pool),
            Stewardship(pool),
            GoliveReader(pool),
            GiftCards(pool, house.keyring),
            site.tax_setup,
        )
        watch = Watch(site.registry, is_away)
        guards = Guards(Callers(access.recogniser, access.note_denied), governed, watch)
        hooks = Hooks(house, pool, keep, guards.quotas)
        closing.callback(hooks.close)
        paths = plain_paths(pool, site.registry) | access.paths() | {PATH: hooks}
        yield Door(CAPABILITIES, desk, guards, paths)
    finally:
        closing.close()
        await access.recogniser.close()
        await pool.close()


@asynccontextmanager
async def beside(work: Work) -> AsyncIterator[None]:
    """Do *work* beside the block, and let it finish what it is at when the block ends."""
    stop = asyncio.Event()
    task = asyncio.create_task(work(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def leave_with_parent(parent: int, stop: asyncio.Event) -> None:
    """End this process when *parent*, which started it, has been killed: nobody else could stop it or start it again."""
    while not stop.is_set() and os.getppid() == parent:
        await pause(stop, PARENT_SECONDS)
    if not stop.is_set():
        os.kill(os.getpid(), signal.SIGTERM)


def is_away(failure: Exception) -> bool:
    """Say whether a failure only means that the database cannot be reached now."""
    return isinstance(failure, StoreAway | DatabaseUnusableError) or bool(database_away(failure))


async def _remember(house: House, pool: Pool, name: str, data: Mapping[str, object]) -> str:
    """Keep personal data in the vault under what it says, so that the same again is the same reference."""
    said = hashlib.sha256(msgspec.json.encode(data, order="deterministic")).hexdigest()
    async with lent(pool) as connection:
        return await remember(connection, house.keyring, ("api", f"{name}/{said}"), data)


def _one_at_a_time(receive: Callable[[Sequence[Delivery]], Awaitable[Received]]) -> Receiving:
    """The inbox has one connection: batches that come at once queue for it."""
    turn = asyncio.Lock()

    async def keep(deliveries: Sequence[Delivery]) -> Received:
        async with turn:
            return await receive(deliveries)

    return keep


class Hosted:
    """An ASGI application that opens what it serves when its server starts, and closes it when the server stops."""

    def __init__(self, enter: Callable[[AsyncExitStack], Awaitable[Door]]) -> None:
        """Open the door with *enter*."""
        self._enter, self._closing = enter, AsyncExitStack()
        self._door: Door | None = None

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Serve a request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._door is not None and scope["type"] == "http":
            await self._door(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        try:
            self._door = await self._enter(self._closing)
        except Exception as failure:
            await send({"type": "lifespan.startup.failed", "message": str(failure)})
            raise
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._door = None
        await self._closing.aclose()
        await send({"type": "lifespan.shutdown.complete"})


async def _worked(house: House, way: Way, stop: asyncio.Event) -> None:
    """Work beside the API: inbox, deadlines, outbox, subscribers."""
    await work(house, way, stop)


def application() -> Hosted:
    """Return the application that `tally serve` runs in each of its processes; settings come by the environment."""
    start_logs()
    last_spans = send_traces()

    async def enter(closing: AsyncExitStack) -> Door:
        log_the_unheard(asyncio.get_running_loop())
        settings = read_settings()
        closing.callback(last_spans)
        url = closing.enter_context(database(settings))
        house = await closing.enter_async_context(open_house(url, settings))
        taxes = RateTableEngine(load_rates(settings))
        site = Site(house, CollectorRegistry(), taxes, load_tax_setup(settings))
        door = await closing.enter_async_context(door_of(site))
        await closing.enter_async_context(beside(partial(leave_with_parent, os.getppid())))
        if API_ONLY not in os.environ:
            way = Way(routes(settings), settings.outbox_lease_seconds, notices=settings)
            await closing.enter_async_context(beside(partial(_worked, house, way)))
        return door

    return Hosted(enter)
