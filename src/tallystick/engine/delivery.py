"""Outbox delivery: each command leaves at least once, under a key that lets its partner make it exactly once."""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from tallystick.messages.catalogue import CATALOGUE
from tallystick.ports.connector import Acknowledgement, InDoubt, Misconfigured, Rejected, Retryable

LEASE_SECONDS: Final = 60
COMMANDS_IN_LEASE_MAX: Final = 100
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
    """How commands go together, at most `commands_max` at once, each answered for itself.

    `push` raises only what concerns all of them; `ask` finds out what became of each whose outcome is unknown.
    """

    push: PushMany
    ask: AskMany
    commands_max: int


class Route(Struct, frozen=True):
    """Where a kind of command goes; `ask` finds out what became of a push whose outcome is unknown.

    With *many*, commands of all kinds that share it leave together.
    """

    push: Push
    ask: Ask
    many: Many | None = None


class NoRoute(Exception):
    """Nobody takes this type of command yet."""


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

    async def run_once(self) -> int:
        """Deliver what is due now and return how many commands were tried. No connection is held while a partner works."""
        now = self._clock()
        leased = await self._outbox.lease(now, now + timedelta(seconds=LEASE_SECONDS), COMMANDS_IN_LEASE_MAX)
        for batch in self._batches(leased):
            results = await self._results(batch)
            for command, result in zip(batch, results, strict=True):
                await self._outbox.settle(command, self._attempt(command, result))
        return len(leased)

    def _batches(self, leased: Sequence[Leased]) -> list[Sequence[Leased]]:
        """Put commands that leave together into batches, every other one alone. Subjects are apart already."""
        together: dict[int, list[Leased]] = {}
        batches: list[Sequence[Leased]] = []
        for command in leased:
            many = self._many(command)
            if many is None:
                batches.append([command])
                continue
            batch = together.get(id(many), [])
            if not batch or len(batch) == many.commands_max:
                batch = together[id(many)] = []
                batches.append(batch)
            batch.append(command)
        return batches

    def _many(self, command: Leased) -> Many | None:
        route = self._routes.get(command.type)
        return route.many if route is not None else None

    async def _results(self, batch: Sequence[Leased]) -> Sequence[Result]:
        """Push a batch and return what came of each command: an acknowledgement, or why there is none."""
        read = [_decoded(command) for command in batch]
        results: list[Result | None] = [r if isinstance(r, Exception) else None for r in read]
        ready = [(i, r, batch[i].key) for i, r in enumerate(read) if not isinstance(r, Exception)]
        if ready:
            try:
                told = await self._push(batch[0], [(data, key) for _, data, key in ready])
            except Exception as failure:  # noqa: BLE001 - what concerns all of them is each one's result
                told = [failure] * len(ready)
            for (i, _, _), result in zip(ready, told, strict=True):
                results[i] = result
        return [r for r in results if r is not None]

    async def _push(self, first: Leased, keyed: Sequence[Keyed]) -> Sequence[Result]:
        route = self._routes.get(first.type)
        if route is None:
            return [NoRoute(f"nothing takes {first.type}: configure a connector for it")]
        if route.many is not None:
            return await _push_many(route.many, keyed)
        ((data, key),) = keyed
        try:
            return [await route.push(data, key)]
        except InDoubt:
            return [_as_asked(await route.ask(data, key))]

    def _attempt(self, command: Leased, result: Result) -> Attempt:
        now = self._clock()
        if isinstance(result, Acknowledgement):
            return Attempt(now, "done", result.foreign_id, is_done=True)
        if isinstance(result, Rejected):
            return Attempt(now, "rejected", str(result))
        if isinstance(result, msgspec.ValidationError):
            return Attempt(now, "rejected", f"the command cannot be read: {result}")
        if isinstance(result, NoRoute | Misconfigured):
            outcome = "no_route" if isinstance(result, NoRoute) else "misconfigured"
            return Attempt(now, outcome, str(result), again_at=now + timedelta(seconds=BACKOFF_SECONDS_MAX))
        return self._again(command, result)

    def _again(self, command: Leased, failure: Exception) -> Attempt:
        now = self._clock()
        detail = f"{type(failure).__name__}: {failure}"
        if command.attempt >= ATTEMPTS_MAX:
            return Attempt(now, "given_up", f"{detail} (after {command.attempt} attempts)")
        wait = backoff_seconds(command.attempt, self._dice)
        if isinstance(failure, Retryable):
            wait = max(wait, failure.after_seconds)
        return Attempt(now, "retry", detail, again_at=now + timedelta(seconds=wait))


def _decoded(command: Leased) -> Struct | Exception:
    try:
        return CATALOGUE.decode(command.type, command.body)
    except Exception as unreadable:  # noqa: BLE001 - one unreadable command never stops its batch
        return unreadable


async def _push_many(many: Many, keyed: Sequence[Keyed]) -> Sequence[Result]:
    """Push together; what is in doubt, be it all or some, is asked for before anybody pushes again."""
    try:
        results = list(await many.push(keyed))
    except InDoubt as doubt:
        results = [doubt] * len(keyed)
    doubtful = [i for i, result in enumerate(results) if isinstance(result, InDoubt)]
    if doubtful:
        found = await many.ask([keyed[i] for i in doubtful])
        for i, answer in zip(doubtful, found, strict=True):
            results[i] = _as_asked(answer)
    return results


def _as_asked(found: Acknowledgement | None) -> Result:
    return Retryable("the outcome was in doubt; asked, and it had no effect") if found is None else found
