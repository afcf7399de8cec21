"""Spans over the door and the gate: one story, in the trace the caller is in; and nothing where nobody listens."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tallystick.app.running import run
from tallystick.engine.tracing import Tracing
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.api.conftest import Api, order
from tests.api.serving import serving

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Somebody who listens, for this test only."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return exporter


@pytest.fixture
def heard(spans: InMemorySpanExporter, api: Api) -> tuple[InMemorySpanExporter, Api]:
    """A door that is opened after somebody listens."""
    return spans, api


async def test_a_call_is_one_story_in_the_callers_trace(heard: tuple[InMemorySpanExporter, Api]) -> None:
    """The call is a span below the caller's, the batch one below it, and the record names the span it came from."""
    spans, api = heard
    await api.post("/orders", order("W1"), {"traceparent": PARENT})
    by_name = {span.name: span for span in spans.get_finished_spans()}
    call, batch = by_name["place_order"], by_name["gate.batch"]
    assert {f"{span.context.trace_id:032x}" for span in (call, batch)} == {TRACE}
    assert call.parent is not None
    assert f"{call.parent.span_id:016x}" == "b7ad6b7169203331"
    assert batch.parent is not None
    assert batch.parent.span_id == call.context.span_id
    connection = await api.house.connection()
    kept = await connection.fetchval("select traceparent from event where subject = 'order/W1'")
    assert kept == f"00-{TRACE}-{call.context.span_id:016x}-01"


def test_without_a_listener_a_span_is_nothing() -> None:
    """The traceparent goes through unchanged."""
    with Tracing("tallystick.test").span("anything", PARENT) as below:
        assert below == PARENT


class _Collector(BaseHTTPRequestHandler):
    """Takes what is exported."""

    def do_POST(self) -> None:
        """Keep the path; the body is protobuf."""
        self.rfile.read(int(self.headers["content-length"]))
        self.server.paths.append(self.path)  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector() -> Iterator[HTTPServer]:
    """An OTLP endpoint on this machine."""
    server = HTTPServer(("127.0.0.1", 0), _Collector)
    server.paths = []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def test_spans_leave_by_otlp(
    collector: HTTPServer, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is told where to sends its spans there, the last ones when it stops."""
    run(create_book(database_url, "main", "EUR/2", TABLE))
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{collector.server_port}")
    with serving(database_url, tmp_path) as server:
        assert httpx.post(f"{server.url}/v1/orders", json=order("W1"), headers=server.by()).status_code == 409
        assert server.stop() == 0
    assert set(collector.paths) == {"/v1/traces"}  # type: ignore[attr-defined]
