"""Orders that ask for their tax over HTTP: calculated before anything is held, kept when repeated, refused by field."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from tallystick.app.house import open_house
from tallystick.app.serving.wiring import Site, door_of
from tallystick.app.settings import Settings
from tallystick.app.taxing.channels_file import load_tax_setup
from tallystick.messages.sales import OrderPlaced
from tallystick.posting.table import TABLE
from tallystick.storage.attention.breaks import Wanted, breaks
from tallystick.storage.book import create_book
from tests.api.conftest import Api
from tests.api.people import let_in
from tests.architecture.tidy import ROOT

PAGE = (ROOT / "docs" / "tax.md").read_text("utf-8")
(SHOWN,) = (block for block in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL) if "[channels.web]" in block)
(ORDERED,) = (block for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL) if '"calculate"' in block)
SETUP = (
    """
[channels.us]
established = "US"
registered = ["US-NJ"]

[locations.EWR]
country = "US"
region = "NJ"

"""
    + SHOWN
)


@pytest.fixture
async def taxing(database_url: str, tmp_path: Path) -> AsyncIterator[Api]:
    """The door of a retailer who has said who sells where."""
    file = tmp_path / "channels.toml"
    file.write_text(SETUP, "utf-8")
    settings = Settings(tmp_path, tax_channels_file=str(file))
    await create_book(database_url, "main", "EUR/2", TABLE)
    async with AsyncExitStack() as closing:
        house = await closing.enter_async_context(open_house(database_url, settings))
        keys = await let_in(database_url, settings)
        site = Site(house, CollectorRegistry(), tax_setup=load_tax_setup(settings))
        door = await closing.enter_async_context(door_of(site))
        headers = {"authorization": f"Bearer {keys['shop']}"}
        client = httpx.AsyncClient(transport=httpx.ASGITransport(door), base_url="http://tally", headers=headers)
        yield Api(house, await closing.enter_async_context(client), keys)


def _order(number: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    whole = [{"quantity": 1, **line} for line in lines]
    return {"order": number, "channel": "web", "location": "WH1", "provider": "stripe", "lines": whole, **more}


def _to(country: str) -> dict[str, Any]:
    return {"name": "A", "lines": ["1 Street"], "city": "X", "country": country}


async def test_the_tax_is_calculated_where_the_goods_arrive(taxing: Api) -> None:
    """Prices with tax stay what the customer pays; each product's class, or the line's own, has its rate; the event keeps why."""
    await taxing.receives(9)
    await taxing.receives(9, "ATLAS")
    wanted = _order(
        "W1", {"sku": "LAMP", "gross": 1200}, {"sku": "ATLAS", "gross": 1055}, tax="calculate", delivery=_to("FR")
    )
    done = await taxing.post("/orders", wanted)
    assert done.status_code == 201, done.text
    told = [(x["net"], x["tax"], x["jurisdiction"], x["rate"]) for x in done.json()["taxes"]]
    assert told == [(1000, 200, "FR", 200_000), (1000, 55, "FR", 55_000)]
    first = await taxing.house.connection()
    body = await first.fetchval("select body from event where subject = 'order/W1'")
    placed: Any = msgspec.json.decode(body, type=OrderPlaced)
    assert placed.jurisdiction == "FR"
    assert placed.tax_source
    assert "CGI art. 278-0 bis" in placed.taxes[1].law


async def test_the_order_that_the_page_shows(taxing: Api) -> None:
    """What docs/tax.md shows, in the shop that it shows."""
    await taxing.receives(9)
    await taxing.receives(9, "ATLAS")
    done = await taxing.post("/orders", msgspec.json.decode(ORDERED))
    assert [(x["tax"], x["rate"]) for x in done.json()["taxes"]] == [(480, 200_000), (104, 55_000)], done.text


async def test_prices_without_tax_and_another_state(taxing: Api) -> None:
    """Tax comes on top; a state is named beside the address; where there is no nexus none is charged, and the answer says why."""
    await taxing.receives(9, location="EWR")
    place = {"channel": "us", "location": "EWR", "currency": "EUR/2", "tax": "calculate"}
    near = {"tax_details": {"ship_to": {"country": "US", "region": "NJ"}}}
    done = await taxing.post("/orders", _order("W2", {"sku": "LAMP", "net": 10_000}, **place, **near))
    assert [(x["tax"], x["jurisdiction"]) for x in done.json()["taxes"]] == [(663, "US-NJ")], done.text
    far = {"tax_details": {"ship_to": {"country": "US", "region": "MA"}}}
    done = await taxing.post("/orders", _order("W3", {"sku": "LAMP", "net": 10_000}, **place, **far))
    assert [(x["tax"], x["treatment"]) for x in done.json()["taxes"]] == [(0, "not_registered")], done.text


async def test_the_same_again_is_the_same_though_rates_have_changed(taxing: Api) -> None:
    """A repeated order keeps the tax it was placed with: the day it is repeated on does not matter."""
    await taxing.receives(9)
    days = [{"tax_details": {"on": day}} for day in ("2020-07-01", "2021-01-01")]
    line = {"sku": "LAMP", "gross": 1190}
    one = await taxing.post("/orders", _order("W4", line, tax="calculate", **days[0]), {"idempotency-key": "k"})
    two = await taxing.post("/orders", _order("W4", line, tax="calculate", **days[1]), {"idempotency-key": "k"})
    assert (
        one.json()["taxes"]
        == two.json()["taxes"]
        == [{"line": 1, "net": 1026, "tax": 164, "jurisdiction": "DE", "rate": 160_000, "treatment": "taxed"}]
    )
    assert two.headers["idempotent-replayed"] == "true"


async def test_a_given_tax_is_held_against_ours(taxing: Api) -> None:
    """It is posted as it was given, and a break says what it is off by."""
    await taxing.receives(9)
    wanted = _order("W5", {"sku": "LAMP", "net": 1000, "tax": 190}, jurisdiction="DE", delivery=_to("FR"))
    assert (await taxing.post("/orders", wanted)).status_code == 201
    found = await breaks(await taxing.house.connection(), Wanted())
    assert [(b.kind, b.amount) for b in found] == [("tax_differs", -10)]
    await taxing.ties_out()


@pytest.mark.parametrize(
    ("more", "line", "pointer"),
    [
        ({"tax": "calculate", "channel": "shop"}, {"net": 1}, "/channel"),
        ({"tax": "calculate", "location": "WH9"}, {"net": 1}, "/location"),
        ({"tax": "calculate"}, {}, "/lines/0"),
        ({"tax": "calculate"}, {"net": 1, "gross": 1}, "/lines/0"),
        ({"tax": "calculate"}, {"net": 1, "tax": 1}, "/lines/0/tax"),
        ({"tax": "calculate"}, {"net": 1, "tax_class": "books"}, "/lines/0/tax_class"),
        ({"tax": "calculate", "tax_details": {"ship_to": {"country": "GB"}}}, {"net": 1}, "/tax_details/low_value"),
        ({}, {"gross": 1}, "/lines/0/net"),
    ],
)
async def test_what_cannot_be_taxed_is_refused_by_its_field(
    taxing: Api, more: dict[str, Any], line: dict[str, Any], pointer: str
) -> None:
    """Nothing is guessed and nothing is held."""
    await taxing.receives(9)
    done = await taxing.post("/orders", _order("W6", {"sku": "LAMP", **line}, **more))
    assert done.status_code == 422, done.text
    assert [e["pointer"] for e in done.json()["errors"]] == [pointer]
    assert (await taxing.get("/orders/W6")).status_code == 404
