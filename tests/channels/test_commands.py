"""`tally stock channels` and `tally stock publish`: what operations look at, and telling a channel again."""

import asyncio
from pathlib import Path

import pytest

from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.app.conftest import Tally
from tests.channels.conftest import Market
from tests.channels.window import Window
from tests.engine.conftest import receipt


@pytest.fixture
def tally(tmp_path: Path, database_url: str, window: Window, monkeypatch: pytest.MonkeyPatch) -> Tally:
    """The command line over a book whose channel `web` shows ten lamps and refuses desks."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    window.sells = {"LAMP"}

    async def begin() -> None:
        await create_book(database_url, "main", "EUR/2", TABLE)
        async with open_house(database_url, Settings(tmp_path), "main") as house:
            market = Market(house)
            await market.takes(receipt(10), receipt(7, "DESK", "R2"))
            await market.tells(await market.connects("web", window))
            market.close()

    asyncio.run(begin())
    return Tally()


def test_channels_and_their_products_are_shown(tally: Tally) -> None:
    """What waits, fails and was taken, with its lag; a product that fails says why."""
    (web,) = tally.json("stock", "channels")["channels"]
    assert (web["channel"], web["products"], web["waiting"], web["failing"], web["differing"]) == ("web", 2, 1, 1, 0)
    assert web["lag_p99_ms"] >= web["lag_p50_ms"] >= 0
    (desk,) = tally.json("stock", "channels", "web", "--odd")["products"]
    assert (desk["sku"], desk["wanted"], desk["shown"], desk["failure"]) == ("DESK", 7, None, "we sell no DESK")
    (lamp,) = tally.json("stock", "channels", "web", "--sku", "lamp")["products"]
    assert (lamp["wanted"], lamp["shown"], lamp["version"], lamp["shown_version"]) == (10, 10, 1, 1)
    assert "we sell no DESK" in tally.fine("stock", "channels", "web")


def test_what_was_refused_is_told_again_by_hand(tally: Tally, window: Window) -> None:
    """A person put the product right there and does not wait an hour; --all tells the rest as well."""
    window.sells = None
    tally.fine("stock", "publish", "web")
    tally.fine("worker", "--once")
    assert window.shows == {"LAMP": 10, "DESK": 7}
    assert len(window.heard) == 2
    tally.fine("stock", "publish", "web", "--all")
    tally.fine("worker", "--once")
    assert window.versions() == {"LAMP": [1, 2], "DESK": [1, 2]}


def test_an_unknown_channel_is_named_with_the_known_ones(tally: Tally) -> None:
    """A typing mistake says what there is."""
    assert "known are web" in tally.complains(4, "stock", "publish", "wed")
    assert "known are web" in tally.complains(4, "stock", "channels", "wed")
