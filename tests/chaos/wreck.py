"""A house that is wrecked on purpose: an embedded server, real workers, and systems that send, all of which can be killed."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from tallystick.app.house import EMBEDDED_FOLDER, House, open_house
from tallystick.app.settings import Settings
from tallystick.engine.answer import Answer
from tallystick.engine.collector import Collector
from tallystick.engine.gate_store import StoreAway
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tallystick.storage.embedded.supervisor import running_cluster
from tallystick.storage.inbox import Inbox
from tests.chaos.orders import CURRENCY, Told, delivery_of, receipts, unit_of

BOOK = "wrecked"
LEASE_SECONDS = 2
WAIT_SECONDS_MAX = 900.0
LOOK_SECONDS = 0.02
LIVES_IN_HAND = 10
SENDERS = 6
TWICE_SHARE = 0.1
UNPAID_DUE = datetime(2026, 11, 3, tzinfo=UTC)


@dataclass
class Wreck:
    """The house under test, and what it has acknowledged: message ids, and the answers of the synchronous door."""

    home: Path
    house: House
    acknowledged: set[str] = field(default_factory=set)
    answers: dict[str, Answer] = field(default_factory=dict)
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def outbox_folder(self) -> Path:
        """Where commands are dropped."""
        return self.home / "outbox"

    # ------------------------------------------------------------ workers
    def start_worker(self) -> None:
        """Start a real `tally worker`."""
        settings = {
            "TALLYSTICK_HOME": str(self.home),
            "TALLYSTICK_OUTBOX_FOLDER": str(self.outbox_folder),
            "TALLYSTICK_OUTBOX_LEASE_SECONDS": str(LEASE_SECONDS),
        }
        with (self.home / "workers.log").open("ab") as log:
            command = [sys.executable, "-m", "tallystick", "worker", "--book", self.house.info.name]
            self.workers.append(
                subprocess.Popen(command, env=os.environ | settings, stdout=log, stderr=log, start_new_session=True)
            )

    def kill_worker(self, dice: random.Random) -> None:
        """Kill -9 one of the workers and start another in its place."""
        victim = self.workers.pop(dice.randrange(len(self.workers)))
        victim.kill()
        victim.wait()
        self.start_worker()

    def stop_workers(self) -> list[int]:
        """Ask the workers to stop and return how they ended."""
        for worker in self.workers:
            worker.send_signal(signal.SIGTERM)
        return [worker.wait(WAIT_SECONDS_MAX) for worker in self.workers]

    def complaints(self) -> list[str]:
        """Return what the workers said that is more than a remark on a database that was away."""
        lines = (self.home / "workers.log").read_text().splitlines()
        return [
            line
            for line in lines
            if '"level": "info"' not in line and '"level": "warning"' not in line and "worked off" not in line
        ]

    # ------------------------------------------------------------ the server
    def kill_server(self, way: str) -> None:
        """Kill -9 the server: `all` of it, its `head` only, or one process that serves a connection (`hand`)."""
        head = int((self.home / EMBEDDED_FOLDER / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
        hands = children(head)
        victims = {"all": [head, *hands], "head": [head], "hand": hands[-1:]}[way]
        for pid in victims:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def recoveries(self) -> int:
        """Return how often the server came back after a crash, by its own words."""
        said = (self.home / EMBEDDED_FOLDER / "server.log").read_text(errors="replace")
        return said.count("database system was not properly shut down; automatic recovery in progress")

    # ------------------------------------------------------------ senders
    async def send(self, told: Sequence[Told], inbox: Inbox, dice: random.Random) -> None:
        """Send messages as webhooks until they are acknowledged, some of them twice."""
        deliveries = [delivery_of(t) for t in told]
        deliveries += [d for d in deliveries if dice.random() < TWICE_SHARE]
        while True:
            try:
                await inbox.receive(deliveries)
            except StoreAway:
                await asyncio.sleep(LOOK_SECONDS)  # as a sender does before it sends again
            else:
                self.acknowledged.update(t.id for t in told)
                return

    async def ask(self, told: Told, collector: Collector) -> None:
        """Send a request to the synchronous door until it is answered."""
        while True:
            try:
                (answer,) = await collector.submit(unit_of(told))
            except StoreAway:
                await asyncio.sleep(LOOK_SECONDS)
            else:
                self.acknowledged.add(told.id)
                self.answers[told.id] = answer
                return

    async def send_lives(self, lives: Sequence[Sequence[Told]], seed: int) -> None:
        """Send a sender's lives, stage after stage; every other order is placed at the synchronous door."""
        inbox, dice = self.house.lasting_inbox(), random.Random(seed)
        collector = Collector(self.house.lasting_gate(1 + seed))
        for first in range(0, len(lives), LIVES_IN_HAND):
            hand = lives[first : first + LIVES_IN_HAND]
            for stage in range(max(map(len, hand))):
                now = [life[stage] for life in hand if stage < len(life)]
                direct = [t for t in now if t.source == "web" and t.life % 2]
                await asyncio.gather(*(self.ask(t, collector) for t in direct))
                webhooks = [t for t in now if t not in direct]
                if webhooks:
                    await self.send(webhooks, inbox, dice)

    async def send_all(self, told: Sequence[Told]) -> None:
        """Fill the shelves, then let several senders send every life."""
        await self.ask(receipts()[0], Collector(self.house.lasting_gate(1)))
        lives: dict[int, list[Told]] = {}
        for t in told:
            lives.setdefault(t.life, []).append(t)
        each = [list(lives.values())[n::SENDERS] for n in range(SENDERS)]
        await asyncio.gather(*(self.send_lives(mine, n) for n, mine in enumerate(each)))

    # ------------------------------------------------------------ looking
    async def look(self, question: str) -> int:
        """Ask the book a number, however often its server dies meanwhile."""
        line = self.house.line()
        while True:
            try:
                found: int = await (await line.live()).fetchval(question)
            except (StoreAway, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                await asyncio.sleep(LOOK_SECONDS)
            else:
                await line.close()
                return found

    async def wait_for(self, question: str) -> None:
        """Wait until the book answers *question* with 0."""
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while await self.look(question):  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(LOOK_SECONDS * 5)  # between two looks at the condition

    async def wind_clock(self) -> None:
        """Let half an hour pass for orders nobody will pay; when it is exactly is the same in every run."""
        due = f"'{UNPAID_DUE.isoformat()}'"
        await self.look(
            f"with w as (update timer set due = {due} where subject like 'order/U%' returning 1) select count(*) from w"
        )

    async def settle(self) -> None:
        """Wait until nothing is left to do."""
        await self.wait_for("select count(*) from inbox")
        await self.wind_clock()
        await self.wait_for("select count(*) from process where subject like 'order/U%' and state <> 'CANCELLED'")
        await self.wait_for("select count(*) from outbox where state = 0")


def children(pid: int) -> list[int]:
    """Return the processes whose parent is *pid*."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = stat.read_text()
            if int(text.rpartition(")")[2].split()[1]) == pid:
                found.append(int(text.split(" ", 1)[0]))
    return sorted(found)


@asynccontextmanager
async def wrecked_house(home: Path) -> AsyncIterator[Wreck]:
    """Open a new book on an embedded server of its own; every worker that is left is killed in the end."""
    with running_cluster(home / EMBEDDED_FOLDER) as url:
        await create_book(url, BOOK, CURRENCY, TABLE)
        async with open_house(url, Settings(home), BOOK) as house:
            wreck = Wreck(home, house)
            try:
                yield wreck
            finally:
                for worker in wreck.workers:
                    worker.kill()
                    worker.wait()
