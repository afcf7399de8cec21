"""A circuit breaker: who fails again and again is left alone for a while, then tried with one call. Threads share it."""

import threading
from collections.abc import Callable
from enum import StrEnum


class Circuit(StrEnum):
    """Whether calls go through: all, none, or one to see."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class Breaker:
    """Counts failures of the way (no connection, no answer, 5xx), never of what was said (4xx)."""

    def __init__(self, failures_max: int, rest_seconds: float, clock: Callable[[], float]) -> None:
        """Begin closed; *clock* gives seconds that only grow."""
        self._failures_max, self._rest_seconds, self._clock = failures_max, rest_seconds, clock
        self._failures, self._open_until, self._is_trying = 0, 0.0, False
        self._lock = threading.Lock()

    @property
    def circuit(self) -> Circuit:
        """Say how it stands."""
        with self._lock:
            if self._failures < self._failures_max:
                return Circuit.CLOSED
            return Circuit.OPEN if self._clock() < self._open_until else Circuit.HALF_OPEN

    def enter(self) -> float:
        """Return 0 when a call may go, else the seconds until one may. Whoever may go must say how it ended."""
        with self._lock:
            if self._failures < self._failures_max:
                return 0.0
            left = self._open_until - self._clock()
            if left > 0:
                return left
            if self._is_trying:
                return self._rest_seconds
            self._is_trying = True
            return 0.0

    def succeeded(self) -> None:
        """A call got an answer."""
        with self._lock:
            self._failures, self._is_trying = 0, False

    def failed(self) -> None:
        """A call got none, or one that says that the partner is ill."""
        with self._lock:
            self._failures += 1
            self._is_trying = False
            if self._failures >= self._failures_max:
                self._open_until = self._clock() + self._rest_seconds
