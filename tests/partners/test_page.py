"""What the page for partners shows can be done as it stands there."""

import asyncio
import re
from pathlib import Path

import pytest

from tallystick.app.promising.rules_file import read_rules
from tallystick.app.settings import read_settings
from tallystick.connectors.partner.translate import SCREENING_EVENTS, delivery_of, translation_of
from tallystick.messages.partners.screening import OrderScreened
from tallystick.ports.connector import Connection
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.app.conftest import Tally
from tests.architecture.tidy import ROOT

PAGE = (ROOT / "docs" / "how-to" / "partners.md").read_text("utf-8")


def shown(language: str) -> list[str]:
    """Return what the page shows in a language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def home(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder and an empty book."""
    monkeypatch.setenv("TALLYSTICK_HOME", str(tmp_path))
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", database_url)
    monkeypatch.delenv("TALLYSTICK_BOOK", raising=False)
    asyncio.run(create_book(database_url, "main", "EUR/2", TABLE))
    return tmp_path


def test_the_rules_and_settings_are_understood(tmp_path: Path) -> None:
    """The file of rules is one, with five checks; the settings are settings."""
    rules, settings = shown("toml")
    (tmp_path / "rules.toml").write_text(rules)
    (rule,) = read_rules(tmp_path / "rules.toml").rules.screenings
    assert [check.kind for check in rule.checks] == ["amount", "first_order", "country", "velocity", "blocked"]
    (tmp_path / "tallystick.toml").write_text(settings)
    assert read_settings({"TALLYSTICK_HOME": str(tmp_path)}).case_channels == "web"


def test_the_event_is_understood() -> None:
    """What a service would send becomes a verdict."""
    (event,) = shown("json")
    delivery = delivery_of("acme", event.encode(), SCREENING_EVENTS)
    connection = Connection(name="acme", url="", secret=lambda _: "", settings={})
    (report,) = translation_of(delivery, connection, SCREENING_EVENTS).reports
    assert report.data == OrderScreened("W7", "reject", 97, ("stolen card",), "acme")


def test_a_case_is_opened_listed_and_closed(home: Path) -> None:
    """On the command line, over a real book; nothing is held, and an order that is not there has no parcel."""
    tally = Tally()
    assert (
        tally.json("case", "open", "C1", "--channel", "web", "--topic", "parcel", "--because", "late")["state"]
        == "OPEN"
    )
    (case,) = tally.json("case", "list")["cases"]
    assert (case["case"], case["topic"], case["because"]) == ("C1", "parcel", "late")
    assert tally.json("case", "show", "C1")["channel"] == "web"
    assert tally.json("case", "close", "C1", "--reason", "sent anew")["state"] == "CLOSED"
    assert tally.json("case", "list")["cases"] == []
    assert tally.json("screen", "list") == {"held": []}
    assert tally.json("screen", "accept", "W7", code=1)["outcome"] == "ignored"
    assert tally.json("parcel", "show", "W7")["parcels"] == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ('[[screenings]]\nchannel = "web"\nreview_at = 90\nreject_at = 50\n', "screenings[0]: review_at 90 is above"),
        ('[[screenings]]\nchannel = "web"\nhours = 99\n', "screenings[0].hours"),
        (
            '[[screenings]]\nchannel = "web"\n[[screenings.checks]]\nkind = "amount"\nscore = 1\n',
            "screenings[0].checks[0].currency is missing",
        ),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, wrong: str, told: str) -> None:
    """By its place, with what to write instead."""
    (tmp_path / "rules.toml").write_text(wrong)
    with pytest.raises(Exception, match=re.escape(told)):
        read_rules(tmp_path / "rules.toml")
