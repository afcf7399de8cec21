"""The world's clock and post: who acts when, how messages and commands travel, and what truly happened."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from tallystick.engine.answer import Answer, Status
from tallystick.messages.envelope import Message
from tallystick.messages.oversells import TurnCame
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.folded import Folded, Timer
from tallystick.processes.holding import claims_of
from tallystick.simulator.memory_book import Crash, MemoryBook
from tallystick.simulator.weather import DAY, HOUR, MINUTE, Profile, Weather

BEGIN = datetime(2026, 11, 2, 6, tzinfo=UTC)
EVENTS_MAX = 20_000
LOOK_SECONDS = 5
"""Our own clock looks so often whether goods have come for orders that wait."""
BACKFILL_SECONDS = (5 * MINUTE, 2 * HOUR, 3 * DAY)


class Endless(RuntimeError):
    """The world did not come to rest: something is sent again and again."""


class Partner(Protocol):
    """Somebody commands are pushed to."""

    def take(self, key: str, command: Struct) -> None:
        """Take a command; the same *key* again has no further effect."""


class Truth(Struct):
    """What partners physically did, whatever was reported of it: units on the shelves, money moved, sales made."""

    units: Counter[tuple[str, str]]
    captured: Counter[str]
    refunded: Counter[str]
    settled: Counter[str]
    till_net: Counter[str]


class Call(Struct, frozen=True):
    """A report on its way, repeated by its sender until it is answered. `then` is what follows when it is accepted."""

    source: str
    id: str
    subject: str
    data: Struct
    at: datetime
    then: Callable[[], None] | None = None


class World:
    """An agenda in virtual time. Everything happens in here, one thing after the other."""

    def __init__(self, chance: Random, profile: Profile, book: MemoryBook) -> None:
        """Put *book* into the weather of *profile*."""
        self.chance, self.profile, self.book = chance, profile, book
        self.weather = Weather(chance, profile)
        self.truth = Truth(Counter(), Counter(), Counter(), Counter(), Counter())
        self.now = 0
        self.partners: dict[type[Struct], Partner] = {}
        self.on_answer: Callable[[Call, Answer], None] = lambda *_: None
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._queued = self._sent = 0
        self._pumping: set[str] = set()
        self._looks_at: int | None = None

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Do something in *seconds* from now."""
        self._queued += 1
        heappush(self._agenda, (self.now + int(seconds), self._queued, do))

    def between(self, low: float, high: float) -> int:
        """Draw a number of seconds from *low* to below *high*."""
        return int(low + self.chance.random() * (high - low))

    def happens(self, share: float) -> bool:
        """Draw whether something of probability *share* happens."""
        return self.chance.random() < share

    def send(self, source: str, subject: str, data: Struct, then: Callable[[], None] | None = None) -> None:
        """Send a report through the weather, until it is answered."""
        self._sent += 1
        call = Call(source, str(self._sent), subject, data, self.moment(), then)
        for seconds in self.weather.deliveries():
            self.after(seconds, partial(self.deliver, call))

    def send_named(self, source: str, subject: str, data: Struct, **otherwise: object) -> None:
        """Send a report that a backfill by pull may repeat under another id: as it was, or else as *otherwise* has it."""
        draw = self.chance.random()
        if draw >= self.profile.backfilled:
            return self.send(source, subject, data)
        again = replace(data, **otherwise) if draw < self.profile.backfilled / 3 else data
        seconds = self.between(MINUTE, BACKFILL_SECONDS[int(draw * 1e6) % 3])
        # What differs comes after the first was booked: which of the two is true, nobody could tell otherwise.
        return self.send(
            source, subject, data, lambda: self.after(seconds, partial(self.send, "backfill", subject, again))
        )

    def committed(self, folded: Folded) -> None:
        """Set the timers of a committed message and have its commands pushed."""
        subject = folded.message.subject
        for timer in folded.timers:
            due = (timer.due - BEGIN).total_seconds()
            self.after(due - self.now, partial(self._deadline, subject, timer))
        if folded.commands:
            self._pump_soon(subject, 2)
        ranked = [c.turn_at for c in claims_of(subject, self.book.loaded.families[subject]) if c.turn_at]
        if ranked:
            self.after((ranked[0] - BEGIN).total_seconds() - self.now, self._look)
        if self._looks_at is None:
            self._looks_at = self.now + LOOK_SECONDS
            self.after(LOOK_SECONDS, self._look_once)

    def run(self) -> None:
        """Let everything happen until nothing is left to do."""
        for _ in range(EVENTS_MAX):
            if not self._agenda:
                return
            self.now, _, do = heappop(self._agenda)
            do()
        raise Endless(f"still busy after {EVENTS_MAX} events")

    def moment(self) -> datetime:
        """Return what time it is, UTC."""
        return BEGIN + timedelta(seconds=self.now)

    def deliver(self, call: Call) -> None:
        """Bring a report to the book; where that dies on the way, its sender repeats."""
        message = Message(call.source, call.id, call.subject, call.data, b"", call.at, call.at.date(), self.moment())
        try:
            answer = self.book.deliver(message, self.weather.crash())
        except Crash:
            self.book.restart()
            self.after(self.profile.retry_seconds, partial(self.deliver, call))
        else:
            self.on_answer(call, answer)
            if answer.status is Status.ACCEPTED and call.then is not None:
                call.then()

    def _deadline(self, subject: str, timer: Timer) -> None:
        """Our own clock speaks; a timer whose member has moved on is mostly dropped, and sometimes rings in vain."""
        member = self.book.loaded.families[subject][timer.member]
        if member.version == timer.version or self.happens(0.05):
            data = DeadlinePassed(timer.member, timer.version, timer.due)
            self.deliver(Call("clock", f"{subject}/{timer.member}/{timer.version}", subject, data, self.moment()))

    def _look_once(self) -> None:
        self._looks_at = None
        self._look()

    def _look(self) -> None:
        """Our own clock tells all whose turn it is, in order; where the book dies on the way, it looks again."""
        now = self.moment()
        for turn in self.book.turns(now):
            data, key = TurnCame(turn.subject.partition("/")[2], turn.most), f"{turn.subject}/turn/{turn.key}"
            try:
                self.book.deliver(
                    Message("clock", key, turn.subject, data, b"", now, now.date(), now), self.weather.crash()
                )
            except Crash:
                self.book.restart()
                return self.after(self.profile.retry_seconds, self._look)
        return None

    def _pump_soon(self, subject: str, seconds: int) -> None:
        if subject not in self._pumping:
            self._pumping.add(subject)
            self.after(seconds, partial(self._pump, subject))

    def _pump(self, subject: str) -> None:
        """Push the open commands of one subject in order; after a loss or a crash, the same ones again later."""
        self._pumping.discard(subject)
        rows = self.book.outbox[subject]
        while rows:
            row = rows[0]
            if self.weather.is_lost():
                return self._pump_soon(subject, self.profile.retry_seconds)
            self.partners[type(row.command)].take(row.key, row.command)
            if self.weather.crashes_in_push():
                self.book.restart()
                return self._pump_soon(subject, self.profile.retry_seconds)
            self.book.pushed(row)
        return None
