"""Name, address and password are planted, everything happens, and they are looked for wherever something can come out."""

import base64
import logging
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tallystick.app.working.logs import start_logs
from tallystick.ports.connector import Contact
from tallystick.publishing.notices import smtp
from tallystick.storage.embedded.binaries import binaries, run_tool
from tallystick.storage.notices.queue import NoticeQueue
from tallystick.storage.serving.pool import open_pool
from tests.notices.conftest import Counter, by
from tests.notices.postbox import PASSWORD, Postbox

GOLD = Contact("canaria.goldfink@example.test", "Canaria Goldfink")
CANARIES = (GOLD.email, "Goldfink", "goldfink", PASSWORD)


def found_in(text: str) -> set[str]:
    """Return the canaries in a text: as they are, in hex as a dump shows bytes, or in base64."""
    forms = {c: (c, c.encode().hex(), base64.b64encode(c.encode()).decode().rstrip("=")) for c in CANARIES}
    return {canary for canary, written in forms.items() if any(form in text for form in written)}


async def everything_happens(counter: Counter, box: Postbox) -> None:
    """Letters go out, are refused with the name in the server's words, put off, and cannot be written."""
    pool = await open_pool(counter.house.server, counter.house.info.schema)
    await NoticeQueue(pool).keep_secret(counter.house.keyring, "smtp_password", PASSWORD)
    await pool.close()
    await counter.orders("W1", GOLD)
    await counter.works()
    assert len(box.mails) == 1
    for said in ("550 5.1.1", "451 4.7.1"):
        box.says[GOLD.email] = [f"{said} <{GOLD.email}> {GOLD.name} is not here"]
        await counter.ships("W1")
        await counter.orders(f"W{said[:3]}", GOLD, 1)
        await counter.works()
    folder = counter.settings.home / "templates"
    folder.mkdir()
    (folder / "confirmed.en.txt").write_text("Subject: Hello {{ name }}\n\n{{ name + 1 }}{{ nobody }}\n")
    counter.settings = replace(counter.settings, notices=by(box, templates=str(folder)))
    await counter.orders("W9", GOLD, 1)
    await counter.works()
    assert "W9 confirmed" in await counter.standing()


def dump(url: str) -> str:
    """Everything the database holds, as a backup would carry it away."""
    done = run_tool([binaries().tool("pg_dump"), url])
    assert done.returncode == 0, done.stderr
    assert "COPY book_main.notice_attempt" in done.stdout
    return done.stdout


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Every span that anybody makes."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer_provider", lambda: provider)
    return exporter


@pytest.fixture
def outlets(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], spans: InMemorySpanExporter
) -> Callable[[], str]:
    """Return all that comes out without being asked for: logs of every level, what is printed, spans."""
    start_logs()
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, "mail.log")  # the server's own log, on the other side of the wire

    def text() -> str:
        told, told_spans = capfd.readouterr(), [span.to_json() for span in spans.get_finished_spans()]
        assert told_spans
        return "\n".join([told.out, told.err, caplog.text, *told_spans])

    return text


async def test_no_name_no_address_and_no_password_comes_out(
    counter: Counter, box: Postbox, outlets: Callable[[], str]
) -> None:
    """Not in logs of any level, spans, what is printed, nor in a full dump of the database."""
    await everything_happens(counter, box)
    assert found_in(outlets()) == set()
    assert found_in(dump(counter.house.url)) == set()


async def test_a_door_that_keeps_the_servers_words_is_caught(
    counter: Counter, box: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The broken twin: a refusal is noted as the server said it, and the address lies in the database for good."""
    agree = smtp._agree

    def careless(answer: tuple[int, bytes], what: str, refusal: type[Exception]) -> Exception | None:
        if answer[0] // 100 == 5:
            raise refusal(answer[1].decode())
        return agree(answer, what, refusal)

    monkeypatch.setattr(smtp, "_agree", careless)
    await everything_happens(counter, box)
    assert GOLD.email in found_in(dump(counter.house.url))


@pytest.mark.parametrize("form", [GOLD.email.encode().hex(), base64.b64encode(b"Goldfink").decode()])
def test_a_canary_is_found_in_any_form(form: str) -> None:
    """The search sees what a dump would make of it."""
    assert found_in(f"before {form} after")
