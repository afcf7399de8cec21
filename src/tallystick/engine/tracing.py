"""Spans of OpenTelemetry. Without its SDK, or with none configured, they cost one comparison."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from opentelemetry import trace
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_PROPAGATOR: Final = TraceContextTextMapPropagator()


def is_traced() -> bool:
    """Say whether anybody receives spans."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


class Tracing:
    """Makes spans for one part of the house, if anybody receives them when it is made."""

    def __init__(self, name: str) -> None:
        """Name the part, such as `tallystick.api`."""
        self._tracer = trace.get_tracer(name) if is_traced() else None

    @contextmanager
    def span(
        self, name: str, traceparent: str | None = None, attributes: Mapping[str, str | int] | None = None
    ) -> Iterator[str | None]:
        """Time a block as a span below *traceparent* (W3C); yield the traceparent that those below it should carry."""
        if self._tracer is None:
            yield traceparent
            return
        above = _PROPAGATOR.extract({"traceparent": traceparent}) if traceparent else None
        with self._tracer.start_as_current_span(name, above, attributes=dict(attributes or {})):
            carrier: dict[str, str] = {}
            _PROPAGATOR.inject(carrier)
            yield carrier.get("traceparent", traceparent)
