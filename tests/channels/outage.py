"""Six hours of outage in virtual time: a partner with a rate limit, a clock that only calls and waits move."""

import heapq
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import asyncpg

from tallystick.engine.partners.showing import Pace, Result, Shower
from tallystick.messages.channels import SetStock
from tallystick.ports.connector import Acknowledgement, Retryable
from tallystick.storage.channels.telling import Telling

BEGAN: Final = datetime(2026, 11, 27, 6, tzinfo=UTC)
OUTAGE: Final = timedelta(hours=6)
TOGETHER: Final = 100
WANT: Final = (
    "insert into stock_told as t (channel, item, wanted, version, changed_at, due) select 'web', n, $2, 1, $3, $3 "
    "from generate_series(1, $1::int) n on conflict (channel, item) do update set wanted = excluded.wanted, "
    "version = t.version + 1, changed_at = coalesce(t.changed_at, excluded.changed_at)"
)


class Clock:
    """The time it is in the test."""

    def __init__(self) -> None:
        """Begin in the morning."""
        self.now = BEGAN

    def __call__(self) -> datetime:
        """Say the time."""
        return self.now


class Limited:
    """A partner that refuses what is over its limit of calls a second, and everything before it is back."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        """Be down for six hours."""
        self._clock, self._per_second = clock, per_second
        self._calls: list[datetime] = []
        self.refused = self.calls = 0
        self.up_at = BEGAN + OUTAGE
        self.first_at: datetime | None = None
        self.shows: dict[str, int] = {}
        self.versions: dict[str, int] = {}
        self.words = self.out_of_order = 0

    async def tell(self, keyed: Sequence[tuple[SetStock, str]]) -> Sequence[Result]:
        """Take numbers within the limit: over any second, no more calls than that allows."""
        now = self._clock()
        if now < self.up_at:
            raise Retryable("down", 30)
        while self._calls and self._calls[0] <= now - timedelta(seconds=1):
            heapq.heappop(self._calls)
        if len(self._calls) >= 2 * self._per_second:  # a burst of a second's calls, as the partner documents it
            self.refused += 1
            raise Retryable("too many", 1)
        heapq.heappush(self._calls, now)
        self.calls += 1
        self.first_at = self.first_at or now
        for command, _ in keyed:
            self.words += 1
            self.out_of_order += command.version <= self.versions.get(command.sku, 0)
            self.versions[command.sku], self.shows[command.sku] = command.version, command.available
        return [Acknowledgement(key) for _, key in keyed]


async def drained(connection: asyncpg.Connection, clock: Clock, partner: Limited, per_second: float) -> timedelta:
    """Tell until nothing waits; return how long that took from the first call that got through."""
    shower = Shower(Telling(connection, "web"), partner.tell, Pace(TOGETHER, 4, per_second), clock)
    while await connection.fetchval("select exists (select 1 from stock_told where version > shown_version)"):
        if not await shower.run_once():
            clock.now += timedelta(seconds=max(0.01, shower.wait_seconds()))
    assert partner.first_at is not None
    return clock.now - partner.first_at
