"""Telling subscribers: a shift of the worker. Leases keep the tellers of several processes apart."""

import asyncio
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import Final, Protocol

from tallystick.app.house import House
from tallystick.app.working.shifts import Shift, Well
from tallystick.engine.patience import pause
from tallystick.engine.telling import Teller
from tallystick.ports.publishing import Publisher
from tallystick.publishing.webhooks import Webhooks
from tallystick.storage.serving.pool import open_pool
from tallystick.storage.serving.subscribers import Subscribers

POLL_SECONDS: Final = 0.25


class Closing(Publisher, Protocol):
    """A publisher that can hang up."""

    async def close(self) -> None:
        """Hang up."""


def telling(house: House, stop: asyncio.Event) -> Shift:
    """Return the shift that tells whoever is due until *stop*, and then finishes what it is at."""

    async def shift(well: Well) -> None:
        pool, publishers = await open_pool(house.server, house.info.schema), publishers_here()
        teller = Teller(Subscribers(pool, house.keyring, house.info.name), publishers, lambda: datetime.now(UTC))
        try:
            while not stop.is_set():
                await teller.begin()
                well()
                await pause(stop, POLL_SECONDS)
        finally:
            await teller.finish()
            for publisher in {id(p): p for p in publishers.values()}.values():
                await publisher.close()
            await pool.close()

    return shift


def publishers_here() -> dict[str, Closing]:
    """Return who tells, by the scheme of an address; streams only where the extra `nats` is installed."""
    webhooks = Webhooks()
    found: dict[str, Closing] = {"https": webhooks, "http": webhooks}
    if find_spec("nats") is not None:
        from tallystick.publishing.streams import Streams

        found["nats"] = Streams()
    return found
