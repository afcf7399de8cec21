"""Telling subscribers beside the API, for as long as it serves."""

import asyncio
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Final, Protocol

import structlog

from tallystick.app.house import House
from tallystick.engine.telling import Teller
from tallystick.ports.publishing import Publisher
from tallystick.publishing.webhooks import Webhooks
from tallystick.storage.attention.failures import database_away
from tallystick.storage.serving.pool import Pool
from tallystick.storage.serving.subscribers import Subscribers

PAUSE_SECONDS: Final = 0.25
PAUSE_SECONDS_MAX: Final = 5


class Closing(Publisher, Protocol):
    """A publisher that can hang up."""

    async def close(self) -> None:
        """Hang up."""


async def tell(house: House, pool: Pool, stop: asyncio.Event) -> None:
    """Tell whoever is due until *stop*; where the database is away, look again a little later."""
    log, pause, publishers = structlog.get_logger("tallystick.telling"), PAUSE_SECONDS, publishers_here()
    store = Subscribers(pool, house.keyring, house.info.name)
    teller = Teller(store, publishers, lambda: datetime.now(UTC))
    while not stop.is_set():
        try:
            await teller.begin()
            pause = PAUSE_SECONDS
        except Exception as failure:  # noqa: BLE001 - telling goes on when the house is well again
            pause = min(pause * 2, PAUSE_SECONDS_MAX)
            log.warning("telling waits", failure=type(failure).__name__, away=bool(database_away(failure)))
        await stopped_within(stop, pause)
    await teller.finish()
    for publisher in {id(p): p for p in publishers.values()}.values():
        await publisher.close()


def publishers_here() -> dict[str, Closing]:
    """Return who tells, by the scheme of an address; streams only where the extra `nats` is installed."""
    webhooks = Webhooks()
    found: dict[str, Closing] = {"https": webhooks, "http": webhooks}
    if find_spec("nats") is not None:
        from tallystick.publishing.streams import Streams

        found["nats"] = Streams()
    return found


async def stopped_within(stop: asyncio.Event, seconds: float) -> None:
    """Wait until *stop*, at most *seconds*."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
