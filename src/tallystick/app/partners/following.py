"""Following the book for customer service: a shift of the worker, where `cases.channels` says so."""

import asyncio
from datetime import UTC, datetime
from typing import Final

from tallystick.app.house import House
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Shift, Well, connection_to
from tallystick.engine.patience import pause
from tallystick.storage.book import Connection
from tallystick.storage.inbox import Inbox
from tallystick.storage.partners.following import CaseFollowing

REST_SECONDS_MIN, REST_SECONDS_MAX = 0.1, 1.0
ALL: Final = "*"


def are_followed(settings: Settings, book: str) -> bool:
    """Whether cases of *book* are opened and informed by the house itself."""
    return bool(settings.case_channels.strip()) and settings.book == book


def following(house: House, settings: Settings, stop: asyncio.Event) -> Shift:
    """Return the shift that follows the book until *stop*."""

    async def shift(well: Well) -> None:
        async with connection_to(house) as connection:
            follower, seconds = _follower(house, settings, connection), REST_SECONDS_MIN
            await follower.know()
            while not stop.is_set():
                did = await follower.run_once(datetime.now(UTC))
                well()
                seconds = REST_SECONDS_MIN if did else min(2 * seconds, REST_SECONDS_MAX)
                if not did:
                    await pause(stop, seconds)

    return shift


async def follow_once(house: House, settings: Settings) -> int:
    """Follow all there is now; return how many reports were made of it."""
    made = 0
    async with connection_to(house) as connection:
        follower = _follower(house, settings, connection)
        await follower.know()
        while did := await follower.run_once(datetime.now(UTC)):
            made += did
    return made


def _follower(house: House, settings: Settings, connection: Connection) -> CaseFollowing:
    named = frozenset(word.strip() for word in settings.case_channels.split(",") if word.strip())
    return CaseFollowing(connection, Inbox(connection, house.names, house.keyring), None if ALL in named else named)
