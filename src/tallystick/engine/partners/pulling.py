"""Pulling: what happened at a partner, page by page from a cursor, kept together with the cursor.

An outage needs nothing of its own: the next pull goes on from the old cursor.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from msgspec import Struct

from tallystick.engine.delivery import BACKOFF_SECONDS_MAX, backoff_seconds
from tallystick.engine.partners.lanes import Lane
from tallystick.ports.connector import Connector, ConnectorError, InDoubt, Misconfigured, Page, Rejected, Retryable

PULL_LEASE_SECONDS: Final = 120
PAGES_IN_ROUND_MAX: Final = 100


class Due(Struct, frozen=True):
    """A kind of thing whose turn it is: from where, and how often it failed since it last came through."""

    kind: str
    cursor: str
    failures: int


class LeaseLost(Exception):
    """Somebody else pulls from this connection now; what was pulled here is not kept, and comes to them."""


class PullStore(Protocol):
    """What pulling needs of the book; see `storage.connections.pulls.Pulls`."""

    async def lease(self, now: datetime, until: datetime) -> int | None:
        """Take the connection for this puller until then and return a token; None while another has it."""

    async def due(self, now: datetime, kinds: Sequence[str]) -> Sequence[Due]:
        """Return those of *kinds* whose turn it is."""

    async def keep(self, token: int, due: Due, page: Page, until: datetime) -> int:
        """Keep a page and its cursor in one transaction; return how many deliveries were new. Raises `LeaseLost`."""

    async def settle(self, due: Due, again_at: datetime, *, came_through: bool) -> None:
        """Note that a pull came to the end, or failed, and when it is its turn again."""

    async def release(self, token: int) -> None:
        """Let another pull."""


class Puller:
    """Pulls everything of one connection that is due; a lease keeps all others away meanwhile."""

    def __init__(self, lane: Lane, door: Connector, store: PullStore, clock: Callable[[], datetime]) -> None:
        """Call *door* in its *lane*; keep in *store*."""
        self._lane, self._door, self._store, self._clock = lane, door, store, clock
        self.poll_seconds = 60.0
        self.dice = random.Random()  # noqa: S311 - jitter, not a secret
        self._kinds: Mapping[str, Any] = {kind.__name__: kind for kind in door.manifest.pulls}

    async def run_once(self, stop: asyncio.Event | None = None) -> int:
        """Pull what is due and return how many deliveries were new; what fails is noted and tried again later."""
        if not self._kinds or not self._lane.room():
            return 0
        now = self._clock()
        due = await self._store.due(now, tuple(self._kinds))
        if not due:
            return 0
        token = await self._store.lease(now, now + timedelta(seconds=PULL_LEASE_SECONDS))
        if token is None:
            return 0
        new = 0
        try:
            for one in due:
                if stop is None or not stop.is_set():
                    new += await self._pulled(token, one, stop)
        except LeaseLost:
            return new
        await self._store.release(token)
        return new

    async def _pulled(self, token: int, due: Due, stop: asyncio.Event | None) -> int:
        """Pull one kind to its end, its page limit, or its first failure."""
        new = 0
        for _ in range(PAGES_IN_ROUND_MAX):
            if stop is not None and stop.is_set():
                return new
            try:
                page = await self._page(due)
            except (ConnectorError, TimeoutError) as failure:
                again = self._clock() + timedelta(seconds=self._wait(due, failure))
                await self._store.settle(due, again, came_through=False)
                return new
            until = self._clock() + timedelta(seconds=PULL_LEASE_SECONDS)
            new += await self._store.keep(token, due, page, until)
            await self._put_away(due, page)
            if not page.more:
                again = self._clock() + timedelta(seconds=self.poll_seconds)
                await self._store.settle(due, again, came_through=True)
                return new
            due = Due(due.kind, page.cursor, 0)
        return new

    async def _page(self, due: Due) -> Page:
        async with asyncio.timeout(PULL_LEASE_SECONDS / 2):
            page = await self._lane.do(f"pull {due.kind}", self._door.pull, self._kinds[due.kind], due.cursor)
        strays = sorted({d.source for d in page.deliveries if d.source != self._lane.name})
        if strays:
            raise Misconfigured(f"the door delivers in the name of {', '.join(strays)}, not of {self._lane.name}")
        if page.more and page.cursor == due.cursor:
            raise Misconfigured("the door says there is more, and its cursor does not move")
        return page

    async def _put_away(self, due: Due, page: Page) -> None:
        """Let a door of files archive what was read. Where that fails it is told, and the next pull finds it known."""
        put_away: Callable[[Page], None] | None = getattr(self._door, "kept", None)
        if put_away is None or not page.deliveries:
            return
        with suppress(ConnectorError, TimeoutError):
            async with asyncio.timeout(PULL_LEASE_SECONDS / 2):
                await self._lane.do(f"put away {due.kind}", put_away, page)

    def _wait(self, due: Due, failure: Exception) -> float:
        """Return how long to leave it alone: what takes a person is looked at once in a while, the rest backs off."""
        if isinstance(failure, Misconfigured | Rejected):
            return BACKOFF_SECONDS_MAX
        wait = backoff_seconds(due.failures + 1, self.dice)
        if isinstance(failure, Retryable):
            wait = max(wait, failure.after_seconds)
        elif isinstance(failure, InDoubt):
            wait = max(wait, 1.0)
        return wait
