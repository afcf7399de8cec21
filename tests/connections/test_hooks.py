"""The webhook door: the signature is the credential, and what is acknowledged is kept."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry

from tallystick.app.connections import hooks
from tallystick.app.serving.wiring import Site, door_of
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work_once
from tests.connections.conftest import HOOK_SECRET, KEY, Shopfloor
from tests.connections.tiny import Partner, signed

ORDER = {"number": "T1", "product": "LAMP", "name": "", "at": "2026-11-23T12:00:00+00:00"}


@pytest.fixture
async def client(floor: Shopfloor) -> AsyncIterator[httpx.AsyncClient]:
    """Whoever can reach the server."""
    async with (
        door_of(Site(floor.house, CollectorRegistry())) as door,
        httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://tally.test") as found,
    ):
        yield found


async def _sends(
    client: httpx.AsyncClient, said: Any, secret: str = HOOK_SECRET, at: datetime | None = None
) -> httpx.Response:
    body = json.dumps(said).encode()
    return await client.post("/hooks/shop", content=body, headers=signed(secret, body, at or datetime.now(UTC)))


async def test_a_signed_webhook_is_kept_before_it_is_acknowledged(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient
) -> None:
    """It becomes an order; the same one again is acknowledged and changes nothing."""
    await floor.connects("shop", partner)
    first, again = await _sends(client, ORDER), await _sends(client, ORDER)
    assert (first.status_code, first.json()) == (200, {"kept": 1, "known": 0})
    assert (again.status_code, again.json()) == (200, {"kept": 0, "known": 1})
    await work_once(floor.house, Way({}))
    assert await floor.one("select count(*) from event where subject = 'order/T1'") == 1


@pytest.mark.parametrize(
    "signature",
    [("another secret", timedelta()), (HOOK_SECRET, timedelta(minutes=6)), (HOOK_SECRET, timedelta(minutes=-6))],
)
async def test_a_bad_or_stale_signature_is_refused_and_nothing_kept(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient, signature: tuple[str, timedelta]
) -> None:
    """Forged, replayed or from the future: 401. It is no failure of the partner, whose health it does not touch."""
    secret, age = signature
    await floor.connects("shop", partner)
    refused = await _sends(client, ORDER, secret, datetime.now(UTC) - age)
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:tallystick:problem:unsigned"
    assert await floor.one("select count(*) from delivery") == 0
    assert await floor.one("select sum(failed) from connection_health") == 0
    assert HOOK_SECRET not in refused.text


async def test_a_body_changed_on_the_way_is_refused(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient
) -> None:
    """The signature covers every byte."""
    await floor.connects("shop", partner)
    body = json.dumps(ORDER).encode()
    headers = signed(HOOK_SECRET, body, datetime.now(UTC))
    changed = await client.post("/hooks/shop", content=body.replace(b"LAMP", b"SOFA"), headers=headers)
    assert changed.status_code == 401


async def test_the_same_id_with_other_content_is_kept_for_a_person(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient
) -> None:
    """Nobody knows which of the two is meant, so the partner is thanked and somebody looks."""
    await floor.connects("shop", partner)
    await _sends(client, ORDER)
    assert (await _sends(client, ORDER | {"product": "SOFA"})).status_code == 200
    reason = await floor.one("select reason from dead_letter")
    assert reason.startswith("the same id came again with other content: ")


async def test_who_is_not_there_or_takes_none_is_not_found(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient
) -> None:
    """No connection, a removed one, a path too deep; and any method but POST is refused."""
    await floor.connects("shop", partner)
    assert (await client.post("/hooks/nobody", content=b"{}")).status_code == 404
    assert (await client.post("/hooks/shop/deeper", content=b"{}")).status_code == 404
    assert (await client.get("/hooks/shop")).status_code == 405
    await (await floor.register()).remove("shop")
    assert (await _sends(client, ORDER)).status_code == 404


async def test_a_body_too_large_is_refused_before_it_is_read(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may send without a key may not send without a bound."""
    await floor.connects("shop", partner)
    monkeypatch.setattr(hooks, "HOOK_BYTES_MAX", 100)
    assert (await _sends(client, ORDER | {"name": "x" * 200})).status_code == 413


async def test_without_its_secret_a_webhook_is_asked_for_again_later(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient
) -> None:
    """503 and Retry-After: the partner keeps it; with the secret given, the next try is taken at once."""
    await floor.connects("shop", partner)
    await floor.one("delete from connection_secret where name = 'hook_secret' returning 1")
    later = await _sends(client, ORDER)
    assert (later.status_code, later.headers["retry-after"]) == (503, "30")
    await (await floor.register()).set_secret("shop", "hook_secret", HOOK_SECRET)
    assert (await _sends(client, ORDER)).status_code == 200


async def test_a_paused_partner_is_still_listened_to(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient
) -> None:
    """It cannot know that we paused, and what it says once is lost if nobody keeps it."""
    await floor.connects("shop", partner)
    await (await floor.register()).pause("shop", "their release")
    assert (await _sends(client, ORDER)).status_code == 200


async def test_more_at_once_than_can_be_checked_come_again(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A flood is told to wait, before anything of it is read."""
    await floor.connects("shop", partner)
    monkeypatch.setattr(hooks, "HOOKS_AT_ONCE_MAX", 0)
    assert (await _sends(client, ORDER)).status_code == 429


async def test_metrics_say_how_each_connection_is(
    floor: Shopfloor, partner: Partner, client: httpx.AsyncClient
) -> None:
    """Calls by outcome, the circuit, what waits, and how far pulls lag, by our name for the connection."""
    await floor.connects("shop", partner)
    await _sends(client, ORDER)
    await work_once(floor.house, Way({}))
    text = (await client.get("/metrics")).text
    assert 'tallystick_connection_calls_total{connection="shop",outcome="succeeded",verb="hook"} 1.0' in text
    assert 'tallystick_connection_circuit{circuit="closed",connection="shop"} 1.0' in text
    assert 'tallystick_connection_pull_lag_seconds{connection="shop",kind="OrderPlaced"}' in text
    assert KEY not in text
    assert HOOK_SECRET not in text
