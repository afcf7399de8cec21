"""The product feed of a connection: for each channel it publishes to, records are followed and the channel told.

It goes beside the stock feed, over connections of its own, and leaves most of the partner's limits to it.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tallystick.app.connections.doors import Door, addresses_of, maker_of
from tallystick.app.connections.feeding import Told, now, teller_of
from tallystick.app.house import House
from tallystick.app.working.shifts import Shift, Well, connection_to
from tallystick.engine.partners.showing import Keyed, Pace, Shower, Word
from tallystick.engine.patience import pause
from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.channels import PublishProduct
from tallystick.storage.book import Connection
from tallystick.storage.publication.following import Following
from tallystick.storage.publication.telling import ProductWord, Telling

PUBLISH_PRODUCT: Final = CATALOGUE.of(PublishProduct).type
PRODUCTS_TOGETHER_MAX: Final = 20
SHARE: Final = 0.2
"""Of the calls a partner allows; stock and orders are in more of a hurry."""
REST_SECONDS_MIN, REST_SECONDS_MAX = 0.1, 2.0


class ProductFeed(Struct, frozen=True):
    """The two parts of one channel's product feed, each over a connection that nobody else uses meanwhile."""

    following: Following
    shower: Shower


def published_channels(door: Door) -> list[str]:
    """Return the channels this connection can tell of products."""
    maker = maker_of(door.known.configured.connector)
    return [address for type_, address in addresses_of(door.known.configured, maker) if type_ == PUBLISH_PRODUCT]


async def product_feed_of(door: Door, channel: str, connections: Sequence[Connection]) -> ProductFeed:
    """Return the product feed of *channel* over two *connections*; it begins here if it is new."""
    following = Following(connections[0], channel)
    await following.know(door.known.id)
    shower = Shower(Telling(connections[1], channel), teller_of(door), _pace(door), now)
    shower.say, shower.room = _product, door.lane.room
    return ProductFeed(following, shower)


def publishing(where: tuple[House, Door, str], stop: asyncio.Event, told: Told) -> Shift:
    """Return a shift that keeps one channel's product feed going until *stop*."""
    house, door, channel = where

    async def shift(well: Well) -> None:
        async with connection_to(house) as one, connection_to(house) as two:
            feed = await product_feed_of(door, channel, (one, two))
            seconds = REST_SECONDS_MIN
            while not stop.is_set():
                followed, did = await feed.following.run_once(now()), await feed.shower.run_once()
                told(did)
                well()
                seconds = REST_SECONDS_MIN if followed or did else min(2 * seconds, REST_SECONDS_MAX)
                await pause(stop, min(max(seconds, feed.shower.wait_seconds()), REST_SECONDS_MAX))

    return shift


async def publish_once(house: House, door: Door) -> int:
    """Follow and tell until nothing is left to do now; return how many products were told."""
    told = 0
    for channel in published_channels(door):
        async with connection_to(house) as one, connection_to(house) as two:
            feed = await product_feed_of(door, channel, (one, two))
            while await feed.following.run_once(now()):
                pass
            while did := await feed.shower.run_once():
                told += did
    return told


def _pace(door: Door) -> Pace:
    """One call at a time, and a part of what the partner allows."""
    minute = door.lane.limits.calls_per_minute_max
    rate = minute / 60 if minute else float(door.connector.manifest.requests_per_second_max)
    is_batch = hasattr(door.connector, "push_many")
    return Pace(PRODUCTS_TOGETHER_MAX if is_batch else 1, 1, rate, SHARE)


def _product(channel: str, word: Word) -> Keyed:
    if not isinstance(word, ProductWord):
        raise TypeError(f"{word!r} is no word about a product")
    return word.command, f"product/{channel}/{word.sku}/{word.version}"
