"""One figure of a bench."""

from msgspec import Struct


class Case(Struct, frozen=True):
    """One figure: `value` in `unit`, its `baseline` from the same run, their ratio, latencies in milliseconds."""

    case: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    p50_ms: float | None = None
    p99_ms: float | None = None
