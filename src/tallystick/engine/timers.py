"""Our own clock: what stood too long in its state, and whose turn it is, is told so by reports through the gate like any other."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from tallystick.engine.answer import Status, Unit
from tallystick.engine.gate import Gate
from tallystick.messages.envelope import Message
from tallystick.messages.oversells import TurnCame
from tallystick.messages.sales import DeadlinePassed
from tallystick.processes.family import Family

CLOCK_SOURCE: Final = "tallystick/clock"
TIMERS_IN_BATCH_MAX: Final = 500


class DueTimer(Struct, frozen=True):
    """A deadline that has come: *member* of *subject* stood at *version* when it was set."""

    subject: str
    member: str
    version: int
    due: datetime


class TimerStore(Protocol):
    """What deadlines need of a database; see `storage.timers.Timers`."""

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[DueTimer, Family]]:
        """Return deadlines that have come, oldest first, with the family each belongs to as it stands."""

    async def drop(self, timers: Sequence[DueTimer]) -> None:
        """Forget deadlines."""


class Deadlines:
    """Turns due timers into `DeadlinePassed` messages. A timer whose member has moved on is forgotten silently."""

    def __init__(self, timers: TimerStore, gate: Gate) -> None:
        """Read *timers*, write through *gate*."""
        self._timers, self._gate = timers, gate

    async def run_once(self, now: datetime) -> int:
        """Tell every process whose deadline is at or before *now* (UTC); return how many were told."""
        told = 0
        while found := await self._timers.due(now, TIMERS_IN_BATCH_MAX):
            live = [t for t, family in found if t.member in family and family[t.member].version == t.version]
            if live:
                await self._gate.flush([_unit(timer, now) for timer in live])
            await self._timers.drop([timer for timer, _ in found])
            told += len(live)
        return told


def _unit(timer: DueTimer, now: datetime) -> Unit:
    data = DeadlinePassed(timer.member, timer.version, timer.due)
    key = f"{timer.subject}|{timer.member}|{timer.version}"
    at = timer.due.astimezone(UTC)
    message = Message(CLOCK_SOURCE, key, timer.subject, data, msgspec.json.encode(data), at, at.date(), now)
    return Unit((message,), timer.subject)


class Turn(Struct, frozen=True):
    """It is the turn of *subject*, an order that waits, to take *most* units by product.

    *key* is another once anything it waits for has moved.
    """

    subject: str
    key: str
    most: dict[str, int]


class WaitingStore(Protocol):
    """What turns need of a database; see `storage.waiting.orders.WaitingOrders`."""

    async def turns(self, now: datetime) -> Sequence[Turn]:
        """Return whose turn it is, first to be served first."""


class Turns:
    """Turns goods that came, and ranks that are known, into `TurnCame` messages, in the order in which orders are served."""

    def __init__(self, waiting: WaitingStore, gate: Gate) -> None:
        """Read *waiting*, write through *gate*."""
        self._waiting, self._gate = waiting, gate

    async def run_once(self, now: datetime) -> int:
        """Tell every order whose turn it is at *now* (UTC); return how many were told."""
        told, found = 0, await self._waiting.turns(now)
        for first in range(0, len(found), TIMERS_IN_BATCH_MAX):
            units = [_turn(turn, now) for turn in found[first : first + TIMERS_IN_BATCH_MAX]]
            answers = await self._gate.flush(units)
            told += sum(a.status is Status.ACCEPTED for unit in answers for a in unit)
        return told


def _turn(turn: Turn, now: datetime) -> Unit:
    data = TurnCame(turn.subject.partition("/")[2], turn.most)
    key, at = f"{turn.subject}|turn|{turn.key}", now.astimezone(UTC)
    body = msgspec.json.encode(data)
    return Unit((Message(CLOCK_SOURCE, key, turn.subject, data, body, at, at.date(), now),), turn.subject)
