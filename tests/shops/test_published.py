"""A running Vendure is told of products: made, renamed, described, repriced, and taken off when they are sold no more."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tallystick.messages.channels import PublishProduct
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.app.conftest import Tally
from tests.counterparts.vendure.server import PASSWORD
from tests.shops.conftest import Web

RULES = """
[[channels]]
channel = "web"
currency = "USD/2"
required = ["name", "brand"]
title = "{brand} {name}"
description = "{description}"
"""
ASKED = '{productVariants(options:{filter:{sku:{eq:"BULB-9"}}}){items{name price enabled product{description}}}}'


@pytest.fixture
def tally(tmp_path: Path, database_url: str, web: Web, monkeypatch: pytest.MonkeyPatch) -> Tally:
    """A book in dollars that publishes to the shop."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    asyncio.run(create_book(database_url, "main", "USD/2", TABLE))
    (tmp_path / "rules.toml").write_text(RULES)
    (tmp_path / "secret").write_text(PASSWORD)
    found = Tally()
    found.fine("publish", "rules", "set", str(tmp_path / "rules.toml"))
    # Orders of other tests are none of this book's business.
    found.fine("connection", "add", "web", "vendure", web.shop.url, "--set", "location=WH1", "--set", "sweep_days=1")
    found.fine("connection", "secret", "web", "password", "--file", str(tmp_path / "secret"))
    return found


def in_shop(web: Web) -> list[Any]:
    """Return what the shop has under the bulb's SKU."""
    found: list[Any] = web.admin(ASKED)["productVariants"]["items"]
    return found


def test_products_are_published_to_a_running_shop(web: Web, tally: Tally) -> None:
    """From a system's word to the shop's page, over the worker's lane, and off it again."""

    def says(about: str, *fields: str) -> None:
        tally.fine("master", "state", about, *fields, "--system", "erp")

    says("product/BULB-9", "name=Bulb", "description=Warm white")
    tally("worker", "--once")
    assert in_shop(web) == []
    says("price/web/BULB-9", "price=250 USD/2 net")
    says("product/BULB-9", "brand=Lumen")
    tally("worker", "--once")
    (there,) = in_shop(web)
    assert (there["name"], there["price"], there["enabled"]) == ("Lumen Bulb", 250, True)
    assert "Warm white" in there["product"]["description"]
    says("product/BULB-9", "name=Bulb 9", "description=Cold white")
    says("price/web/BULB-9", "price=240 USD/2 net")
    tally("worker", "--once")
    (there,) = in_shop(web)
    assert (there["name"], there["price"]) == ("Lumen Bulb 9", 240)
    assert "Cold white" in there["product"]["description"]
    says("product/BULB-9", "is_active=false")
    tally("worker", "--once")
    assert [x["enabled"] for x in in_shop(web)] == [False]
    assert tally.json("publish", "explain", "BULB-9", "web")["standing"]["state"] == "off"


def test_a_description_said_again_changes_nothing(web: Web) -> None:
    """The shop keeps it in its own way; what it shows counts as told."""
    command = PublishProduct("web", "BULB-8", "Bulb", "USD/2", 100, is_sold=True, description="Soft <b>light</b>")
    web.door.push(command, "published.1")
    assert web.door.push(command, "published.1") == web.door.push(command, "published.2")
