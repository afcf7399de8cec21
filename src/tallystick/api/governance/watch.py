"""Who watches the door: seconds by operation and status, spans, and a line for what failed. Never a body, never a secret."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Histogram

from tallystick.engine.tracing import Tracing

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30)


class Watch:
    """Counts and times what is answered."""

    def __init__(self, registry: CollectorRegistry, is_away: Callable[[Exception], bool]) -> None:
        """Register with *registry*; *is_away* says of a failure whether it only means that the database is away."""
        self._seconds = Histogram(
            "tallystick_api_seconds", "time to answer", ["operation", "status"], buckets=_SECONDS, registry=registry
        )
        self._observe: dict[tuple[str, int], Callable[[float], Any]] = {}
        self._tracing = Tracing("tallystick.api")
        self._log = structlog.get_logger("tallystick.api")
        self.is_away = is_away

    def span(self, operation: str, traceparent: str | None) -> AbstractContextManager[str | None]:
        """Time a call as a span; see `Tracing.span`."""
        return self._tracing.span(operation, traceparent)

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Count an answer."""
        observe = self._observe.get((operation, status))
        if observe is None:
            observe = self._observe[operation, status] = self._seconds.labels(operation, str(status)).observe
        observe(seconds)

    def failed(self, operation: str, correlation: str, failure: Exception, *, away: bool) -> None:
        """Note a failure of ours; a database that is away is one line, a defect has its traceback."""
        told = {"operation": operation, "correlation": correlation, "failure": type(failure).__name__}
        if away:
            self._log.warning("the book cannot be reached", **told)
        else:
            self._log.error("a defect", exc_info=failure, **told)
