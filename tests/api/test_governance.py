"""What every call goes through: who, what, how often, how large; and what is said when something is wrong."""

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tallystick.api.contracts import CAPABILITIES
from tallystick.api.governance.headers import lifecycle_headers
from tallystick.api.governance.validation import DEPTH_MAX
from tallystick.app.settings import Settings
from tallystick.messages.catalogue import Lifecycle
from tallystick.posting.table import TABLE
from tallystick.security.api_keys import parse_key
from tallystick.storage.access.audit import Sought, deeds, prove_audit
from tallystick.storage.access.keys import revoke_key
from tallystick.storage.book import create_book
from tests.api.conftest import Api, order
from tests.api.people import SHOP, let_in


async def test_everything_that_is_wrong_is_listed(api: Api) -> None:
    """A caller learns of every fault at once, each by its JSON pointer, and nothing was recorded."""
    wanted = order("W 1", 0, channel="", extra=1)
    wanted["lines"].append({"sku": "~/", "quantity": "x", "net": -1})
    del wanted["provider"]
    done = await api.post("/orders", wanted)
    assert done.status_code == 422
    assert done.headers["content-type"] == "application/problem+json"
    problem = done.json()
    assert problem["type"] == "urn:tallystick:problem:invalid"
    assert problem["status"] == 422
    found = {(e["pointer"], e["detail"].split(" ")[-1]) for e in problem["errors"]}
    assert {pointer for pointer, _ in found} == {
        "",
        "/order",
        "/channel",
        "/lines/0/quantity",
        "/lines/1/quantity",
        "/lines/1/net",
    }
    assert len([e for e in problem["errors"] if e["pointer"] == ""]) == 2  # provider is missing, extra is too much
    assert (await api.get("/orders/W1")).status_code == 404


async def test_every_wrong_parameter_is_listed(api: Api) -> None:
    """Parameters of a query are checked like a body: unknown ones and ones said twice too."""
    done = await api.get("/journal/entries?limit=0&after=x&booked_from=yesterday&colour=red")
    assert done.status_code == 422
    assert {e["parameter"] for e in done.json()["errors"]} == {"limit", "after", "booked_from", "colour"}
    twice = await api.get("/journal/entries?limit=1&limit=2")
    assert twice.json()["errors"] == [{"detail": "is said twice", "parameter": "limit"}]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"order": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"x": ' * (DEPTH_MAX + 1) + b"1" + b"}" * (DEPTH_MAX + 1), 400),
        (b'"' + b"[" * (DEPTH_MAX + 5) + b'"', 422),
        (b"null", 422),
        (b'{"order": 1e400}', 400),
    ],
)
async def test_what_cannot_be_read_is_said_so(api: Api, body: bytes, status: int) -> None:
    """Broken JSON, wrong text and nesting without end are the caller's fault, never a failure of ours."""
    headers = {"content-type": "application/json"}
    done = await api.client.post("/v1/orders", content=body, headers=headers)
    assert done.status_code == status, done.text


async def test_a_body_has_a_size_and_a_format(api: Api) -> None:
    """Too much is refused before it is read to its end, and anything but JSON is refused."""
    json = {"content-type": "application/json"}
    large = await api.client.post("/v1/orders", content=b" " * 300_000, headers=json)
    assert large.status_code == 413
    form = await api.client.post("/v1/orders", content=b"order=W1", headers={"content-type": "text/plain"})
    assert form.status_code == 415
    assert (await api.client.post("/v1/orders", content=b"{}")).status_code == 415

    async def drops() -> Any:
        for _ in range(10):
            yield b" " * 30_000

    unannounced = await api.client.post("/v1/orders", content=drops(), headers=json)
    assert unannounced.status_code == 413


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer nobody", "Basic c2hvcA==", "tally_x", "Bearer élan"])
async def test_nobody_we_know_comes_in(api: Api, authorization: str) -> None:
    """Without a key we know nothing is answered, not even whether something is there."""
    headers = [(b"authorization", authorization.encode())]
    for path in ("/v1/orders/W1", "/v1/stock/LAMP"):
        done = await api.client.get(path, headers=headers)
        assert done.status_code == 401
        assert done.headers["www-authenticate"] == "Bearer"


async def test_a_key_of_another_book_opens_nothing_here(api: Api, tmp_path: Path) -> None:
    """Books are apart: who is somebody elsewhere is nobody here."""
    await create_book(api.house.url, "brand_b", "EUR/2", TABLE)
    elsewhere = await let_in(api.house.url, Settings(tmp_path), "brand_b")
    done = await api.get("/stock/LAMP", headers={"authorization": f"Bearer {elsewhere['shop']}"})
    assert done.status_code == 401


async def test_a_revoked_key_is_out(api: Api) -> None:
    """Word of the revocation reaches the door as it commits."""
    assert (await api.get("/locations", headers=api.by("viewer"))).status_code == 200
    connection = await api.house.connection()
    assert await revoke_key(connection, parse_key(api.keys["viewer"]).id)
    async with asyncio.timeout(60):
        while (await api.get("/locations", headers=api.by("viewer"))).status_code == 200:
            pass
    assert (await api.get("/locations", headers=api.by("viewer"))).status_code == 401


async def test_what_is_not_granted_is_denied_and_noted(api: Api) -> None:
    """A reader may read; what it may not do is named, not done, and kept in the audit log."""
    await api.receives(1)
    assert (await api.get("/stock/LAMP", headers=api.by("viewer"))).status_code == 200
    denied = await api.post("/orders", order("W1"), {**api.by("viewer"), "x-correlation-id": "c-1"})
    assert denied.status_code == 403
    assert "orders:write" in denied.json()["detail"]
    assert (await api.get("/orders/W1")).status_code == 404
    connection = await api.house.connection()
    (deed,) = [d.deed for d in await deeds(connection, Sought()) if d.deed.outcome == "denied"]
    assert (deed.action, deed.subject, deed.correlation) == ("place_order", "api", "c-1")
    async with connection.transaction(isolation="repeatable_read"):
        proof, _ = await prove_audit(connection, api.house.keyring)
    assert proof.ok


async def test_a_key_for_a_token(api: Api) -> None:
    """A client changes its key for a token of ten minutes, narrower if it likes; a wrong secret gets none."""
    form = {"grant_type": "client_credentials", "client_id": SHOP, "client_secret": api.keys["shop"]}
    given = await api.client.post("/oauth/token", data={**form, "scope": "orders:read"}, headers={"authorization": ""})
    assert given.status_code == 200, given.text
    token = {"authorization": f"Bearer {given.json()['access_token']}"}
    assert (await api.get("/orders/W1", headers=token)).status_code == 404
    assert (await api.post("/orders", order("W1"), token)).status_code == 403
    wrong = await api.client.post("/oauth/token", data={**form, "client_secret": "x"}, headers={"authorization": ""})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    assert (await api.client.get("/oauth/token")).status_code == 405
    assert (await api.client.get("/oauth/jwks.json")).json()["keys"][0]["kty"] == "OKP"


async def test_a_correlation_id_comes_back_and_is_kept(api: Api) -> None:
    """The caller's id is on the answer and in the record; without one, ours is; one that could not be kept is refused."""
    done = await api.post("/orders", order("W1"), {"x-correlation-id": "a.b:c-1"})
    assert done.headers["x-correlation-id"] == "a.b:c-1"
    assert done.json()["correlation"] == "a.b:c-1"
    ours = await api.get("/stock/LAMP")
    assert ours.headers["x-correlation-id"]
    bad = await api.get("/stock/LAMP", headers={"x-correlation-id": "no blanks"})
    assert (bad.status_code, bad.json()["errors"][0]["parameter"]) == (422, "X-Correlation-Id")


async def test_a_trace_goes_on(api: Api) -> None:
    """A valid traceparent is kept with the message; one that is not valid is ignored, as its standard asks."""
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await api.post("/orders", order("W1"), {"traceparent": parent})
    await api.post("/orders", order("W2"), {"traceparent": "00-" + "0" * 32 + "-b7ad6b7169203331-01"})
    connection = await api.house.connection()
    kept = {r["subject"]: r["traceparent"] for r in await connection.fetch("select subject, traceparent from event")}
    assert kept == {"order/W1": parent, "order/W2": None}


async def test_every_answer_says_what_is_left(api: Api) -> None:
    """RateLimit headers are on every governed answer, refusals included, and count down."""
    first, second = await api.get("/stock/LAMP"), await api.get("/stock/LAMP")
    assert first.headers["ratelimit-policy"] == '"availability";q=1200000;w=60'
    left = [int(a.headers["ratelimit"].split(";r=")[1].split(";")[0]) for a in (first, second)]
    assert left[0] - left[1] == 1


async def test_paths_and_methods(api: Api) -> None:
    """What is not there is not found; what cannot be done there is said with what can; an encoded slash is part of a name."""
    assert (await api.get("/nothing")).status_code == 404
    wrong = await api.client.delete("/v1/orders")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    await api.receives(1, "A/B")
    assert (await api.get("/stock/A%2FB")).json()["product"]["sku"] == "A/B"
    assert (await api.get("/stock/A%FF")).status_code == 404
    assert (await api.get("/stock/A%00")).status_code == 404


async def test_answers_are_not_kept_or_guessed_at_by_browsers(api: Api) -> None:
    """Every answer carries the headers that keep a browser from storing, sniffing or framing it."""
    for answer in (await api.get("/stock/LAMP"), await api.get("/nothing")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_machines_of_the_house_ask_without_a_key(api: Api) -> None:
    """Health, metrics and the contract are there for whoever can reach the port; metrics name no client."""
    assert (await api.client.get("/health/live")).json() == {"status": "live"}
    assert (await api.client.get("/health/ready")).json() == {"status": "ready"}
    assert (await api.client.get("/openapi.json")).json()["openapi"] == "3.1.0"
    await api.get("/stock/LAMP")
    text = (await api.client.get("/metrics")).text
    assert 'tallystick_api_seconds_count{operation="show_stock",status="404"} 1.0' in text
    assert "tallystick_gate_batch_seconds" in text
    assert SHOP not in text


def test_a_deprecated_capability_says_so() -> None:
    """Deprecation (RFC 9745), Sunset (RFC 8594) and what to use instead come from the contract table."""
    old = replace(
        CAPABILITIES[0],
        lifecycle=Lifecycle.DEPRECATED,
        deprecated_on=date(2026, 12, 1),
        sunset_on=date(2027, 6, 1),
        instead="/v2/stock",
    )
    assert lifecycle_headers(old) == [
        (b"deprecation", b"@1796083200"),
        (b"sunset", b"Tue, 01 Jun 2027 00:00:00 GMT"),
        (b"link", b'</v2/stock>; rel="successor-version"'),
    ]
    assert old.served
    assert not replace(old, lifecycle=Lifecycle.RETIRED).served
