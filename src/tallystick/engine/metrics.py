"""What the machinery counts and times, for Prometheus and for `tally bench`."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client import Counter as Total

_SECONDS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)


class GateMetrics:
    """Seconds spent in each stage of the gate, batches, messages and retries."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        """Register with *registry*, or with none that anybody reads."""
        registry = registry or CollectorRegistry()
        self.stages = Histogram(
            "tallystick_gate_stage_seconds", "time in one stage", ["stage"], buckets=_SECONDS, registry=registry
        )
        self.batches = Histogram(
            "tallystick_gate_batch_seconds", "time of a batch", buckets=_SECONDS, registry=registry
        )
        self.messages = Total("tallystick_gate_messages", "messages answered", registry=registry)
        self.retries = Total("tallystick_gate_retries", "batches tried again", registry=registry)
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            took = time.perf_counter() - started
            self.seconds[name] += took
            self.stages.labels(name).observe(took)

    def flushed(self, messages: int, seconds: float) -> None:
        """Count a batch that has been answered."""
        self.messages.inc(messages)
        self.batches.observe(seconds)
