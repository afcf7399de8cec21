"""Outbox delivery: each command leaves at least once, under a key that lets its partner make it exactly once."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from tallystick.engine.tracing import Tracing
from tallystick.messages.catalogue import CATALOGUE
from tallystick.ports.connector import Acknowledgement, InDoubt, Misconfigured, Rejected, Retryable

LEASE_SECONDS: Final = 60
COMMANDS_IN_LEASE_MAX: Final = 100
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


class OutboxStore(Protocol):
    """What delivery needs of the outbox; see `storage.outbox.Outbox`."""

    async def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Leased]:
        """Take commands that are due, for nobody else until *until*."""

    async def settle(self, command: Leased, attempt: Attempt) -> None:
        """Note an attempt and what becomes of its command."""


def backoff_seconds(attempt: int, dice: random.Random) -> float:
    """Return how long to wait after the *attempt*th failure: doubling, capped, with full jitter.

    Full jitter (anything from nothing to the cap) spreads a crowd of failures instead of sending it back as one.
    """
    ceiling = min(BACKOFF_SECONDS_MAX, _BACKOFF_SECONDS_FIRST * 2 ** (attempt - 1))
    return dice.uniform(0, ceiling)


class Delivery:
    """Delivers the outbox by routes. Run it as often as wanted: leases keep several of them apart."""

    def __init__(self, outbox: OutboxStore, routes: Mapping[str, Route], clock: Callable[[], datetime]) -> None:
        """Send each type of command by its route; types without one wait."""
        self._outbox, self._routes, self._clock = outbox, routes, clock
        self._dice = random.Random()  # noqa: S311 - jitter, not a secret
        self._tracing = Tracing("tallystick.outbox")

    async def run_once(self) -> int:
        """Deliver what is due now and return how many commands were tried. No connection is held while a partner works."""
        now = self._clock()
        leased = await self._outbox.lease(now, now + timedelta(seconds=LEASE_SECONDS), COMMANDS_IN_LEASE_MAX)
        for command in leased:
            await self._outbox.settle(command, await self._attempt(command))
        return len(leased)

    async def _attempt(self, command: Leased) -> Attempt:
        route = self._routes.get(command.type)
        now = self._clock()
        if route is None:
            again = now + timedelta(seconds=BACKOFF_SECONDS_MAX)
            return Attempt(
                now, "no_route", f"nothing takes {command.type}: configure a connector for it", again_at=again
            )
        try:
            data = CATALOGUE.decode(command.type, command.body)
            with self._tracing.span("outbox.push", attributes={"type": command.type, "attempt": command.attempt}):
                done = await self._push(route, data, command.key)
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
            return await route.push(data, key)
        except InDoubt:
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
