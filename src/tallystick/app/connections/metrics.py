"""Metrics of connections, read from the book when somebody asks: the same whichever process does the work."""

from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from tallystick.storage.connections.health import ConnectionHealth

CIRCUITS: Final = ("closed", "open", "half-open")
_PREFIX: Final = "tallystick_connection"


def connection_metrics(found: list[ConnectionHealth]) -> bytes:
    """Return what Prometheus is shown of connections. Labels hold names of ours only."""
    if not found:
        return b""
    registry = CollectorRegistry()
    paused = _gauge(registry, "paused", "1 while it is not called", "connection")
    circuit = _gauge(registry, "circuit", "1 for how its circuit stands", "connection", "circuit")
    waiting = _gauge(registry, "commands_waiting", "commands that have not left", "connection")
    calls = _gauge(registry, "calls", "calls so far, by what came of them", "connection", "verb", "outcome")
    success = _gauge(registry, "last_success_seconds", "when a verb last worked", "connection", "verb")
    lag = _gauge(registry, "pull_lag_seconds", "since a pull reached the end", "connection", "kind")
    for h in found:
        paused.labels(h.name).set(int(h.paused_because is not None))
        waiting.labels(h.name).set(h.waiting)
        for one in CIRCUITS:
            circuit.labels(h.name, one).set(int(h.circuit == one))
        for v in h.verbs:
            calls.labels(h.name, v.verb, "succeeded").set(v.succeeded)
            calls.labels(h.name, v.verb, "failed").set(v.failed)
            success.labels(h.name, v.verb).set(_seconds(v.succeeded_at))
        for p in h.pulls:
            if p.caught_up_at is not None:
                lag.labels(h.name, p.kind).set((h.now - p.caught_up_at).total_seconds())
    return generate_latest(registry)


def _gauge(registry: CollectorRegistry, name: str, means: str, *labels: str) -> Gauge:
    # Several processes may serve; this one is read from the book, so it must not be added up over them.
    return Gauge(f"{_PREFIX}_{name}", means, labels, registry=registry)


def _seconds(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0
