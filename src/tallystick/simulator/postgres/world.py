"""The world around a real engine: deliveries that come close together are one batch; timers and outbox are the engine's own."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from heapq import heappop
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from tallystick.engine.answer import Answer, Status
from tallystick.engine.delivery import Route
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.envelope import Message
from tallystick.ports.connector import Acknowledgement, InDoubt, Retryable
from tallystick.processes.folded import Timer
from tallystick.simulator.memory_book import Crash, CrashPoint
from tallystick.simulator.postgres.book import PostgresBook
from tallystick.simulator.postgres.dying import Died
from tallystick.simulator.shrinking.tape import Dice, TapedWorld
from tallystick.simulator.weather import MINUTE, Profile
from tallystick.simulator.world import BEGIN, EVENTS_MAX, Call, Endless

T = TypeVar("T")
BATCH_SECONDS: Final = 15 * MINUTE
"""Deliveries that come within this of the first, with nothing else in between, are worked off together."""


class Arrived(Struct, frozen=True):
    """A delivery at the door: who sent it, under which act of the tape, and when it came."""

    call: Call
    act: str
    at: datetime


class PostgresWorld(TapedWorld):
    """A world whose book is a database."""

    book: PostgresBook

    def __init__(self, chance: Dice, profile: Profile, book: PostgresBook) -> None:
        """Put *book* into the weather of *profile*."""
        super().__init__(chance, profile, book)
        self.reached: dict[str, Struct] = {}
        """Commands by key, in the order in which they first took effect."""
        self._arrived: list[Arrived] = []

    def run(self) -> None:
        """See `World.run`."""
        for _ in range(EVENTS_MAX):
            if self._arrived and not self._comes_with_them():
                self._hand_over()
            elif not self._agenda:
                return
            else:
                self.now, _, do = heappop(self._agenda)
                do()
        raise Endless(f"still busy after {EVENTS_MAX} events")

    def deliver(self, call: Call) -> None:
        """Put a delivery to those that came just before it."""
        self._arrived.append(Arrived(call, self.chance.act_under_way, self.moment()))

    def _comes_with_them(self) -> bool:
        """Say whether the next thing to happen is a delivery that belongs to the batch."""
        if not self._agenda:
            return False
        when, _, do = self._agenda[0]
        first = (self._arrived[0].at - BEGIN).total_seconds()
        return when <= first + BATCH_SECONDS and _is_delivery(do)

    def _hand_over(self) -> None:
        """Have the batch worked off; a crash takes the answers of all of it away."""
        batch, self._arrived = self._arrived, []
        points = [self._under(a, self.weather.crash) for a in batch]
        messages = [_message(a) for a in batch]
        try:
            answers = self.book.deliver_all(messages, next(filter(None, points), None))
        except Crash:
            self.book.restart()
            for a in batch:
                again = partial(self.after, self.profile.retry_seconds, partial(self.deliver, a.call))
                self._under(a, again)
        else:
            for a, answer in zip(batch, answers, strict=True):
                self._under(a, partial(self._answered, a.call, answer))

    def _answered(self, call: Call, answer: Answer) -> None:
        self.on_answer(call, answer)
        if answer.status is Status.ACCEPTED and call.then is not None:
            call.then()

    def _under(self, arrived: Arrived, do: Callable[[], T]) -> T:
        """Let *do* draw as the act that brought the delivery."""
        done: list[T] = []
        self.chance.act(arrived.act, lambda: done.append(do()))
        return done[0]

    def _deadline(self, subject: str, timer: Timer) -> None:
        """The engine's own clock looks whether a deadline has come."""
        try:
            self.book.ring(self.moment(), self.weather.crash())
        except Crash:
            self.book.restart()
            self.after(self.profile.retry_seconds, partial(self._deadline, subject, timer))

    def _look(self) -> None:
        """The engine's own clock looks whose turn it is."""
        if self.book.turns(self.moment()):
            try:
                self.book.take_turns(self.moment(), self.weather.crash())
            except Crash:
                self.book.restart()
                self.after(self.profile.retry_seconds, self._look)

    def _pump(self, subject: str) -> None:
        """Have the engine push what is due, whoever it is for."""
        self._pumping.discard(subject)
        route = Route(self._push, self._ask)
        routes = {CATALOGUE.of(kind).type: route for kind in self.partners}
        try:
            due = self.book.push(routes, self.moment(), self.chance)
        except Crash:
            self.book.restart()
            return self._pump_soon("", self.profile.retry_seconds)
        if due is not None:
            self._pump_soon("", max(1, int((due - self.moment()).total_seconds()) + 1))
        return None

    async def _push(self, command: Struct, key: str) -> Acknowledgement:
        """Bring a command to its partner, who may not get it, or get it without our hearing of it."""
        if self.weather.is_lost():
            if self.happens(0.5):
                self._taken(command, key)
                raise InDoubt("no answer")
            if self.happens(0.5):
                raise InDoubt("no answer")
            raise Retryable("not reached", self.profile.retry_seconds)
        self._taken(command, key)
        if self.weather.crashes_in_push():
            raise Died(CrashPoint.BEFORE_MARKING)
        return Acknowledgement(key)

    async def _ask(self, _command: Struct, key: str) -> Acknowledgement | None:
        return Acknowledgement(key) if key in self.reached else None

    def _taken(self, command: Struct, key: str) -> None:
        self.reached.setdefault(key, command)
        self.partners[type(command)].take(key, command)


def overtaken(reached: Mapping[str, Any]) -> Iterator[str]:
    """Name the commands that took effect after a later one of the same order."""
    last: dict[str, tuple[int, int]] = {}
    for key, command in reached.items():
        event, _, n = key.partition(".")
        place = (int(event, 16), int(n))
        if place < last.get(command.order, place):
            yield f"{type(command).__name__} {key} of {command.order} came after {last[command.order]}"
        last[command.order] = max(place, last.get(command.order, place))


def _is_delivery(do: object) -> bool:
    """Say whether something on the agenda, wrapped in its act, brings a delivery."""
    inner = do.args[-1] if isinstance(do, partial) and do.args else None
    return isinstance(inner, partial) and bool(inner.args) and isinstance(inner.args[-1], Call)


def _message(arrived: Arrived) -> Message:
    call = arrived.call
    body = msgspec.json.encode(call.data)
    return Message(call.source, call.id, call.subject, call.data, body, call.at, call.at.date(), arrived.at)
