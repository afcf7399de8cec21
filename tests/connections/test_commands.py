"""`tally connection` and `tally identity`: what a person does about partners, and what the log says of it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tallystick.__main__ import tally as command_line
from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.app.conftest import Tally
from tests.connections.conftest import HOOK_SECRET, KEY, Shopfloor
from tests.connections.tiny import Partner, delivery_of


@pytest.fixture
def home(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and an empty book."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    asyncio.run(create_book(database_url, "main", "EUR/2", TABLE))
    return tmp_path


@pytest.fixture
def tally(home: Path) -> Tally:
    """The command line over an empty book."""
    return Tally()


def _give(name: str, key: str, secret: str) -> str:
    """Give a secret as a shell would: on standard input."""
    words = ["connection", "secret", name, key]
    done = CliRunner().invoke(command_line(), words, prog_name="tally", input=secret + "\n")
    assert done.exit_code == 0, done.output
    return str(done.output)


def _connected(tally: Tally, partner: Partner, *more: str) -> None:
    tally.fine("connection", "add", "shop", "tiny", partner.url, *more)
    _give("shop", "api_key", KEY)
    _give("shop", "hook_secret", HOOK_SECRET)


def test_a_connection_is_added_tried_and_pulled(tally: Tally, home: Path, partner: Partner) -> None:
    """From nothing to the first order: add, give its secrets, test, pull; the list says how it stands."""
    said = tally.fine("connection", "add", "shop", "tiny", partner.url, "--serves", "provider=card", "--set", "site=uk")
    assert "Give its secret: `tally connection secret shop api_key`" in said
    tried = tally.json("connection", "test", "shop", code=1)
    assert [t["what"] for t in tried["tried"] if not t["ok"]] == ["secrets", "pull OrderPlaced"]
    for key, secret in (("api_key", KEY), ("hook_secret", HOOK_SECRET)):
        assert secret not in _give("shop", key, secret)
    partner.sells("T1")
    assert "1 deliveries" in tally.fine("connection", "test", "shop")
    assert tally.json("connection", "pull", "shop") == {"connection": "shop", "new": 1, "failures": []}
    assert tally.json("connection", "pull", "shop", "--kind", "OrderPlaced", "--since", "0")["new"] == 0
    (found,) = tally.json("connection", "list")["connections"]
    assert (found["name"], found["state"], found["circuit"]) == ("shop", "well", "closed")
    shown = tally.json("connection", "show", "shop")
    assert (shown["serves"], shown["settings"]) == ({"provider": ["card"]}, {"site": "uk"})
    assert shown["secrets_set"] == ["api_key", "hook_secret"]
    assert KEY not in tally.fine("connection", "show", "shop")


def test_what_cannot_be_is_refused_with_the_remedy(tally: Tally, home: Path, partners: Callable[[], Partner]) -> None:
    """Each complaint names the field and what to do: exit code 2, or 4 for what is not there."""
    url = partners().url
    _connected(tally, partners())
    assert "tally connector list" in tally.complains(2, "connection", "add", "x", "nothing", url)
    assert "site" in tally.complains(2, "connection", "add", "x", "tiny", url, "--set", "sight=uk")
    assert "use provider" in tally.complains(2, "connection", "add", "x", "tiny", url, "--serves", "channel=web")
    twice = tally.complains(2, "connection", "add", "x", "tiny", url, "--serves", "provider=shop")
    assert "goes to shop already" in twice
    assert "api_key, hook_secret" in tally.complains(2, "connection", "secret", "shop", "pasword", "--file", __file__)
    tally.complains(4, "connection", "show", "nobody")
    tally.complains(4, "connection", "pause", "nobody")
    tally.complains(2, "connection", "pull", "shop", "--since", "7")


def test_an_ill_partner_is_told_by_the_doctor_with_the_remedy(tally: Tally, home: Path, partner: Partner) -> None:
    """Which partner, since what, and what to do: by the kind of the error."""
    _connected(tally, partner)
    partner.status, partner.words = 401, f"who is {KEY}"
    tally("connection", "pull", "shop")
    text = tally.fine("doctor")
    assert "connection shop is ill: pull OrderPlaced: Misconfigured" in text
    assert "mend the configuration or the secret, then `tally connection test`" in text
    assert KEY not in text
    tally.fine("connection", "pause", "shop", "--because", "their release")
    assert "connection shop is paused: their release" in tally.fine("doctor")
    tally.fine("connection", "resume", "shop")
    partner.status = 200
    tally.fine("connection", "pull", "shop")
    assert "connection shop: 0 waiting" in tally.fine("doctor")


def test_removed_is_gone_but_what_came_through_it_stays(tally: Tally, home: Path, partner: Partner) -> None:
    """Without --yes nothing happens. Its secrets go, its name stays taken, and its deliveries are still worked off."""
    _connected(tally, partner)
    partner.sells("T1")
    tally.fine("connection", "pull", "shop")
    assert "--yes" in tally.fine("connection", "remove", "shop")
    tally.fine("connection", "remove", "shop", "--yes")
    assert tally.json("connection", "list")["connections"] == []
    assert tally.json("worker", "--once")["deliveries"] == 1
    assert tally.json("dead", "list")["letters"] == []


def test_only_an_administrator_touches_partners_and_the_log_says_who(
    tally: Tally, home: Path, partner: Partner
) -> None:
    """Every deed stands in the audit log under its name; an operator is denied, and that stands there too."""
    tally.fine("user", "add", "root", "--role", "administrator")
    tally.fine("user", "add", "olga", "--role", "operator", "--as", "root")
    tally.fine("connection", "add", "shop", "tiny", partner.url, "--as", "root")
    tally.complains(7, "connection", "pause", "shop", "--as", "olga")
    tally.complains(7, "identity", "link", "shop", "product", "1", "LAMP", "--as", "olga")
    tally.fine("identity", "link", "shop", "product", "1", "LAMP", "--as", "root")
    deeds = tally.json("audit", "list")["deeds"]
    told = {(d["action"], d["outcome"]) for d in deeds}
    assert {("connection.add", "done"), ("connection.pause", "denied"), ("identity.link", "done")} <= told


def test_who_is_who_can_be_said_and_taken_back(tally: Tally, home: Path, partner: Partner, database_url: str) -> None:
    """An order of an unknown product waits; linked and retried it is an order of ours."""
    _connected(tally, partner)

    async def comes() -> None:
        async with open_house(database_url, Settings(home), "main") as house:
            said = {"number": "T1", "product": "4711", "at": "2026-11-23T12:00:00+00:00"}
            await Shopfloor(house).house.lasting_inbox().receive([delivery_of("shop", said)])

    asyncio.run(comes())
    tally.fine("worker", "--once")
    (letter,) = tally.json("dead", "list")["letters"]
    assert "tally identity link" in letter["remedy"]
    tally.fine("identity", "link", "shop", "product", "4711", "LAMP")
    assert "is 'LAMP' already" in tally.complains(2, "identity", "link", "shop", "product", "4712", "LAMP")
    tally.fine("dead", "retry", str(letter["id"]))
    assert tally.json("order", "show", "T1")
    tally.fine("identity", "unlink", "shop", "product", "4711")
    tally.complains(4, "identity", "unlink", "shop", "product", "4711")
    (ended,) = tally.json("identity", "list", "--ended")["links"]
    assert ended["ended_by"].startswith("os:")
