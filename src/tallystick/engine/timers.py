"""Deadlines: what stood too long in its state is told so, as a report through the gate like any other."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from tallystick.engine.answer import Unit
from tallystick.engine.gate import Gate
from tallystick.messages.envelope import Message
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
