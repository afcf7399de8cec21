"""Metrics of channels, read from the book when somebody asks: the same whichever process tells them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from tallystick.storage.channels.lags import BEYOND, ChannelLag


def channel_metrics(found: list[ChannelLag], now: datetime) -> bytes:
    """Return what Prometheus is shown of channels at *now* (UTC). Labels hold names of ours only."""
    if not found:
        return b""
    registry = CollectorRegistry()
    registry.register(_Read(found, now))
    return generate_latest(registry)


class _Read(Collector):
    """What was read once, for one answer."""

    def __init__(self, found: list[ChannelLag], now: datetime) -> None:
        self._found, self._now = found, now

    def collect(self) -> Iterable[Metric]:
        """Yield every family."""
        lag = HistogramMetricFamily(
            "tallystick_channel_sync_lag_seconds",
            "from the commit of a change until the channel took the number",
            labels=["channel"],
        )
        untold = GaugeMetricFamily(
            "tallystick_channel_untold", "numbers a channel has not acknowledged", labels=["channel"]
        )
        oldest = GaugeMetricFamily(
            "tallystick_channel_untold_oldest_seconds", "how long the oldest of them has waited", labels=["channel"]
        )
        for c in self._found:
            names = ["+Inf" if ms == BEYOND else str(ms / 1000) for ms, _ in c.spans]
            counts = accumulate(n for _, n in c.spans)
            lag.add_metric([c.channel], list(zip(names, counts, strict=True)), c.total_ms / 1000)
            untold.add_metric([c.channel], c.untold)
            oldest.add_metric([c.channel], (self._now - c.oldest).total_seconds() if c.oldest else 0)
        yield from (lag, untold, oldest)
