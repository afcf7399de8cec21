"""Outbox delivery: each command leaves at least once, under a key that lets its partner make it exactly once."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from tallystick.engine.tracing import Tracing
from tallystick.messages.catalogue import CATALOGUE
from tallystick.ports.connector import Acknowledgement, InDoubt, Misconfigured, Rejected, Retryable

LEASE_SECONDS: Final = 60
COMMANDS_IN_LEASE_MAX: Final = 64
PUSHES_AT_ONCE_MAX: Final = 16
ATTEMPTS_MAX: Final = 12
BACKOFF_SECONDS_MAX: Final = 3600
_BACKOFF_SECONDS_FIRST: Final = 1

Push = Callable[[Struct, str], Awaitable[Acknowledgement]]
Ask = Callable[[Struct, str], Awaitable[Acknowledgement | None]]


class Leased(Struct, frozen=True):
    """A command taken out for one attempt: the `attempt`th."""

    event: int
    n: int
    type: str
    subject: str
    body: bytes
    attempt: int

    @property
    def key(self) -> str:
        """The idempotency key: the same for every attempt, different for every command."""
        return f"{self.event:x}.{self.n}"


class Attempt(Struct, frozen=True):
    """What came of an attempt. `again_at` is when to try again; None ends it, done or dead."""

    at: datetime
    outcome: str
    detail: str
    is_done: bool = False
    again_at: datetime | None = None


class Route(Struct, frozen=True):
    """Where a kind of command goes; `ask` finds out what became of a push whose outcome is unknown."""

    push: Push
    ask: Ask


class Span(Struct, frozen=True):
    """From when until when, UTC."""

    now: datetime
    until: datetime


class OutboxStore(Protocol):
    """What delivery needs of the outbox; see `storage.outbox.Outbox`."""

    async def lease(self, span: Span, limit: int, kinds: Collection[str]) -> Sequence[Leased]:
        """Take commands of some *kinds* that are due, for nobody else during *span*."""

    async def release(self, command: Leased) -> None:
        """Give back a command nobody has tried to deliver."""

    async def settle(self, command: Leased, attempt: Attempt) -> None:
        """Note an attempt and what becomes of its command."""


def backoff_seconds(attempt: int, dice: random.Random) -> float:
    """Return how long to wait after the *attempt*th failure: doubling, capped, with full jitter.

    Full jitter (anything from nothing to the cap) spreads a crowd of failures instead of sending it back as one.
    """
    ceiling = min(BACKOFF_SECONDS_MAX, _BACKOFF_SECONDS_FIRST * 2 ** (attempt - 1))
    return dice.uniform(0, ceiling)


class Delivery:
    """Delivers the outbox by routes. Run it as often as wanted: leases keep several of them apart.

    Of each subject one command is under way at a time, the oldest; several subjects' leave at once, so that a partner
    who is slow with one does not keep the others waiting. A command without a route waits, and no attempt is counted.
    """

    def __init__(
        self,
        outbox: OutboxStore,
        routes: Mapping[str, Route],
        clock: Callable[[], datetime],
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        """Send each type of command by its route; a push that takes half its lease is in doubt."""
        self._outbox, self._routes, self._clock = outbox, routes, clock
        self._lease = timedelta(seconds=lease_seconds)
        self._dice = random.Random()  # noqa: S311 - jitter, not a secret
        self._tracing = Tracing("tallystick.outbox")
        self._places = asyncio.Semaphore(PUSHES_AT_ONCE_MAX)
        self._noting = asyncio.Lock()

    async def run_once(self, stop: asyncio.Event | None = None) -> int:
        """Deliver what is due now and return how many commands were tried. No connection is held while a partner works.

        When *stop* is set, what is under way is finished and the rest of the lease given back. Raises `StoreAway` when
        the database went away: what was pushed and could not be noted is pushed again, under the same key.
        """
        now = self._clock()
        leased = await self._outbox.lease(Span(now, now + self._lease), COMMANDS_IN_LEASE_MAX, tuple(self._routes))
        done = await asyncio.gather(*(self._deliver(command, stop) for command in leased), return_exceptions=True)
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure
        return sum(1 for tried in done if tried is True)

    async def _deliver(self, command: Leased, stop: asyncio.Event | None) -> bool:
        async with self._places:
            if stop is not None and stop.is_set():
                async with self._noting:
                    await self._outbox.release(command)
                return False
            attempt = await self._attempt(command)
        async with self._noting:
            await self._outbox.settle(command, attempt)
        return True

    async def _attempt(self, command: Leased) -> Attempt:
        try:
            data = CATALOGUE.decode(command.type, command.body)
            with self._tracing.span("outbox.push", attributes={"type": command.type, "attempt": command.attempt}):
                done = await self._push(self._routes[command.type], data, command.key)
        except Rejected as refused:
            return Attempt(self._clock(), "rejected", str(refused))
        except Misconfigured as wrong:
            again = self._clock() + timedelta(seconds=BACKOFF_SECONDS_MAX)
            return Attempt(self._clock(), "misconfigured", str(wrong), again_at=again)
        except msgspec.ValidationError as unreadable:
            return Attempt(self._clock(), "rejected", f"the command cannot be read: {unreadable}")
        except Exception as failure:  # noqa: BLE001 - any other failure is worth another try
            return self._again(command, failure)
        return Attempt(self._clock(), "done", done.foreign_id, is_done=True)

    async def _push(self, route: Route, data: Struct, key: str) -> Acknowledgement:
        """Push; where the outcome is unknown, ask before anybody pushes again."""
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                return await route.push(data, key)
        except (InDoubt, TimeoutError):
            found = await route.ask(data, key)
            if found is None:
                raise Retryable("the outcome was in doubt; asked, and it had no effect") from None
            return found

    def _again(self, command: Leased, failure: Exception) -> Attempt:
        now = self._clock()
        detail = f"{type(failure).__name__}: {failure}"
        if command.attempt >= ATTEMPTS_MAX:
            return Attempt(now, "given_up", f"{detail} (after {command.attempt} attempts)")
        wait = backoff_seconds(command.attempt, self._dice)
        if isinstance(failure, Retryable):
            wait = max(wait, failure.after_seconds)
        return Attempt(now, "retry", detail, again_at=now + timedelta(seconds=wait))
