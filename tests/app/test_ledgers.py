"""Journals without an ERP: drawn all the same, handed over as a file; and policies that cannot be used."""

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from tallystick.app.ledgers.policy_file import default_text, policy_file
from tallystick.app.settings import SettingError, TrytonSettings, read_settings
from tests.app.conftest import Tally
from tests.connectors.online_retail.paper import line, write_csv


@pytest.fixture
def desk(tally: Tally, home: Path, monkeypatch: pytest.MonkeyPatch) -> Tally:
    """A book of one day, and no ERP."""
    monkeypatch.delenv("TALLYSTICK_TRYTON_URL", raising=False)
    file = write_csv(
        home / "sales.csv", [line("1", "LAMP", "2", "2.555"), line("2", "POST", "1", "4.00", customerid="")]
    )
    tally.json("load", "online-retail", str(file))
    return tally


def test_without_an_erp_the_same_journals_go_to_a_file(desk: Tally, home: Path) -> None:
    """CSV or JSON, balanced, each line with its link back and no cell a formula; pushing says what is missing."""
    drawn = desk.json("journal", "draw")
    assert (drawn["ok"], drawn["chart_known"]) == (True, False)
    assert "tryton.url" in desk.complains(3, "journal", "push")
    out = home / "journals.csv"
    desk.fine("journal", "export", "--format", "csv", "--out", str(out))
    rows = list(csv.DictReader(out.read_text().splitlines()))
    assert sum(Decimal(r["debit"]) - Decimal(r["credit"]) for r in rows) == 0
    assert all(r["link"].startswith("tally:journal/tryton/") for r in rows)
    assert not any(cell[:1] in "=+-@\t" for r in rows for cell in r.values() if cell)
    told = json.loads(desk.fine("journal", "export", "--format", "json"))
    assert [x["link"] for x in told["journals"]] == list(dict.fromkeys(r["link"].partition("#")[0] for r in rows))


def test_the_policy_can_be_written_and_changed(desk: Tally, home: Path) -> None:
    """Shown as it comes with the house; written once, what is there is never overwritten."""
    assert desk.fine("journal", "policy") == default_text()
    desk.fine("journal", "policy", "--write")
    file = policy_file(home, "tryton")
    changed = file.read_text().replace('"4.1.1"', '"4.2.1"')
    file.write_text(changed)
    assert desk.fine("journal", "policy", "--write") == file.read_text() == changed
    desk.json("journal", "draw")
    shown = desk.json("journal", "list")["journals"]
    lines = [x for j in shown for x in desk.json("journal", "show", j["link"])["lines"]]
    assert {x["code"] for x in lines if x["account"].startswith("revenue:")} == {"4.2.1"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda t: t.replace('ledger = "tryton"', 'ledger = "sap"'), "sap"),
        (lambda t: t.replace("rounding =", "roundin ="), "roundin"),
        (lambda t: t + "[", "tryton.toml"),
        (lambda t: t.replace('currency = ""', 'currency = "EUR/2"'), "no fx"),
    ],
    ids=["another ledger", "unknown key", "no toml", "another currency"],
)
def test_a_policy_that_cannot_be_used_is_a_matter_of_configuration(
    desk: Tally, home: Path, change: Callable[[str], str], named: str
) -> None:
    """File or key and the remedy are named, and nothing is drawn."""
    file = policy_file(home, "tryton")
    file.parent.mkdir()
    file.write_text(change(default_text()))
    assert named in desk.complains(3, "journal", "draw")
    assert "no policy for xero" in desk.complains(3, "journal", "draw", "--ledger", "xero")


def test_settings_of_a_connector_stand_in_a_table_of_their_own(tmp_path: Path) -> None:
    """The environment goes before the file; an unknown key and a secret in the file are refused by name."""
    file = tmp_path / "tallystick.toml"
    file.write_text('book = "b"\n[tryton]\nurl = "http://a"\nuser = "u"\n')
    environment = {"TALLYSTICK_HOME": str(tmp_path), "TALLYSTICK_TRYTON_USER": "v"}
    found = read_settings(environment)
    assert (found.book, found.tryton.url, found.tryton.user, found.tryton.database) == ("b", "http://a", "v", "tryton")
    for wrong, named in (("colour", "tryton.colour"), ("password", "TALLYSTICK_TRYTON_PASSWORD")):
        file.write_text(f'[tryton]\n{wrong} = "x"\n')
        with pytest.raises(SettingError, match=named):
            read_settings(environment)


def test_the_password_comes_from_a_file_or_the_environment_and_is_never_kept(tmp_path: Path) -> None:
    """Settings can be shown to anybody."""
    secret = tmp_path / "secret"
    secret.write_text("a-secret\n")
    assert TrytonSettings(password_file=str(secret)).password({}) == "a-secret"
    assert TrytonSettings().password({"TALLYSTICK_TRYTON_PASSWORD": "b-secret"}) == "b-secret"
    settings = read_settings({"TALLYSTICK_HOME": str(tmp_path), "TALLYSTICK_TRYTON_PASSWORD": "b-secret"})
    assert "b-secret" not in repr(settings)
    with pytest.raises(SettingError, match="nowhere"):
        TrytonSettings(password_file=str(tmp_path / "nowhere")).password({})
