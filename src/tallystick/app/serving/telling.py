"""Telling subscribers beside the API, for as long as it serves."""

import asyncio
from datetime import UTC, datetime
from typing import Final

import structlog

from tallystick.app.house import House
from tallystick.engine.telling import Teller
from tallystick.publishing.webhooks import Webhooks
from tallystick.storage.attention.failures import database_away
from tallystick.storage.serving.pool import Pool
from tallystick.storage.serving.subscribers import Subscribers

PAUSE_SECONDS: Final = 0.25
PAUSE_SECONDS_MAX: Final = 5


async def tell(house: House, pool: Pool, stop: asyncio.Event) -> None:
    """Tell whoever is due until *stop*; where the database is away, look again a little later."""
    log, webhooks, pause = structlog.get_logger("tallystick.telling"), Webhooks(), PAUSE_SECONDS
    store = Subscribers(pool, house.keyring, house.info.name)
    teller = Teller(store, {"https": webhooks, "http": webhooks}, lambda: datetime.now(UTC))
    while not stop.is_set():
        try:
            await teller.begin()
            pause = PAUSE_SECONDS
        except Exception as failure:  # noqa: BLE001 - telling goes on when the house is well again
            pause = min(pause * 2, PAUSE_SECONDS_MAX)
            log.warning("telling waits", failure=type(failure).__name__, away=bool(database_away(failure)))
        await stopped_within(stop, pause)
    await teller.finish()
    await webhooks.close()


async def stopped_within(stop: asyncio.Event, seconds: float) -> None:
    """Wait until *stop*, at most *seconds*."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
