"""Telling the ledger unattended: a part of the worker draws the days that moved when they are due, and pushes what waits.

One worker at a time does a round, with a lock that ends with its connection. What a killed one left is found by the next:
a draw that was not noted is made again and changes nothing, a command that was leased is taken over and asked for by its key.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from tallystick.app.house import House
from tallystick.app.ledgers.access import open_ledger
from tallystick.app.ledgers.drawing import Drawer, Drawing
from tallystick.app.ledgers.policy_file import LEDGER, load_policy
from tallystick.app.ledgers.pushing import LEASE_SECONDS, routes_to
from tallystick.app.ledgers.timetable import Timetable, timetable_of
from tallystick.app.settings import SettingError, Settings
from tallystick.decisions.ledger_policy import LedgerPolicy, PolicyError
from tallystick.engine.delivery import Delivery
from tallystick.storage.book import Connection
from tallystick.storage.cursors import cursor_of, keep_cursor
from tallystick.storage.outbox import Outbox
from tallystick.storage.reading.ledgers.journals import JOURNAL_TYPES
from tallystick.storage.reading.ledgers.moved import moved_since

if TYPE_CHECKING:
    import asyncio

DRAWN: Final = "drawn"
HELD: Final = timedelta(minutes=15)
"""How long a day that could not be drawn is left alone while nothing moves."""
PREFIX: Final = f"journal/{LEDGER}/"


class Drawn(Struct, frozen=True):
    """How far a worker has drawn: where it looks on, which days wait, and which of them it could not draw.

    `policy` is a digest of the policy: under another one every day is drawn anew.
    """

    policy: str = ""
    positions: tuple[int, ...] = ()
    waiting: tuple[date, ...] = ()
    held_back: tuple[date, ...] = ()
    through: date | None = None
    at: datetime | None = None

    def is_settled(self, through: date) -> bool:
        """Whether nothing up to *through* waits but what could not be drawn."""
        return {day for day in self.waiting if day <= through} == set(self.held_back)


async def drawn_so_far(connection: Connection) -> Drawn:
    """Return how far workers have drawn this book; nothing yet where none ever did."""
    kept = await cursor_of(connection, LEDGER, DRAWN)
    return msgspec.json.decode(kept, type=Drawn) if kept else Drawn()


class Round(Struct, frozen=True):
    """What a round did: a drawing, if one was due, and how many commands were tried."""

    drawing: Drawing | None = None
    tried: int = 0


class Unattended:
    """Tells the ledger what a book holds, round by round."""

    def __init__(self, house: House, settings: Settings, connection: Connection) -> None:
        """Work over *connection*, which holds the lock of a round."""
        self._house, self._settings, self._connection = house, settings, connection
        self._outbox = Outbox(connection, house.names, PREFIX)

    async def round(self, stop: "asyncio.Event | None" = None) -> Round:
        """Draw if it is due, push what is due; do nothing while somebody else does, or the book is not told.

        Raises `SettingError` or `PolicyError` for what has to be mended first.
        """
        timetable = timetable_of(self._settings, self._house.info.name)
        if timetable is None or not await self._outbox.alone():
            return Round()
        try:
            return await self._round(timetable, stop)
        finally:
            if not self._connection.is_closed():
                await self._outbox.give_way()

    async def _round(self, timetable: Timetable, stop: "asyncio.Event | None") -> Round:
        await self._outbox.take_over(JOURNAL_TYPES)
        drawing = await self._draw(timetable, load_policy(self._settings.home))
        return Round(drawing, await self._push(stop))

    async def _push(self, stop: "asyncio.Event | None") -> int:
        """Push what is due and return how many commands were tried; the ledger is not spoken to where nothing is."""
        if not await self._outbox.is_due(datetime.now(UTC), JOURNAL_TYPES):
            return 0
        with open_ledger(self._settings) as ledger:
            delivery = Delivery(self._outbox, routes_to(ledger), lambda: datetime.now(UTC), LEASE_SECONDS)
            tried = 0
            while done := await delivery.run_once(stop):
                tried += done
                if stop is not None and stop.is_set():
                    break
        return tried

    async def _draw(self, timetable: Timetable, policy: LedgerPolicy) -> Drawing | None:
        """Draw the days that moved, and note how far; None where no draw is due or none of them is."""
        now, mark = datetime.now(UTC), sha256(msgspec.json.encode(policy, order="deterministic")).hexdigest()[:16]
        before = await drawn_so_far(self._connection)
        if before.policy != mark:
            before = Drawn(mark)
        through = timetable.due(now, before.at, before.through)
        if through is None:
            return None
        moved = await moved_since(self._connection, before.positions)
        is_still = (moved.positions, through) == (before.positions, before.through)
        if is_still and before.is_settled(through) and before.at is not None and now < before.at + HELD:
            return None
        waiting = {*before.waiting, *moved.days}
        days = {day for day in waiting if day <= through}
        drawing = await Drawer(self._house, self._connection, policy).draw(through, days) if days else None
        left = _left(drawing)
        after = Drawn(mark, moved.positions, _sorted(waiting - days | left), _sorted(left), through, now)
        await keep_cursor(self._connection, LEDGER, DRAWN, msgspec.json.encode(after).decode())
        return drawing


def _left(drawing: Drawing | None) -> set[date]:
    return {*(h.day for h in drawing.held_back), *drawing.refused_days} if drawing else set()


def _sorted(days: Collection[date]) -> tuple[date, ...]:
    return tuple(sorted(days))


MENDABLE: Final = (SettingError, PolicyError)
"""What a person has to mend; its text names a file, a key and the remedy, and no person."""
