"""Loading a file: kept raw in the inbox, opened with the stock it lacks, passed through the gate, and totalled."""

import asyncio
import gc
import hashlib
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.access.acting import acting
from tallystick.app.access.doing import Doing
from tallystick.app.access.keeping import note_keeping
from tallystick.app.connectors import FEED_CURRENCIES
from tallystick.app.house import House, open_house
from tallystick.app.running import at_database
from tallystick.app.settings import read_settings
from tallystick.app.working.work import work_off
from tallystick.ports.connector import Delivery, FileFeed, Opening, Part, Stocked
from tallystick.posting.table import TABLE
from tallystick.storage.book import BookError, create_book, list_books
from tallystick.storage.inbox import Inbox
from tallystick.storage.reading.control_totals import Scope, Totals, control_totals
from tallystick.storage.reading.till_totals import TILL, TillTotals, till_totals
from tallystick.storage.stock import left_with, on_hand

DELIVERIES_IN_TRANSACTION_MAX: Final = 1000
GC_THRESHOLDS: Final = (100_000, 50, 100)

Progress = Callable[[str, int, int], None]
"""(what is going on, how much of it is done, how much there is)"""


class LoadResult(Struct, frozen=True):
    """What became of a file. `totals` are those of its invoices in the book, mended lines included, whenever loaded."""

    feed: str
    deliveries: int
    new: int
    conflicting: int
    opening_units: int
    quarantined: int
    waiting: int
    totals: Totals
    tills: TillTotals


class UnknownFeed(Exception):
    """No connector reads files of that name."""


def _silent(what: str, done: int, of: int) -> None:
    """Show nothing."""


class FilePart(Struct, frozen=True):
    """What to load: a file, or the one that comes with the house, and which part of it."""

    file: Path | None = None
    part: Part | None = None


async def load_file(house: House, feed_name: str, what: FilePart, progress: Progress = _silent) -> LoadResult:
    """Load a file through the front door and return what it amounts to.

    Safe to repeat and to interrupt at any point: what arrived is known by its id, the opening stock is declared once a
    file, in the transaction of its first lines, and what was left in the inbox is worked off first.
    Raises `UnknownFeed`, or `Rejected` when the file as a whole cannot be read.
    """
    feed = house.feeds.get(feed_name)
    if feed is None:
        raise UnknownFeed(f"no feed {feed_name!r}: there are {', '.join(sorted(house.feeds))}")
    currency = FEED_CURRENCIES[feed_name]
    if currency != house.info.currency:
        raise BookError(
            f"book {house.info.name} is in {house.info.currency}, the feed {feed_name} in {currency}: "
            f"load it into a book of its own with --book NAME, which is created when it does not exist"
        )
    inbox = await house.inbox()
    async with inbox.load_alone():
        return await _load(house, feed, (inbox, what), progress)


async def _load(house: House, feed: FileFeed, read: tuple[Inbox, FilePart], progress: Progress) -> LoadResult:
    inbox, what = read
    await _drain(house, inbox, progress)
    file = what.file or feed.sample()
    held = await asyncio.to_thread(lambda: [Held.of(d) for d in feed.deliveries(file, what.part)])
    counts = await _receive(house, feed, held, progress)
    subjects = {h.delivery.subject for h in held}
    held.clear()
    await _drain(house, inbox, progress)
    return await _result(house, feed.manifest.name, subjects, counts)


class Held(Struct, frozen=True, gc=False):
    """A delivery while the whole file is looked at: its body small, so that a year of tills fits in little memory."""

    delivery: Delivery
    small: bytes

    @classmethod
    def of(cls, delivery: Delivery) -> "Held":
        """Hold a delivery."""
        return cls(replace(delivery, body=b""), zlib.compress(delivery.body, 1))

    def out(self) -> Delivery:
        """Return the delivery as it was."""
        return replace(self.delivery, body=zlib.decompress(self.small))


class Kept(Struct, frozen=True):
    """What of a file was new: its deliveries, those in conflict, and the units declared."""

    deliveries: int
    new: int
    conflicting: int
    opening_units: int


async def _receive(house: House, feed: FileFeed, held: Sequence[Held], progress: Progress) -> Kept:
    """Keep the deliveries that are new, the opening stock they need before them and in one transaction with the first."""
    inbox = await house.inbox()
    opening = await _opening(house, feed, inbox, held)
    first: Sequence[Delivery] = opening.deliveries
    new = conflicting = done = 0
    for chunk in _chunks(held) if held else ():
        received = await inbox.receive((*first, *(h.out() for h in chunk)))
        new, conflicting = new + received.new - len(first), conflicting + received.conflicting
        done, first = done + len(chunk), ()
        progress("kept", done, len(held))
    return Kept(len(held), new, conflicting, opening.units)


async def _opening(house: House, feed: FileFeed, inbox: Inbox, held: Sequence[Held]) -> Opening:
    """Return the stock to be declared; none when nothing is new, or when this very file was opened before."""
    source, ids, name = feed.manifest.name, [h.delivery.id for h in held], opening_id([h.delivery for h in held])
    known = await inbox.known(source, ids)
    unseen = [h for h in held if h.delivery.id not in known]
    if not unseen or await inbox.known(source, [name, f"{name}/1"]):
        return Opening((), 0)
    connection = await house.connection()
    stocked = Stocked(await on_hand(connection), await left_with(connection, {h.delivery.subject for h in unseen}))
    found = await asyncio.to_thread(feed.opening, (h.out() for h in unseen), stocked)
    # Named after the file rather than after what was unseen of it: a load that was cut off declares nothing again.
    names = [name] if len(found.deliveries) == 1 else [f"{name}/{n}" for n in range(1, len(found.deliveries) + 1)]
    return Opening(tuple(replace(d, id=i) for d, i in zip(found.deliveries, names, strict=True)), found.units)


def opening_id(deliveries: Sequence[Delivery]) -> str:
    """Return the id of the opening receipt of a file: the same whenever the same deliveries are loaded."""
    digest = hashlib.sha256("\n".join(d.id for d in deliveries).encode())
    return f"opening#{digest.hexdigest()[:16]}"


def _chunks(held: Sequence[Held]) -> Iterator[Sequence[Held]]:
    for first in range(0, len(held), DELIVERIES_IN_TRANSACTION_MAX):
        yield held[first : first + DELIVERIES_IN_TRANSACTION_MAX]


async def _drain(house: House, inbox: Inbox, progress: Progress) -> None:
    total, done = await inbox.count(), 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("posted", min(done, total), total)

    await work_off(house, advance)


async def _result(house: House, feed: str, subjects: Collection[str], kept: Kept) -> LoadResult:
    connection = await house.connection()
    inbox = await house.inbox()
    ids = await inbox.ids_of(feed, subjects)
    scope = Scope(feed, [*ids, *(f"{i}/count" for i in ids)], [s for s in subjects if s.startswith(TILL)])
    totals = await control_totals(connection, TABLE, scope)
    tills = await till_totals(connection, TABLE, scope)
    letters, waiting = await inbox.open_letters(feed), await inbox.count()
    return LoadResult(
        feed, kept.deliveries, kept.new, kept.conflicting, kept.opening_units, letters, waiting, totals, tills
    )


class Into(Struct, frozen=True):
    """Where a file goes and who loads it: the configured *book* and user if None."""

    book: str | None = None
    by: str | None = None


def _doing(feed: str) -> Doing:
    return Doing("load", f"feed/{feed}", "inbox:write")


def load_into(into: Into, feed: str, what: FilePart, progress: Progress) -> LoadResult:
    """Load a file as somebody who may, creating the book in the feed's currency if it is new."""
    settings = read_settings()
    gc.set_threshold(*GC_THRESHOLDS)

    async def work(url: str) -> LoadResult:
        name = into.book or settings.book
        if feed in FEED_CURRENCIES and name not in {b.name for b in await list_books(url)}:
            await create_book(url, name, FEED_CURRENCIES[feed], TABLE)
            await note_keeping(url, settings, "book.create", name)
        async with open_house(url, settings, name) as house, acting(house, into.by, _doing(feed)):
            return await load_file(house, feed, what, progress)

    return at_database(work)
