"""A token bucket: so many calls a second on average, so many at once. Threads share it."""

import threading
from collections.abc import Callable


class Budget:
    """Hands out permission to call; a partner's own word (`Retry-After`) empties it until then."""

    def __init__(self, per_second: float, burst: int, clock: Callable[[], float]) -> None:
        """Begin full; *clock* gives seconds that only grow."""
        self._per_second, self._burst, self._clock = per_second, float(max(burst, 1)), clock
        self._tokens, self._at, self._closed_until = self._burst, clock(), 0.0
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take one and return 0, or take none and return the seconds until there will be one."""
        with self._lock:
            now = self._clock()
            if now < self._closed_until:
                return self._closed_until - now
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._per_second)
            self._at = now
            # A wait computed from these numbers must be long enough: the last bit of a float must not cost a round.
            if self._tokens >= 1 - 1e-9:
                self._tokens -= 1
                return 0.0
            return (1 - self._tokens) / self._per_second

    def rest(self, seconds: float) -> None:
        """Give nothing out for *seconds*: the partner asked for it."""
        with self._lock:
            self._closed_until = max(self._closed_until, self._clock() + seconds)
            self._tokens = min(self._tokens, 1.0)
