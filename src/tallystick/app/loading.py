"""Loading a file: kept raw in the inbox, opened with the stock it lacks, passed through the gate, and totalled."""

import asyncio
import gc
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.connectors import FEED_CURRENCIES
from tallystick.app.house import House, open_house
from tallystick.app.running import at_database
from tallystick.app.settings import read_settings
from tallystick.app.working.work import work_off
from tallystick.ports.connector import Delivery, FileFeed
from tallystick.posting.table import TABLE
from tallystick.storage.book import BookError, create_book, list_books
from tallystick.storage.inbox import Inbox
from tallystick.storage.reading.control_totals import Totals, control_totals
from tallystick.storage.stock import on_hand

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


class UnknownFeed(Exception):
    """No connector reads files of that name."""


def _silent(what: str, done: int, of: int) -> None:
    """Show nothing."""


async def load_file(house: House, feed_name: str, file: Path, progress: Progress = _silent) -> LoadResult:
    """Load *file* through the front door and return what it amounts to.

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
    await inbox.load_alone()
    await _drain(house, inbox, progress)
    deliveries = await asyncio.to_thread(lambda: list(feed.deliveries(file)))
    new, conflicting, opening_units = await _receive(house, feed, deliveries, progress)
    await _drain(house, inbox, progress)
    return await _result(house, feed_name, deliveries, (new, conflicting, opening_units))


async def _receive(
    house: House, feed: FileFeed, deliveries: Sequence[Delivery], progress: Progress
) -> tuple[int, int, int]:
    """Keep the deliveries that are new, the opening stock they need before them."""
    inbox = await house.inbox()
    source = feed.manifest.name
    known = await inbox.known(source, [d.id for d in deliveries])
    unseen = [d for d in deliveries if d.id not in known]
    opening = None
    if unseen and not await inbox.known(source, [opening_id(deliveries)]):
        held = await on_hand(await house.connection())
        opening = await asyncio.to_thread(feed.opening, unseen, held)
    declared = opening.delivery if opening is not None else None
    # Named after the file rather than after what was unseen of it: a load that was cut off declares nothing again.
    first = (replace(declared, id=opening_id(deliveries)),) if declared is not None else ()
    new = conflicting = done = 0
    for chunk in _chunks((*first, *deliveries)):
        received = await inbox.receive(chunk)
        new, conflicting, done = new + received.new, conflicting + received.conflicting, done + len(chunk)
        progress("kept", done, len(deliveries) + len(first))
    return new - len(first), conflicting, opening.units if opening else 0


def opening_id(deliveries: Sequence[Delivery]) -> str:
    """Return the id of the opening receipt of a file: the same whenever the same deliveries are loaded."""
    digest = hashlib.sha256("\n".join(d.id for d in deliveries).encode())
    return f"opening#{digest.hexdigest()[:16]}"


def _chunks(deliveries: Sequence[Delivery]) -> Iterator[Sequence[Delivery]]:
    for first in range(0, len(deliveries), DELIVERIES_IN_TRANSACTION_MAX):
        yield deliveries[first : first + DELIVERIES_IN_TRANSACTION_MAX]


async def _drain(house: House, inbox: Inbox, progress: Progress) -> None:
    total, done = await inbox.count(), 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        progress("posted", min(done, total), total)

    await work_off(house, advance)


async def _result(house: House, feed: str, deliveries: Sequence[Delivery], counts: tuple[int, int, int]) -> LoadResult:
    connection = await house.connection()
    inbox = await house.inbox()
    ids = await inbox.ids_of(feed, {d.subject for d in deliveries})
    totals = await control_totals(connection, TABLE, feed, [*ids, *(f"{i}/count" for i in ids)])
    letters, waiting = await inbox.open_letters(feed), await inbox.count()
    new, conflicting, opening_units = counts
    return LoadResult(feed, len(deliveries), new, conflicting, opening_units, letters, waiting, totals)


def load_into(book: str | None, feed: str, file: Path, progress: Progress) -> LoadResult:
    """Load *file* into *book* (the configured one if None), creating the book in the feed's currency if it is new."""
    settings = read_settings()
    gc.set_threshold(*GC_THRESHOLDS)

    async def work(url: str) -> LoadResult:
        name = book or settings.book
        if feed in FEED_CURRENCIES and name not in {b.name for b in await list_books(url)}:
            await create_book(url, name, FEED_CURRENCIES[feed], TABLE)
        async with open_house(url, settings, name) as house:
            return await load_file(house, feed, file, progress)

    return at_database(work)
