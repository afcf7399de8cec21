"""Showing stock: a channel is told the newest number of each product that differs from what it last acknowledged.

Numbers are absolute, so an unclear outcome is answered by telling the newest again. One number of a product is under way
at a time, and the book counts its versions: nothing older comes after something newer.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from msgspec import Struct

from tallystick.engine.delivery import backoff_seconds
from tallystick.kit.budget import Budget
from tallystick.messages.channels import SetStock
from tallystick.ports.connector import Acknowledgement, ConnectorError, Rejected, Retryable

LEASE_SECONDS: Final = 120
CALL_SECONDS_MAX: Final = 60
"""Half a lease: what is still under way then is given up before anybody else may tell the product."""
REFUSED_SECONDS: Final = 3600
REST_SECONDS_MAX: Final = 60.0
FAILURES_COUNTED_MAX: Final = 20
SHARE: Final = 0.95
"""Of the calls a partner allows: orders and payments always have the rest."""
WORDS_MAX: Final = 300


class Word(Struct, frozen=True):
    """A number that is told: *available* units of *sku*, for the *version*-th time, after so many failed *attempts*."""

    item: int
    sku: str
    available: int
    version: int
    attempts: int = 0


class Shown(Struct, frozen=True):
    """What a channel acknowledged of a product, and what it was *seen* to show instead at which version, if it was."""

    item: int
    sku: str
    units: int
    version: int
    seen: int | None
    seen_version: int | None
    differs: bool


class Seen(Struct, frozen=True):
    """What a channel was seen to show (None: what it should); whether that *differs* for good, and is told anew."""

    item: int
    version: int
    seen: int | None
    differs: bool
    tells: bool


class ShowingStore(Protocol):
    """What showing needs of a database; see `storage.channels.telling.Telling`."""

    @property
    def channel(self) -> str:
        """Whom it tells."""

    async def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Word]:
        """Take numbers that are due, for nobody else until *until*."""

    async def taken(self, words: Sequence[Word], now: datetime) -> None:
        """Note that the channel took *words*."""

    async def failed(self, failures: Mapping[Word, tuple[datetime, str]]) -> None:
        """Note what was not taken: each with when it is told again, and why."""


Result = Acknowledgement | Exception
Keyed = tuple[Any, str]
Tell = Callable[[Sequence[Keyed]], Awaitable[Sequence[Result]]]
"""Tells (command, key) together, and answers each for itself; raises what concerns all."""


def stock_of(channel: str, word: Word) -> Keyed:
    """Return the command that shows a number, and the key it goes under."""
    return SetStock(channel, word.sku, word.available, word.version), f"{channel}/{word.sku}/{word.version}"


class Pace(Struct, frozen=True):
    """How a channel is told: so many numbers in a call, so many calls at once, and calls a second (0: as many as it takes)."""

    together_max: int = 100
    at_once_max: int = 1
    per_second: float = 0
    share: float = SHARE


class Shower:
    """Tells one channel. Run as many as wanted: leases keep them apart."""

    def __init__(self, store: ShowingStore, tell: Tell, pace: Pace, clock: Callable[[], datetime]) -> None:
        """Tell by *tell*; *clock* gives the moment, in UTC."""
        self._store, self._tell, self._pace, self._clock = store, tell, pace, clock
        self._began = clock()
        rate = pace.per_second * pace.share
        self._budget = Budget(rate, max(1, int(rate)), self._seconds) if rate else None
        self._held, self._rests_until, self._dice = 0, self._began, random.Random()  # noqa: S311 - jitter, not a secret
        self._failures = 0
        self.say: Callable[[str, Word], Keyed] = stock_of
        """What a word says to the channel; stock, unless somebody tells it of something else."""
        self.room: Callable[[], int] = lambda: pace.at_once_max
        """How many calls may be made now: none while the partner is left alone."""

    async def run_once(self) -> int:
        """Tell what is due, as far as the partner's limits allow; return how many numbers were told, taken or not."""
        now = self._clock()
        calls = self._calls(now)
        if not calls:
            return 0
        size = self._pace.together_max
        words = await self._store.lease(now, now + timedelta(seconds=LEASE_SECONDS), calls * size)
        batches = [words[first : first + size] for first in range(0, len(words), size)]
        self._held -= len(batches)
        await asyncio.gather(*(self._told(batch) for batch in batches))
        return len(words)

    def _seconds(self) -> float:
        return (self._clock() - self._began).total_seconds()

    def wait_seconds(self) -> float:
        """Return how long the budget or the partner's own word forbids any call."""
        rest = (self._rests_until - self._clock()).total_seconds()
        if self._held or self._budget is None:
            return max(0.0, rest)
        wait = self._budget.take()
        self._held += not wait
        return max(rest, wait)

    def _calls(self, now: datetime) -> int:
        """Return how many calls to make now; a permission that is not used is kept for the next time."""
        if now < self._rests_until:
            return 0
        wanted = min(self.room(), 1 if self._failures else self._pace.at_once_max)
        if self._budget is None:
            self._held = max(self._held, wanted)
            return wanted
        while self._held < wanted and not self._budget.take():
            self._held += 1
        return min(self._held, wanted)

    async def _told(self, words: Sequence[Word]) -> None:
        channel = self._store.channel
        keyed = [self.say(channel, w) for w in words]
        try:
            async with asyncio.timeout(CALL_SECONDS_MAX):
                results = await self._tell(keyed)
        except TimeoutError:
            await self._rest(words, Retryable("no answer in time"))
        except ConnectorError as failure:
            await self._rest(words, failure)
        else:
            self._failures = 0
            await self._settle(words, results)

    async def _rest(self, words: Sequence[Word], failure: ConnectorError) -> None:
        """What concerns all makes the channel wait, not each number: after an outage calls are full again."""
        self._failures += 1
        now = self._clock()
        wait = min(REST_SECONDS_MAX, backoff_seconds(min(self._failures, FAILURES_COUNTED_MAX), self._dice))
        if isinstance(failure, Retryable):
            wait = max(wait, failure.after_seconds)
        self._rests_until = max(self._rests_until, now + timedelta(seconds=wait))
        await self._store.failed({w: (now, str(failure)[:WORDS_MAX]) for w in words})

    async def _settle(self, words: Sequence[Word], results: Sequence[Result]) -> None:
        now = self._clock()
        both = list(zip(words, results, strict=True))
        taken = [w for w, r in both if isinstance(r, Acknowledgement)]
        failed = {w: (self._again(w, r, now), str(r)[:WORDS_MAX]) for w, r in both if isinstance(r, Exception)}
        if taken:
            await self._store.taken(taken, now)
        if failed:
            await self._store.failed(failed)

    def _again(self, word: Word, failure: Exception, now: datetime) -> datetime:
        """What the channel refuses it will refuse again for a while; everything else is tried with growing pauses."""
        if isinstance(failure, Rejected):
            return now + timedelta(seconds=REFUSED_SECONDS)
        wait = backoff_seconds(min(word.attempts + 1, FAILURES_COUNTED_MAX), self._dice)
        if isinstance(failure, Retryable):
            wait = max(wait, failure.after_seconds)
        return now + timedelta(seconds=wait)
