"""Telling subscribers: every message after their position, in order, until they have it.

A position is kept for each gate. Events of one gate become visible in the order of their numbers, so nothing is missed
by asking for what comes after the last number of that gate; a single cursor over all gates would miss late commits.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct

from tallystick.engine.delivery import backoff_seconds
from tallystick.ports.connector import ConnectorError, Retryable
from tallystick.ports.publishing import Address, Gone, Publisher, Told

LEASE_SECONDS: Final = 120
EVENTS_IN_ROUND_MAX: Final = 200
FAILURES_MAX: Final = 40
"""Some 35 hours of growing pauses; then the subscriber is paused, and a person looks."""


class Subscriber(Struct, frozen=True):
    """Somebody who is told of `types`, at `address`, `failures` times in a row without success."""

    id: int
    name: str
    address: Address
    types: frozenset[str]
    failures: int


class News(Struct, frozen=True):
    """An event and what of it a subscriber wants to be told, in order; often nothing."""

    event: int
    told: tuple[Told, ...]


class Round(Struct, frozen=True):
    """What happened since a subscriber was last told; `through` are the positions that all of it together reaches."""

    news: tuple[News, ...]
    through: tuple[int, ...]


class Failed(Struct, frozen=True):
    """What came of an attempt that failed: when to try again, or `paused_because` of what it is not tried again."""

    at: datetime
    message: str
    detail: str
    again_at: datetime | None = None
    paused_because: str = ""


class SubscriberStore(Protocol):
    """What telling needs of a database; see `storage.serving.subscribers.Subscribers`."""

    async def lease(self, now: datetime, until: datetime) -> Sequence[Subscriber]:
        """Take subscribers that are due, for nobody else until *until*."""

    async def news(self, subscriber: Subscriber, limit: int) -> Round:
        """Return the events after the subscriber's position, in the order they happened, each subject's for certain."""

    async def told(self, subscriber: Subscriber, events: Sequence[int]) -> None:
        """Move the positions of the gates of *events* past them: it was told of them or does not want them."""

    async def failed(self, subscriber: Subscriber, failure: Failed) -> None:
        """Note a failed attempt and give the subscriber back."""

    async def done(self, subscriber: Subscriber) -> None:
        """Give the subscriber back: for now it has everything."""


class Teller:
    """Tells subscribers by the publishers of their addresses' schemes. Run as many as wanted: leases keep them apart."""

    def __init__(
        self, store: SubscriberStore, publishers: Mapping[str, Publisher], clock: Callable[[], datetime]
    ) -> None:
        """Publish by scheme (`https`, `nats`)."""
        self._store, self._publishers, self._clock = store, publishers, clock
        self._telling: set[asyncio.Task[int]] = set()
        self.broken = 0
        self._dice = random.Random()  # noqa: S311 - jitter, not a secret

    async def begin(self) -> int:
        """Begin to tell every subscriber that is due, each beside the others; return how many those are."""
        now = self._clock()
        leased = await self._store.lease(now, now + timedelta(seconds=LEASE_SECONDS))
        for subscriber in leased:
            telling = asyncio.create_task(self._tell(subscriber))
            self._telling.add(telling)
            telling.add_done_callback(self._over)
        return len(leased)

    def _over(self, telling: asyncio.Task[int]) -> None:
        """A round that broke off because the database went away is begun anew when its lease has ended."""
        self._telling.discard(telling)
        if not telling.cancelled() and telling.exception() is not None:
            self.broken += 1

    async def run_once(self) -> int:
        """Tell every subscriber that is due one round of events; return how many messages were told."""
        await self.begin()
        return sum(await asyncio.gather(*self._telling))

    async def finish(self) -> None:
        """Wait until nobody is being told."""
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _tell(self, subscriber: Subscriber) -> int:
        """A failure ends the round: what comes after it waits, so that each subscriber hears everything in order."""
        round_ = await self._store.news(subscriber, EVENTS_IN_ROUND_MAX)
        until = self._clock() + timedelta(seconds=LEASE_SECONDS / 2)
        count, past = 0, list[int]()
        for news in round_.news:
            if self._clock() > until:
                break
            for told in news.told:
                failure = await self._attempt(subscriber, told)
                if failure is not None:
                    await self._store.told(subscriber, past)
                    await self._store.failed(subscriber, failure)
                    return count
                count += 1
            past.append(news.event)
        else:
            past.extend(round_.through)
        await self._store.told(subscriber, past)
        await self._store.done(subscriber)
        return count

    async def _attempt(self, subscriber: Subscriber, told: Told) -> Failed | None:
        """Tell one message; return what went wrong."""
        publisher = self._publishers.get(_scheme(subscriber))
        if publisher is None:
            why = f"nothing here tells by {_scheme(subscriber)}"
            return Failed(self._clock(), told.id, why, paused_because=why)
        try:
            await publisher.publish(subscriber.address, told, self._clock())
        except (ConnectorError, Gone, OSError) as failure:
            return self._failure(subscriber, told, failure)
        return None

    def _failure(self, subscriber: Subscriber, told: Told, failure: Exception) -> Failed:
        now, detail = self._clock(), f"{type(failure).__name__}: {failure}"
        if isinstance(failure, Gone):
            return Failed(now, told.id, detail, paused_because="it says it is gone")
        if subscriber.failures + 1 >= FAILURES_MAX:
            return Failed(now, told.id, detail, paused_because=f"{FAILURES_MAX} attempts failed")
        wait = backoff_seconds(subscriber.failures + 1, self._dice)
        if isinstance(failure, Retryable):
            wait = max(wait, failure.after_seconds)
        return Failed(now, told.id, detail, now + timedelta(seconds=wait))


def _scheme(subscriber: Subscriber) -> str:
    return subscriber.address.url.partition(":")[0]
