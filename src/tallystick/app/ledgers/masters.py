"""Pulling masters: page by page into the inbox, the cursor kept after them, then through the gate like any delivery."""

import asyncio
from collections.abc import Mapping

from msgspec import Struct

from tallystick.app.house import House
from tallystick.app.working.work import work_off
from tallystick.ports.connector import Connector
from tallystick.storage.cursors import cursor_of, keep_cursor

PAGES_MAX = 10_000
"""So many pages for one kind are no master data any more."""


class Pulled(Struct, frozen=True):
    """What came: read and new by kind, and how many deliveries could not be taken."""

    source: str
    read: Mapping[str, int]
    new: Mapping[str, int]
    waiting: int
    dead: int


async def pull_masters(house: House, system: Connector) -> Pulled:
    """Pull every kind of master *system* has, from where the last pull ended. Safe to repeat and to interrupt."""
    inbox, connection = await house.inbox(), await house.connection()
    source = system.manifest.name
    read: dict[str, int] = {}
    new: dict[str, int] = {}
    for kind in system.manifest.pulls:
        name = kind.__name__
        cursor = await cursor_of(connection, source, name)
        read[name] = new[name] = 0
        for _ in range(PAGES_MAX):
            page = await asyncio.to_thread(system.pull, kind, cursor)
            if page.deliveries:
                received = await inbox.receive(page.deliveries)
                read[name] += len(page.deliveries)
                new[name] += received.new
            cursor = page.cursor
            await keep_cursor(connection, source, name, cursor)
            if not page.more:
                break
    await work_off(house)
    return Pulled(source, read, new, await inbox.count(), await inbox.open_letters(source))
