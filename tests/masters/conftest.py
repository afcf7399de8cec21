"""A book on real PostgreSQL, a WooCommerce twin that is told of products, and the command line."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tallystick.connectors.woocommerce.twin.shop import Shop
from tallystick.kit.twins.server import Twin
from tallystick.messages.channels import PublishProduct
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.app.conftest import Tally

SECRETS = {"consumer_key": "ck", "consumer_secret": "cs", "hook": "hook-secret"}
OWNERS = """
owners = [{ owner = "erp" }, { kind = "product", field = "title", owner = "pim" }]
"""
PUBLICATION = """
[[channels]]
channel = "web"
currency = "EUR/2"
required = ["name", "brand"]
title = "{brand} {name}"
description = "{description}"
"""


class Steward:
    """The command line at a steward's desk, and the shop beside it."""

    def __init__(self, tally: Tally, shop: Shop, folder: Path) -> None:
        """Work with *tally*; files go into *folder*."""
        self.tally, self.shop, self._folder = tally, shop, folder

    def file(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        (self._folder / name).write_text(text)
        return str(self._folder / name)

    def path(self, name: str) -> str:
        """Return the path of a file that was written."""
        return str(self._folder / name)

    def says(self, system: str, about: str, *fields: str) -> None:
        """Let a system say something."""
        self.tally.fine("master", "state", about, *fields, "--system", system)

    def knows_the_bulb(self) -> None:
        """The ERP and the PIM describe a bulb, and it has a price."""
        self.says("erp", "product/BULB", "name=Bulb", "brand=Lumen", "is_active=true")
        self.says("pim", "product/BULB", "description=Warm white")
        self.says("erp", "price/web/BULB", "price=250 EUR/2 net")

    def publishes(self, rules: str = PUBLICATION) -> None:
        """Put rules of publication in force."""
        self.tally.fine("publish", "rules", "set", self.file("publication.toml", rules))

    def works(self) -> None:
        """Let a worker do what is due."""
        self.tally.fine("worker", "--once")

    def heard(self) -> list[PublishProduct]:
        """Return what the shop was told of products, in order."""
        return [e for e in self.shop.effects if isinstance(e, PublishProduct)]

    def stands(self, sku: str = "BULB") -> Any:
        """Return how a product stands at the channel."""
        return self.tally.json("publish", "explain", sku, "web")


@pytest.fixture
def steward(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Steward]:
    """A book with owners, connected to a shop."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    asyncio.run(create_book(database_url, "main", "EUR/2", TABLE))
    shop, tally = Shop(SECRETS["consumer_key"], SECRETS["consumer_secret"]), Tally()
    found = Steward(tally, shop, tmp_path)
    with Twin(shop.answer) as twin:
        tally.fine("connection", "add", "web", "woocommerce", twin.url, "--set", "location=WH1")
        for name, secret in SECRETS.items():
            tally.fine("connection", "secret", "web", name, "--file", found.file("secret", secret))
        tally.fine("master", "owners", "set", found.file("owners.toml", OWNERS))
        yield found
