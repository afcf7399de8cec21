"""The stock feed of a connection: for each channel it shows stock for, the book is followed and the channel told.

Following, telling and comparing have connections of their own; none is in a transaction while a partner is called.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, cast

from msgspec import Struct

from tallystick.app.connections.doors import Door, addresses_of, maker_of
from tallystick.app.house import House
from tallystick.app.own_reports import delivery_named
from tallystick.app.working.shifts import Shift, Well, connection_to
from tallystick.engine.partners.comparing import RULE, Ask, Comparer, Report
from tallystick.engine.partners.showing import Keyed, Pace, Result, Shower, Tell
from tallystick.engine.patience import pause
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.channels import SetStock, StockAsked
from tallystick.messages.statements import DifferenceFound, DifferenceSettled
from tallystick.ports.connector import ConnectorError
from tallystick.storage.book import Connection
from tallystick.storage.channels.following import Following
from tallystick.storage.channels.telling import Telling
from tallystick.storage.inbox import Inbox
from tallystick.storage.reading.reconciling.statements import close_settled

SET_STOCK: Final = CATALOGUE.of(SetStock).type
NUMBERS_TOGETHER_MAX: Final = 100
REST_SECONDS_MIN, REST_SECONDS_MAX = 0.02, 0.25
LOOK_SECONDS: Final = 2.0
Told = Callable[[int], None]


def now() -> datetime:
    """Return the moment, in UTC."""
    return datetime.now(UTC)


class Feed(Struct, frozen=True):
    """The three parts of one channel's feed, each over a connection that nobody else uses meanwhile."""

    following: Following
    shower: Shower
    comparer: Comparer | None


def channels_of(door: Door) -> list[str]:
    """Return the channels this connection shows stock for."""
    maker = maker_of(door.known.configured.connector)
    return [address for type_, address in addresses_of(door.known.configured, maker) if type_ == SET_STOCK]


async def feed_of(house: House, door: Door, channel: str, connections: Sequence[Connection]) -> Feed:
    """Return the feed of *channel* over three *connections*; the feed begins here if it is new."""
    following = Following(connections[0], channel)
    locations = door.known.configured.settings.get("location", "")
    await following.know(door.known.id, ",".join(x.strip() for x in locations.split(",")))
    shower = Shower(Telling(connections[1], channel), teller_of(door), _pace(door), now)
    shower.room = door.lane.room
    comparer = None
    if StockAsked in door.connector.manifest.asks:
        comparer = Comparer(Telling(connections[2], channel), _asker(door), _reporter(house, connections[2]), now)
    return Feed(following, shower, comparer)


def feeding(where: tuple[House, Door, str], stop: asyncio.Event, told: Told) -> Shift:
    """Return a shift that keeps one channel's feed going until *stop*."""
    house, door, channel = where

    async def shift(well: Well) -> None:
        async with connection_to(house) as one, connection_to(house) as two, connection_to(house) as three:
            feed = await feed_of(house, door, channel, (one, two, three))
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(_following(feed.following, stop, well))
                    tasks.create_task(_showing(feed.shower, stop, told))
                    if feed.comparer:
                        tasks.create_task(_comparing(feed.comparer, stop))
            except* Exception as failures:  # noqa: BLE001 - the first is told, as of any shift
                raise failures.exceptions[0] from None

    return shift


async def feed_once(house: House, door: Door) -> int:
    """Follow, tell and compare until nothing is left to do now; return how many numbers were told."""
    told = 0
    for channel in channels_of(door):
        async with connection_to(house) as one, connection_to(house) as two, connection_to(house) as three:
            feed = await feed_of(house, door, channel, (one, two, three))
            while await feed.following.run_once(now()):
                pass
            while did := await feed.shower.run_once():
                told += did
            if feed.comparer:
                await feed.comparer.run_once()
    return told


async def _following(following: Following, stop: asyncio.Event, well: Well) -> None:
    seconds = REST_SECONDS_MIN
    while not stop.is_set():
        did = await following.run_once(now())
        well()
        seconds = REST_SECONDS_MIN if did else min(2 * seconds, REST_SECONDS_MAX)
        await pause(stop, seconds)


async def _showing(shower: Shower, stop: asyncio.Event, told: Told) -> None:
    seconds = REST_SECONDS_MIN
    while not stop.is_set():
        did = await shower.run_once()
        told(did)
        seconds = REST_SECONDS_MIN if did else min(2 * seconds, REST_SECONDS_MAX)
        await pause(stop, min(max(seconds, shower.wait_seconds()), LOOK_SECONDS))


async def _comparing(comparer: Comparer, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await comparer.run_once()
        await pause(stop, LOOK_SECONDS)


def _pace(door: Door) -> Pace:
    manifest, lane = door.connector.manifest, door.lane
    minute = lane.limits.calls_per_minute_max
    rate = minute / 60 if minute else float(manifest.requests_per_second_max)
    together = manifest.page_size_max or NUMBERS_TOGETHER_MAX
    is_batch = hasattr(door.connector, "push_many")
    # One place of the lane is left to orders and payments, where there is more than one.
    return Pace(together if is_batch else 1, max(1, lane.limits.places - 1), rate)


def teller_of(door: Door) -> Tell:
    """Return what tells the partner of a door, many words together where it can."""

    async def one(command: Struct, key: str) -> Result:
        try:
            return await door.lane.do("push", door.connector.push, command, key)
        except ConnectorError as failure:
            return failure

    async def singly(keyed: Sequence[Keyed]) -> Sequence[Result]:
        return [await one(command, key) for command, key in keyed]

    async def together(keyed: Sequence[Keyed]) -> Sequence[Result]:
        push_many = cast("Callable[..., Sequence[Result]]", door.connector.push_many)  # type: ignore[attr-defined]
        return await door.lane.do("push", push_many, keyed)

    return together if hasattr(door.connector, "push_many") else singly


def _asker(door: Door) -> Ask:
    async def ask(question: StockAsked) -> Struct:
        return await door.lane.do("ask", door.connector.ask, question)

    return ask


def _reporter(house: House, connection: Connection) -> Report:
    async def report(found: Sequence[tuple[str, DifferenceFound | DifferenceSettled]], at: datetime) -> None:
        subjects = [f"difference/{RULE}/{data.party}/{sku}" for sku, data in found]
        own = [
            delivery_named(f"{subject}@{at.isoformat()}", subject, data, at)
            for subject, (_, data) in zip(subjects, found, strict=True)
        ]
        await Inbox(connection, house.names, house.keyring).receive(own)
        gone = [s for s, (_, data) in zip(subjects, found, strict=True) if isinstance(data, DifferenceSettled)]
        if gone:
            await close_settled(connection, gone, f"shows it right as of {at:%Y-%m-%d %H:%M}")

    return report
