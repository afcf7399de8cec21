"""Comparing: now and then a channel is asked what it shows, so that one that drifts or lies is found and told anew.

Between a sale there and our hearing of it the channel rightly shows less. So a difference counts only when it is seen
twice, with nothing told in between.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct

from tallystick.engine.partners.showing import Seen, Shown
from tallystick.messages.channels import StockAsked
from tallystick.messages.statements import DifferenceFound, DifferenceSettled, StockStatementReported
from tallystick.model.amount import units
from tallystick.ports.connector import ConnectorError, Misconfigured

COMPARE_SECONDS: Final = 300
AGAIN_SECONDS: Final = 15
PRODUCTS_ASKED_MAX: Final = 200
RULE: Final = "shown"
KIND: Final = "channel_shows_other_stock"


class ComparingStore(Protocol):
    """What comparing needs of a database; see `storage.channels.telling.Telling`."""

    @property
    def channel(self) -> str:
        """Whom it asks."""

    async def compare(self, now: datetime, again: datetime) -> bool:
        """Say whether it is time to compare; of several who ask, one is told so."""

    async def compare_soon(self, at: datetime) -> None:
        """Compare again at *at*, unless it is to be sooner anyhow."""

    async def shown(self, after: int, limit: int) -> Sequence[Shown]:
        """Return products of which the channel took the newest number, from the one after *after*."""

    async def seen(self, found: Sequence[Seen], now: datetime) -> None:
        """Note what the channel was seen to show."""


Ask = Callable[[StockAsked], Awaitable[Struct]]
Report = Callable[[Sequence[tuple[str, DifferenceFound | DifferenceSettled]], datetime], Awaitable[None]]
"""Take (product, finding) in at the front door."""


class Comparer:
    """Compares what one channel shows with what it took."""

    def __init__(self, store: ComparingStore, ask: Ask, report: Report, clock: Callable[[], datetime]) -> None:
        """Ask by *ask*; *clock* gives the moment, in UTC."""
        self._store, self._ask, self._report, self._clock = store, ask, report, clock
        self.every_seconds: float = COMPARE_SECONDS
        self.again_seconds: float = AGAIN_SECONDS

    async def run_once(self) -> int:
        """Compare everything, if it is time; return how many products were found to differ for good."""
        now = self._clock()
        if not await self._store.compare(now, now + timedelta(seconds=self.every_seconds)):
            return 0
        count, after, doubtful = 0, -1, False
        try:
            while shown := await self._store.shown(after, PRODUCTS_ASKED_MAX):
                after = shown[-1].item
                found = await self._compared(shown)
                doubtful |= any(s.seen is not None for s in found)
                count += sum(s.tells for s in found)
        except ConnectorError:
            doubtful = True  # asked again soon; what came of the call is noted by its lane
        if doubtful:
            await self._store.compare_soon(self._clock() + timedelta(seconds=self.again_seconds))
        return count

    async def _compared(self, shown: Sequence[Shown]) -> Sequence[Seen]:
        said = await self._ask(StockAsked(self._store.channel, tuple(x.sku for x in shown)))
        if not isinstance(said, StockStatementReported):
            raise Misconfigured(f"the door answers {type(said).__name__} when asked what it shows")
        counted = {line.sku: line.units for line in said.lines}
        now, found, told = self._clock(), list[Seen](), list[tuple[str, DifferenceFound | DifferenceSettled]]()
        channel = self._store.channel
        for x in shown:
            theirs = counted.get(x.sku, 0)
            seen = judged(x, theirs)
            if seen.tells:
                told.append((x.sku, DifferenceFound(RULE, KIND, channel, x.sku, units(x.sku), x.units, theirs)))
            elif x.differs and not seen.differs:
                told.append((x.sku, DifferenceSettled(RULE, channel, x.sku)))
            if seen.seen is not None or x.seen is not None or x.differs != seen.differs:
                found.append(seen)
        # Reported first: after a crash in between it is found, and reported, again.
        if told:
            await self._report(told, now)
        if found:
            await self._store.seen(found, now)
        return found


def judged(x: Shown, theirs: int) -> Seen:
    """Say what to think of a channel that shows *theirs*: the same number seen twice is no sale on its way."""
    if theirs == x.units:
        return Seen(x.item, x.version, None, differs=False, tells=False)
    again = (x.seen, x.seen_version) == (theirs, x.version)
    return Seen(x.item, x.version, theirs, differs=again or x.differs, tells=again)
