"""The book on PostgreSQL, as the world sees it: the same questions as the book in memory answers, asked of the real engine.

After each batch, families and shelves are read back from the database: what is checked is what was stored.
"""

from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any, NoReturn, TypeVar

from msgspec import Struct

from tallystick.engine.answer import Answer, Status, Unit
from tallystick.engine.delivery import Delivery, Route
from tallystick.engine.gate_store import Pair
from tallystick.engine.worker import NoProgressError
from tallystick.messages.envelope import Message
from tallystick.processes.holding import rulebook_of
from tallystick.processes.members import RULES_SUBJECT
from tallystick.simulator.memory_book import Crash, CrashPoint, MemoryBook, OutboxRow
from tallystick.simulator.postgres.door import delivery_of
from tallystick.simulator.postgres.dying import Deaths, Died
from tallystick.simulator.postgres.stand import Stand, new_stand
from tallystick.simulator.world import Endless
from tallystick.storage.reading import standing

EARLY = 1
T = TypeVar("T")


class PostgresBook(MemoryBook):
    """What a memory book keeps for the checks, filled from a database. Messages come in through the real inbox."""

    def __init__(self, loop: AbstractEventLoop, url: str, name: str) -> None:
        """Create book *name* at *url*; the engine runs on *loop*, while the world stands still."""
        super().__init__()
        self._do, self.deaths = loop.run_until_complete, Deaths()
        self.on_batch: Callable[..., None] = lambda *_: None
        self.received: dict[Pair, datetime] = {}
        self.messages: dict[Pair, Message] = {}
        self.stand: Stand = self._do(new_stand(url, name, self.deaths))
        self._do(self.stand.open(self.received))

    def deliver_all(self, messages: Sequence[Message], crash: CrashPoint | None = None) -> list[Answer]:
        """Take messages that came together and answer each; raises `Crash` where *crash* says so."""
        for message in messages:
            self.received.setdefault((message.source, message.id), message.recorded_at)
            self.messages.setdefault((message.source, message.id), message)
        answers = self._until_death(self._delivered(messages), crash)
        if self.deaths.due is not None:
            self._die(self.deaths.due)
        return answers

    def ring(self, now: datetime, crash: CrashPoint | None) -> None:
        """Raise every deadline that has come."""
        self._until_death(self._rung(now), crash)

    def take_turns(self, now: datetime, crash: CrashPoint | None) -> None:
        """Tell every order whose turn it is."""
        self._until_death(self._turned(now), crash)

    def push(self, routes: Mapping[str, Route], now: datetime, dice: Random) -> datetime | None:
        """Push every command that is due at *now*; return when the next one will be."""
        return self._until_death(self._pushed(routes, now, dice))

    def restart(self) -> None:
        """Come back after a crash: connect again, hear what had been committed, go on with the inbox."""
        self._do(self.stand.open(self.received))
        self._do(self._worked())
        self._tell()

    def commands(self) -> Iterator[tuple[str, Struct]]:
        """All commands the book ever decided, by the key they are pushed under."""
        for folded in self.entries:
            for n, command in enumerate(folded.commands, 1):
                yield f"{folded.event:x}.{n}", command

    def come_to_rest(self) -> None:
        """Read what still waits at both doors."""
        self._do(self._rested())

    def close(self) -> None:
        """Delete the book."""
        self._do(self.stand.close())

    def _until_death(self, work: Coroutine[Any, Any, T], crash: CrashPoint | None = None) -> T:
        """Run *work*, in which the process may die at *crash*, and hand on what was committed."""
        self.deaths.due = crash
        try:
            done = self._do(work)
        except Died as died:
            self._die(died.args[0])
        except NoProgressError as stuck:
            raise Endless(str(stuck)) from stuck
        self._tell()
        return done

    def _die(self, point: CrashPoint) -> NoReturn:
        self.deaths.due = None
        self._do(self.stand.die())
        raise Crash(point)

    def _tell(self) -> None:
        """Hand on what was committed, with the book as it stands now."""
        committed = self.deaths.taken()
        if committed:
            self.entries += committed
            self.on_batch(*committed)

    async def _worked(self) -> None:
        await self.stand.worker.drain(self.stand.gate)
        await self._read()

    async def _read(self) -> None:
        self.loaded.families = await standing.families(self.stand.door)
        self.loaded.layers = await standing.layers(self.stand.door)
        self.loaded.rulebook = rulebook_of(self.loaded.families.get(RULES_SUBJECT, {}))

    async def _delivered(self, messages: Sequence[Message]) -> list[Answer]:
        await self.stand.inbox.receive([delivery_of(m) for m in messages])
        self.deaths.told.clear()
        await self.stand.worker.drain(self.stand.gate)
        first, told = dict(self.deaths.told), list[Answer]()
        is_settled = all(a.status.is_settled for a in first.values()) and len(first) == len(messages)
        waiting = {} if is_settled else await standing.waiting(self.stand.door)
        for message in messages:
            told.append(await self._answer(message, first.pop((message.source, message.id), None), waiting))
        await self._read()
        return told

    async def _answer(self, message: Message, told: Answer | None, waiting: Mapping[Pair, int]) -> Answer:
        """Return what this delivery is told; what was settled before asks the gate itself, which knows the original."""
        state = waiting.get((message.source, message.id))
        if state is not None:
            return told or Answer(Status.EARLY if state == EARLY else Status.WAITING)
        if told is not None:
            return told
        ((again,),) = await self.stand.gate.flush([Unit((message,), message.subject)])
        return again

    async def _rung(self, now: datetime) -> None:
        await self.stand.deadlines.run_once(now)
        await self._worked()

    async def _turned(self, now: datetime) -> None:
        await self.stand.turns.run_once(now)
        await self._worked()

    async def _pushed(self, routes: Mapping[str, Route], now: datetime, dice: Random) -> datetime | None:
        delivery = Delivery(self.stand.outbox, routes, lambda: now)
        delivery.dice = dice
        while await delivery.run_once():
            pass
        return min((c.free_at for c in await standing.unsent(self.stand.door) if not c.state), default=None)

    async def _rested(self) -> None:
        await self._read()
        self.inbox, self.held, self.parked, self.outbox = deque(), {}, {}, {}
        for key, state in (await standing.waiting(self.stand.door)).items():
            message = self.messages[key]
            if state == 0:
                self.inbox.append(message)
            else:
                (self.held if state == EARLY else self.parked).setdefault(message.subject, []).append(message)
                self.answers[key] = self.deaths.told.get(key, Answer(Status.REFUSED))
        for row in await standing.unsent(self.stand.door):
            self.outbox.setdefault(row.subject, deque()).append(OutboxRow(f"{row.event:x}.{row.n}", row.subject, row))
