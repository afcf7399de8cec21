"""Canaries: secrets and a name are planted wherever they can come in, and looked for wherever something can come out."""

import asyncio
import base64
import json
import logging
from datetime import UTC, datetime

import httpx
import pytest
from msgspec import Struct
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import CollectorRegistry

from tallystick.app.serving.wiring import Site, door_of
from tallystick.app.working.logs import start_logs
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work, work_once
from tallystick.engine.partners.lanes import Lane
from tallystick.ports.connector import Acknowledgement, Rejected
from tallystick.storage.embedded.binaries import binaries, run_tool
from tests.connections.conftest import HOOK_SECRET, KEY, WAIT_SECONDS_MAX, Shopfloor
from tests.connections.tiny import Partner, Tiny, signed

NAME = "Canaria Goldfink"
AT = "2026-11-23T12:00:00+00:00"
DEAD = "select count(*) from attempt where outcome = 'rejected'"


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Every span that anybody makes."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return exporter


@pytest.fixture
def outlets(
    spans: InMemorySpanExporter, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> "Outlets":
    """Everything that comes out without being asked for."""
    start_logs()
    caplog.set_level(logging.DEBUG)
    return Outlets(spans, caplog, capfd)


class Outlets:
    """Logs of every level and library, what processes print, and spans."""

    def __init__(
        self, spans: InMemorySpanExporter, logs: pytest.LogCaptureFixture, prints: pytest.CaptureFixture[str]
    ) -> None:
        """Listen."""
        self._spans, self._logs, self._prints = spans, logs, prints

    def text(self) -> str:
        """Return all that came out."""
        told = self._prints.readouterr()
        spans = [span.to_json() for span in self._spans.get_finished_spans()]
        assert spans
        assert '"started"' in told.err
        return "\n".join([told.out, told.err, self._logs.text, *spans])


def found_in(text: str) -> set[str]:
    """Return the canaries in a text: as they are, in hex as a dump shows bytes, or in base64."""
    forms = {
        c: (c, c.encode().hex(), base64.b64encode(c.encode()).decode().rstrip("=")) for c in (KEY, HOOK_SECRET, NAME)
    }
    return {canary for canary, written in forms.items() if any(form in text for form in written)}


def dump(url: str) -> str:
    """Everything the database holds, as a backup would carry it away."""
    done = run_tool([binaries().tool("pg_dump"), url])
    assert done.returncode == 0, done.stderr
    assert "COPY book_main.connection_secret" in done.stdout
    return done.stdout


async def _hooks(client: httpx.AsyncClient) -> list[httpx.Response]:
    """A webhook that is right, one that is not signed, and one that breaks its door."""
    said = {"number": "T2", "product": "LAMP", "name": NAME, "at": AT}
    body, now = json.dumps(said).encode(), datetime.now(UTC)
    broken = b'{"name": "' + NAME.encode()
    signatures = ((body, HOOK_SECRET), (body, "wrong"), (broken, HOOK_SECRET))
    return [await client.post("/hooks/card", content=b, headers=signed(s, b, now)) for b, s in signatures]


def refuses(self: Tiny, command: Struct, key: str) -> Acknowledgement:
    """A push of a careless door: what it says of a refusal quotes the key."""
    raise Rejected(f"refused with {self._connection.secret('api_key')}")


async def everything_happens(floor: Shopfloor, partner: Partner, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let each kind of thing happen, well and ill, with canaries in it; return what callers and scrapers were told."""
    await floor.connects("card", partner)
    await floor.orders("card", range(2))
    partner.sells("T1", name=NAME)
    partner.sells("T3", product="4711", name=NAME)
    async with (
        door_of(Site(floor.house, CollectorRegistry())) as door,
        httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://tally.test") as client,
    ):
        heard = await _hooks(client)
        await work_once(floor.house, Way({}))
        monkeypatch.setattr(Tiny, "push", refuses)
        partner.status, partner.words = 422, f"nobody has the key {KEY}"
        await floor.orders("card", range(2, 4))
        await (await floor.register()).pause("card", None)
        await _worked(floor)
        heard.append(await client.get("/metrics"))
    assert [h.status_code for h in heard] == [200, 401, 503, 200]
    return "\n".join(f"{h.headers} {h.text}" for h in heard)


async def _worked(floor: Shopfloor) -> None:
    """Work until a command was refused."""
    stop, looking = asyncio.Event(), await floor.house.connection()
    working = asyncio.create_task(work(floor.house, Way({}), stop))
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not await looking.fetchval(DEAD):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)
    stop.set()
    await working


async def test_no_secret_and_no_name_comes_out(
    floor: Shopfloor, partner: Partner, outlets: Outlets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in logs, spans, answers, problem details, metrics, nor in a full dump of the database."""
    told = await everything_happens(floor, partner, monkeypatch)
    assert KEY in partner.keys
    assert await floor.one("select count(*) from dead_letter") == 1
    assert found_in(told) == set()
    assert found_in(outlets.text()) == set()
    assert found_in(dump(floor.house.url)) == set()


async def test_a_lane_that_does_not_mask_is_caught(
    floor: Shopfloor, partner: Partner, outlets: Outlets, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: what a careless door says is kept as it is, and the key lies in the database for good."""
    monkeypatch.setattr(Lane, "masked", lambda _, text: text)
    await everything_happens(floor, partner, monkeypatch)
    assert found_in(dump(floor.house.url)) == {KEY}


@pytest.mark.parametrize("form", [KEY, HOOK_SECRET.encode().hex(), base64.b64encode(NAME.encode()).decode()])
def test_a_canary_is_found_in_any_form(form: str) -> None:
    """The search sees what a dump, a log line or a header would make of it."""
    assert found_in(f"before {form} after")
