"""Patience: growing pauses between tries, with jitter, up to a limit of time; and one that ends when somebody says so."""

import asyncio
import random
import time
from typing import Final

PAUSE_SECONDS_FIRST: Final = 0.05
PAUSE_SECONDS_MAX: Final = 2.0


async def pause(stop: asyncio.Event, seconds: float) -> bool:
    """Wait for *seconds* or until *stop*; say whether to go on."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return True
    return False


class Patience:
    """Waits ever longer between tries. Jitter spreads a crowd that lost the same server."""

    def __init__(self, seconds_max: float = float("inf"), stop: asyncio.Event | None = None) -> None:
        """Give up after *seconds_max* altogether, or when *stop* is set."""
        self._until, self._stop = time.monotonic() + seconds_max, stop or asyncio.Event()
        self._next = PAUSE_SECONDS_FIRST

    async def wait(self) -> bool:
        """Wait before another try; False when there is to be none."""
        left = self._until - time.monotonic()
        if left <= 0:
            return False
        seconds = min(self._next * random.uniform(0.5, 1), left)  # noqa: S311 - jitter, not a secret
        self._next = min(self._next * 2, PAUSE_SECONDS_MAX)
        return await pause(self._stop, seconds)
