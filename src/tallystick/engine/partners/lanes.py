"""Lanes: each partner has threads, a budget and a circuit of its own, so that one who hangs holds up nobody else.

A call that does not come back keeps its place in its lane, and only there. Where all places are taken nothing more is
sent, and that is said as `Retryable`: it has had no effect.
"""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from msgspec import Struct

from tallystick.kit.breaker import Breaker, Circuit
from tallystick.kit.budget import Budget
from tallystick.ports.connector import ConnectorError, InDoubt, Retryable

PLACE_SECONDS_MAX: Final = 10.0
FAILURES_MAX: Final = 5
WAVES_IN_LEASE: Final = 2
"""A push may take half its lease: what waits for a place must still find the lease its own."""
REST_SECONDS: Final = 30.0
WORDS_MAX: Final = 500
SECRET_LENGTH_MIN: Final = 4
MASK: Final = "…"

T = TypeVar("T")


class Limits(Struct, frozen=True):
    """How many calls at once and a minute (0: unlimited); after how many failures in a row a partner is left alone."""

    places: int = 4
    calls_per_minute_max: int = 0
    failures_max: int = FAILURES_MAX
    rest_seconds: float = REST_SECONDS


class Heard(Struct):
    """What came of one verb since somebody last noted it."""

    succeeded: int = 0
    failed: int = 0
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    failed_as: str = ""
    failure: str = ""


class Lane:
    """Calls to one partner, each in a thread, never more than its places. For one event loop."""

    def __init__(
        self,
        name: str,
        limits: Limits,
        secrets: Sequence[str] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Mask *secrets* in whatever a failure says; *clock* gives seconds that only grow."""
        self.name, self.limits = name, limits
        self.heard: dict[str, Heard] = {}
        """What came of each verb since `take_heard`."""
        self._secrets = sorted((s for s in secrets if len(s) >= SECRET_LENGTH_MIN), key=len, reverse=True)
        self._places = asyncio.Semaphore(limits.places)
        self._breaker = Breaker(limits.failures_max, limits.rest_seconds, clock)
        per_second = limits.calls_per_minute_max / 60
        self._budget = Budget(per_second, max(1, int(per_second)), clock) if per_second else None

    @property
    def circuit(self) -> Circuit:
        """Say whether calls go through."""
        return self._breaker.circuit

    def room(self) -> int:
        """Return how many commands to take out for this lane now: none while its partner is left alone, one to try."""
        match self._breaker.circuit:
            case Circuit.CLOSED:
                return self.limits.places * WAVES_IN_LEASE
            case Circuit.HALF_OPEN:
                return 1
            case _:
                return 0

    async def do(self, verb: str, call: Callable[..., T], *what: Any) -> T:
        """Make a *call* in a thread of this lane and note what came of it.

        Raises the four errors with secrets masked, and `Retryable` where it was not made at all. What is none of the
        four is `InDoubt`: a door that broke may have sent something before.
        """
        await self._enter()
        try:
            found = await self._in_thread(call, what)
        except ConnectorError as failure:
            self._judge(failure)
            raise self._noted(verb, failure) from None
        except asyncio.CancelledError:
            self._breaker.failed()
            self._note_failure(verb, "InDoubt", "no answer in time")
            raise
        except Exception as broken:
            self._breaker.succeeded()
            raise self._noted(verb, InDoubt(f"the door broke: {type(broken).__name__}")) from broken
        self._breaker.succeeded()
        heard = self.heard.setdefault(verb, Heard())
        heard.succeeded, heard.succeeded_at = heard.succeeded + 1, datetime.now(UTC)
        return found

    def take_heard(self) -> dict[str, Heard]:
        """Return what came of each verb since the last time, and begin anew."""
        found, self.heard = self.heard, {}
        return found

    def masked(self, text: str) -> str:
        """Return *text* without any of this lane's secrets, and not too long."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text[:WORDS_MAX]

    async def _enter(self) -> None:
        """Wait for the budget and for a place; raise `Retryable` where there is none to be had."""
        try:
            async with asyncio.timeout(PLACE_SECONDS_MAX):
                while self._budget is not None and (wait := self._budget.take()):  # noqa: ASYNC110 - time is what it waits for
                    await asyncio.sleep(wait)
                await self._places.acquire()
        except TimeoutError:
            raise Retryable("all calls this partner may have are under way or used up", PLACE_SECONDS_MAX) from None
        if wait := self._breaker.enter():
            self._places.release()
            raise Retryable("the partner failed again and again and is left alone for a while", wait)

    async def _in_thread(self, call: Callable[..., T], what: Sequence[Any]) -> T:
        """Run *call* in a thread that dies with the process; the place is free again when the thread is."""
        loop, context = asyncio.get_running_loop(), contextvars.copy_context()
        done: asyncio.Future[T] = loop.create_future()

        def settle(found: T | None, failure: BaseException | None) -> None:
            self._places.release()
            if done.done():
                return
            if failure is None:
                done.set_result(found)  # type: ignore[arg-type]
            else:
                done.set_exception(failure)

        def work() -> None:
            found: T | None = None
            failure: BaseException | None = None
            try:
                found = context.run(call, *what)
            except StopIteration as odd:  # a future cannot carry it
                failure = RuntimeError(str(odd))
            except BaseException as any_failure:  # noqa: BLE001 - it is carried to who waits
                failure = any_failure
            if not loop.is_closed():
                loop.call_soon_threadsafe(settle, found, failure)

        threading.Thread(target=work, name=f"lane-{self.name}", daemon=True).start()
        return await done

    def _judge(self, failure: ConnectorError) -> None:
        """A partner who says no is well; one who does not answer, or says later, is counted."""
        if isinstance(failure, Retryable | InDoubt):
            self._breaker.failed()
        else:
            self._breaker.succeeded()

    def _noted(self, verb: str, failure: ConnectorError) -> ConnectorError:
        text = self.masked(str(failure))
        self._note_failure(verb, type(failure).__name__, text)
        if isinstance(failure, Retryable):
            return Retryable(text, failure.after_seconds)
        return type(failure)(text)

    def _note_failure(self, verb: str, kind: str, text: str) -> None:
        heard = self.heard.setdefault(verb, Heard())
        heard.failed, heard.failed_at = heard.failed + 1, datetime.now(UTC)
        heard.failed_as, heard.failure = kind, text
