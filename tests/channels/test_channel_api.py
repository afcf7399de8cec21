"""Channels over HTTP and in the metrics: what each product shows, was told, took, and how far behind the channel is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from tallystick.app.serving.wiring import Site, door_of
from tallystick.app.settings import Settings
from tests.api.people import let_in
from tests.channels.conftest import Market
from tests.channels.window import Window
from tests.engine.conftest import receipt


@pytest.fixture
async def client(market: Market, database_url: str, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may look at stock."""
    keys = await let_in(database_url, Settings(tmp_path))
    async with (
        door_of(Site(market.house, CollectorRegistry())) as door,
        httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://tally.test") as found,
    ):
        found.headers["authorization"] = f"Bearer {keys['shop']}"
        yield found


async def metrics(client: httpx.AsyncClient, name: str) -> dict[tuple[str, str], float]:
    """Return the samples of a metric of channel web by (name, bound)."""
    text = (await client.get("/metrics")).text
    samples = [s for family in text_string_to_metric_families(text) if family.name == name for s in family.samples]
    return {(s.name, s.labels.get("le", "")): s.value for s in samples if s.labels["channel"] == "web"}


async def test_a_channels_products_are_shown_with_what_it_took(
    market: Market, window: Window, client: httpx.AsyncClient
) -> None:
    """Lamps it took, desks it refuses: what each should show, was told, acknowledged, and why not."""
    window.sells = {"LAMP", "MUG"}
    await market.takes(receipt(10), receipt(7, "DESK", "R2"), receipt(3, "MUG", "R3"))
    await market.tells(await market.connects("web", window))
    found = (await client.get("/v1/channels/web/stock")).json()
    desk, lamp, mug = found["products"]
    assert (desk["sku"], desk["should_show"], desk["told"], desk["acknowledged"]) == ("DESK", 7, 7, None)
    assert desk["failure"] == "we sell no DESK"
    assert (lamp["should_show"], lamp["told"], lamp["acknowledged"], lamp["failure"]) == (10, 10, 10, None)
    assert lamp["lag_ms"] >= 0
    assert (mug["acknowledged"], found["next"]) == (3, None)
    await market.takes(receipt(1, name="R4"))
    assert (await client.get("/v1/channels/web/stock?sku=lamp")).json()["products"][0]["acknowledged"] == 10


async def test_pages_and_oddities(market: Market, window: Window, client: httpx.AsyncClient) -> None:
    """A page says where the next begins; `odd` leaves out what is in order; an unknown channel is not found."""
    window.sells = {"LAMP"}
    await market.takes(receipt(10), receipt(7, "DESK", "R2"))
    await market.tells(await market.connects("web", window))
    first = (await client.get("/v1/channels/web/stock?limit=1")).json()
    assert ([p["sku"] for p in first["products"]], first["next"]) == (["DESK"], "DESK")
    second = (await client.get("/v1/channels/web/stock?limit=1&after=DESK")).json()
    assert [p["sku"] for p in second["products"]] == ["LAMP"]
    odd = (await client.get("/v1/channels/web/stock?odd=true")).json()
    assert [p["sku"] for p in odd["products"]] == ["DESK"]
    assert (await client.get("/v1/channels/wed/stock")).status_code == 404
    (web,) = (await client.get("/v1/channels")).json()["channels"]
    assert (web["channel"], web["products"], web["waiting"], web["failing"]) == ("web", 2, 1, 1)


async def test_lags_are_counted_up_and_the_oldest_untold_number_shows(
    market: Market, window: Window, client: httpx.AsyncClient
) -> None:
    """A histogram that only grows, and a gauge that falls to none when everything is told."""
    await market.takes(receipt(10), receipt(7, "DESK", "R2"))
    door = await market.connects("web", window)
    window.status = 503
    feed = await market.feed(door)
    await feed.following.run_once(datetime.now(UTC))
    gauge = await metrics(client, "tallystick_channel_untold_oldest_seconds")
    assert gauge["tallystick_channel_untold_oldest_seconds", ""] > 0
    window.status = 200
    await market.tells(door)
    await market.takes(receipt(1, name="R3"))
    await market.tells(door)
    lag = await metrics(client, "tallystick_channel_sync_lag_seconds")
    assert lag["tallystick_channel_sync_lag_seconds_bucket", "+Inf"] == 3
    assert lag["tallystick_channel_sync_lag_seconds_count", ""] == 3
    buckets = [n for (name, _), n in lag.items() if name.endswith("_bucket")]
    assert buckets == sorted(buckets)
    assert await metrics(client, "tallystick_channel_untold_oldest_seconds") == {
        ("tallystick_channel_untold_oldest_seconds", ""): 0
    }
    assert await metrics(client, "tallystick_channel_untold") == {("tallystick_channel_untold", ""): 0}
