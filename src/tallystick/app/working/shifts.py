"""Shifts: a part of the work that opens connections of its own, and works until it is stopped or something fails.

When a shift fails, everything it had is thrown away and the next begins with what the database says. Nothing is
remembered between them, so nothing can be remembered wrongly.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from msgspec import Struct

from tallystick.app.connections.study import Study
from tallystick.app.connectors import parsers
from tallystick.app.house import House
from tallystick.app.partners.judging import judging
from tallystick.app.settings import Settings
from tallystick.engine.delivery import LEASE_SECONDS, Delivery, Route
from tallystick.engine.gate import Gate
from tallystick.engine.gate_store import StoreAway
from tallystick.engine.patience import Patience
from tallystick.engine.timers import Deadlines, Turns
from tallystick.engine.worker import Worker
from tallystick.storage.attention.overdue import EARLY_DAYS_MAX, tell_overdue
from tallystick.storage.book import GATES, Connection
from tallystick.storage.claims import Claims
from tallystick.storage.inbox import PARTITIONS, Inbox
from tallystick.storage.line import hang_up, plan_anew, told_when_away
from tallystick.storage.outbox import Outbox
from tallystick.storage.rolling import roll_up
from tallystick.storage.timers import Timers
from tallystick.storage.waiting.orders import WaitingOrders

ROUND_SECONDS_MAX: Final = 0.5
"""How long deadlines wait for the inbox: an expired reservation is free within a second, also under load."""
SWEEP_SECONDS: Final = 60.0
FIRST_GATE: Final = GATES - PARTITIONS
"""A worker writes as the gate of its lowest partition, so that no two write one chain."""

log: Final = structlog.get_logger("worker")

Well = Callable[[], None]
"""Says that all is well."""
Shift = Callable[[Well], Awaitable[None]]


class Way(Struct, frozen=True):
    """Where commands go, and how long a worker has one for itself. Without routes commands wait, untried.

    With *ledger*, the settings that say when, journals are drawn and go to the ledger by themselves. With *notices*, the
    settings that say which, customers are told, and cases are followed.
    """

    routes: Mapping[str, Route]
    lease_seconds: float = LEASE_SECONDS
    ledger: Settings | None = None
    notices: Settings | None = None

    def delivery(self, house: House, connection: Connection) -> Delivery:
        """Return the delivery of the outbox over *connection*; what no connection judges, the house judges itself."""
        outbox = Outbox(connection, house.names)
        return Delivery(outbox, {**self.routes, **judging(house)}, lambda: datetime.now(UTC), self.lease_seconds)


@asynccontextmanager
async def connection_to(house: House, *, keeps_plans: bool = False) -> AsyncIterator[Connection]:
    """Open a connection for as long as the block lasts; a dead server is brought back to life, if it is ours.

    One that *keeps_plans* is for a gate: it says the same few things so often that planning them would cost too much.
    """
    connection = await house.server.connect(house.info.schema)
    try:
        if not keeps_plans:
            with told_when_away():
                await plan_anew(connection)
        yield connection
    finally:
        await hang_up(connection)


async def keep_up(name: str, shift: Shift, stop: asyncio.Event) -> None:
    """Begin one shift after another until *stop*; say once that something is wrong, and once that it is over."""
    wrong, patience = "", Patience(stop=stop)

    def well() -> None:
        nonlocal wrong, patience
        if wrong:
            log.info("back", part=name, after=wrong)
            wrong, patience = "", Patience(stop=stop)

    while not stop.is_set():
        try:
            with told_when_away():
                await shift(well)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the next shift begins afresh, and it is told
            # The kind of a failure only: its text may quote what a message said.
            kind = type(failure.__cause__ or failure).__name__
            if kind != wrong:
                say = log.warning if isinstance(failure, StoreAway) else log.error
                say("interrupted", part=name, failure=kind, at=_place(failure))
                wrong = kind
            await patience.wait()


def _place(failure: BaseException) -> str:
    trace = failure.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace is not None else ""


class Crew:
    """A shift at the inbox: `writing` holds the claims and carries the gate, `reading` reads ahead."""

    def __init__(self, house: House, writing: Connection, reading: Connection) -> None:
        """Hold nothing yet."""
        self.house, self.writing = house, writing
        self.inbox = Inbox(reading, house.names, house.keyring)
        self.worker = Worker(self.inbox, parsers(house.feeds))
        self.worker.study = Study(house, reading)
        self.timers, self.claims, self.wake = Timers(reading), Claims(writing), asyncio.Event()
        self.waiting = WaitingOrders(reading)
        self._gates: dict[int, Gate] = {}
        self._next_sweep = 0.0

    async def enlist(self) -> "Crew":
        """Be counted as a worker, and be woken by what arrives."""
        await self.claims.enlist()
        await self.inbox.listen(self.wake.set)
        return self

    async def round(self, stop: asyncio.Event) -> tuple[int, int]:
        """Work for about half a second, then look again how many we are; return deliveries answered and deadlines told."""
        held = await self.claims.balance()
        if held != self.worker.partitions:
            log.info("partitions", held=len(held), of=PARTITIONS)
            self.worker.partitions = list(held)
        if not held:
            return 0, 0
        gate, until = self.gate(held[0]), time.monotonic() + ROUND_SECONDS_MAX
        answered = await self.worker.drain(gate, enough=lambda: stop.is_set() or time.monotonic() > until)
        return answered, await self.keep_house(gate) if held[0] == 0 else 0

    async def keep_house(self, gate: Gate) -> int:
        """Do what one does for all, whoever has the first partition; return how many deadlines and turns were told."""
        now = datetime.now(UTC)
        if time.monotonic() >= self._next_sweep:
            self._next_sweep = time.monotonic() + SWEEP_SECONDS
            await roll_up(self.writing)
            await tell_overdue(self.writing, now - timedelta(days=EARLY_DAYS_MAX))
        turns = await Turns(self.waiting, gate).run_once(now)
        return turns + await Deadlines(self.timers, gate).run_once(now)

    async def seconds_to_deadline(self) -> float:
        """Return in how many seconds the next deadline comes; infinite where telling it is not for us."""
        if 0 not in (self.worker.partitions or ()):
            return math.inf
        dues = [due for due in (await self.timers.next_due(), await self.waiting.next_due()) if due is not None]
        return max(0.0, (min(dues) - datetime.now(UTC)).total_seconds()) if dues else math.inf

    def gate(self, partition: int) -> Gate:
        """Return the gate of a partition."""
        if partition not in self._gates:
            self._gates[partition] = self.house.gate_over(self.writing, FIRST_GATE + partition, self.worker)
        return self._gates[partition]


@asynccontextmanager
async def crew_of(house: House) -> AsyncIterator[Crew]:
    """Open a crew's connections for as long as the block lasts."""
    async with connection_to(house, keeps_plans=True) as writing, connection_to(house) as reading:
        yield Crew(house, writing, reading)
