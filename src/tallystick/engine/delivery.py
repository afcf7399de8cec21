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
Keyed = tuple[Struct, str]
Result = Acknowledgement | Exception
PushMany = Callable[[Sequence[Keyed]], Awaitable[Sequence[Result]]]
AskMany = Callable[[Sequence[Keyed]], Awaitable[Sequence[Acknowledgement | None]]]


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


class Many(Struct, frozen=True):
    """How commands go together, one trip after another, each command answered for itself.

    A trip holds at most `commands_max` commands, and no more once their bodies come to `bytes_max`.

    `push` raises only what concerns all of them; `ask` finds out what became of each whose outcome is unknown.
    """

    push: PushMany
    ask: AskMany
    commands_max: int
    bytes_max: int = 1_000_000


class Route(Struct, frozen=True):
    """Where a kind of command goes; `ask` finds out what became of a push whose outcome is unknown.

    With *many*, commands of all kinds that share it leave together. After *attempts_max* a command is given up.
    """

    push: Push
    ask: Ask
    many: Many | None = None
    attempts_max: int = ATTEMPTS_MAX


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
        self.dice = random.Random()  # noqa: S311 - jitter, not a secret
        """They decide how long to wait after a failure."""
        self._tracing = Tracing("tallystick.outbox")
        self.room: Callable[[], int] = lambda: COMMANDS_IN_LEASE_MAX
        """Says how many commands to take out at a time; a lane whose partner is left alone takes none."""
        self.places = asyncio.Semaphore(PUSHES_AT_ONCE_MAX)
        """Pushes under way at once."""
        self._noting = asyncio.Lock()

    async def run_once(self, stop: asyncio.Event | None = None) -> int:
        """Deliver what is due now and return how many commands were tried. No connection is held while a partner works.

        When *stop* is set, what is under way is finished and the rest of the lease given back. Raises `StoreAway` when
        the database went away: what was pushed and could not be noted is pushed again, under the same key.
        """
        now, room = self._clock(), self.room()
        if not room:
            return 0
        leased = await self._outbox.lease(Span(now, now + self._lease), room, tuple(self._routes))
        ways = self._ways(leased)
        done = await asyncio.gather(*(self._deliver_all(trips, stop) for trips in ways), return_exceptions=True)
        for failure in done:
            if isinstance(failure, BaseException):
                raise failure
        return sum(tried for tried in done if isinstance(tried, int))

    def _ways(self, leased: Sequence[Leased]) -> list[list[list[Leased]]]:
        """Put commands that leave together into trips, every other one on a way of its own. Subjects are apart already."""
        shared: dict[int, list[list[Leased]]] = {}
        ways: list[list[list[Leased]]] = []
        for command in leased:
            many = self._routes[command.type].many
            if many is None:
                ways.append([[command]])
                continue
            trips = shared.get(id(many))
            if trips is None:
                trips = shared[id(many)] = [[]]
                ways.append(trips)
            last = trips[-1]
            if len(last) == many.commands_max or sum(len(c.body) for c in last) >= many.bytes_max:
                last = []
                trips.append(last)
            last.append(command)
        return ways

    async def _deliver_all(self, trips: Sequence[Sequence[Leased]], stop: asyncio.Event | None) -> int:
        return sum([await self._deliver(trip, stop) for trip in trips])

    async def _deliver(self, trip: Sequence[Leased], stop: asyncio.Event | None) -> int:
        """Deliver a trip and note each command's attempt; return how many were tried."""
        async with self.places:
            if stop is not None and stop.is_set():
                async with self._noting:
                    for command in trip:
                        await self._outbox.release(command)
                return 0
            results = await self._results(trip)
        async with self._noting:
            for command, result in zip(trip, results, strict=True):
                await self._outbox.settle(command, self._attempt(command, result))
        return len(trip)

    async def _results(self, trip: Sequence[Leased]) -> Sequence[Result]:
        """Push a trip and return what came of each command: an acknowledgement, or why there is none."""
        read = [_decoded(command) for command in trip]
        ready = [(data, command.key) for data, command in zip(read, trip, strict=True) if isinstance(data, Struct)]
        try:
            attributes: dict[str, str | int] = {"type": trip[0].type, "commands": len(ready)}
            with self._tracing.span("outbox.push", attributes=attributes):
                told = list(await self._push(self._routes[trip[0].type], ready)) if ready else []
        except Exception as failure:  # noqa: BLE001 - what concerns all of them is each one's result
            told = [failure] * len(ready)
        following = iter(told)
        return [next(following) if isinstance(data, Struct) else data for data in read]

    async def _push(self, route: Route, keyed: Sequence[Keyed]) -> Sequence[Result]:
        """Push; what is in doubt, be it all or some, is asked for before anybody pushes again."""
        try:
            async with asyncio.timeout(self._lease.total_seconds() / 2):
                results = await _pushed(route, keyed)
        except (InDoubt, TimeoutError) as doubt:
            results = [InDoubt(str(doubt) or "no answer within half the lease")] * len(keyed)
        doubtful = [i for i, result in enumerate(results) if isinstance(result, InDoubt)]
        if doubtful:
            found = await _asked(route, [keyed[i] for i in doubtful])
            for i, answer in zip(doubtful, found, strict=True):
                no_effect = f"the outcome was in doubt; asked, and it had no effect ({results[i]})"
                results[i] = answer or Retryable(no_effect)
        return results

    def _attempt(self, command: Leased, result: Result) -> Attempt:
        now = self._clock()
        if isinstance(result, Acknowledgement):
            return Attempt(now, "done", result.foreign_id, is_done=True)
        if isinstance(result, Rejected):
            return Attempt(now, "rejected", str(result))
        if isinstance(result, msgspec.ValidationError):
            return Attempt(now, "rejected", f"the command cannot be read: {result}")
        if isinstance(result, Misconfigured):
            return Attempt(now, "misconfigured", str(result), again_at=now + timedelta(seconds=BACKOFF_SECONDS_MAX))
        return self._again(command, result)

    def _again(self, command: Leased, failure: Exception) -> Attempt:
        now = self._clock()
        detail = f"{type(failure).__name__}: {failure}"
        if command.attempt >= self._routes[command.type].attempts_max:
            return Attempt(now, "given_up", f"{detail} (after {command.attempt} attempts)")
        wait = backoff_seconds(command.attempt, self.dice)
        if isinstance(failure, Retryable):
            wait = max(wait, failure.after_seconds)
        return Attempt(now, "retry", detail, again_at=now + timedelta(seconds=wait))


def _decoded(command: Leased) -> Struct | Exception:
    try:
        return CATALOGUE.decode(command.type, command.body)
    except Exception as unreadable:  # noqa: BLE001 - one unreadable command never stops its trip
        return unreadable


async def _pushed(route: Route, keyed: Sequence[Keyed]) -> list[Result]:
    if route.many is not None:
        return list(await route.many.push(keyed))
    ((data, key),) = keyed
    return [await route.push(data, key)]


async def _asked(route: Route, keyed: Sequence[Keyed]) -> Sequence[Acknowledgement | None]:
    if route.many is not None:
        return await route.many.ask(keyed)
    ((data, key),) = keyed
    return [await route.ask(data, key)]
