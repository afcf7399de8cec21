"""Metrics of connections, read from the book when somebody asks: the same whichever process does the work."""

from collections.abc import Iterable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from tallystick.storage.connections.health import ConnectionHealth

CIRCUITS: Final = ("closed", "open", "half-open")
_PREFIX: Final = "tallystick_connection"


def connection_metrics(found: list[ConnectionHealth]) -> bytes:
    """Return what Prometheus is shown of connections. Labels hold names of ours only."""
    if not found:
        return b""
    registry = CollectorRegistry()
    registry.register(_Read(found))
    return generate_latest(registry)


class _Read(Collector):
    """What was read once, for one answer: several processes may serve, and this must not be added up over them."""

    def __init__(self, found: list[ConnectionHealth]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """Yield every family."""
        yield from self._standing()
        calls = CounterMetricFamily(
            f"{_PREFIX}_calls", "calls, by what came of them", labels=["connection", "verb", "outcome"]
        )
        success = _gauge("last_success_timestamp_seconds", "when a verb last worked", "connection", "verb")
        lag = _gauge("pull_lag_seconds", "since a pull reached the end", "connection", "kind")
        for h in self._found:
            for v in h.verbs:
                calls.add_metric([h.name, v.verb, "succeeded"], v.succeeded)
                calls.add_metric([h.name, v.verb, "failed"], v.failed)
                if v.succeeded_at is not None:
                    success.add_metric([h.name, v.verb], v.succeeded_at.timestamp())
            for p in h.pulls:
                if p.caught_up_at is not None:
                    lag.add_metric([h.name, p.kind], (h.now - p.caught_up_at).total_seconds())
        yield from (calls, success, lag)

    def _standing(self) -> Iterator[Metric]:
        paused = _gauge("paused", "1 while it is not called", "connection")
        circuit = _gauge("circuit", "1 for how its circuit stands", "connection", "circuit")
        waiting = _gauge("commands_waiting", "commands that have not left", "connection")
        for h in self._found:
            paused.add_metric([h.name], int(h.paused_because is not None))
            waiting.add_metric([h.name], h.waiting)
            for one in CIRCUITS:
                circuit.add_metric([h.name, one], int(h.circuit == one))
        yield from (paused, circuit, waiting)


def _gauge(name: str, means: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{_PREFIX}_{name}", means, labels=list(labels))
