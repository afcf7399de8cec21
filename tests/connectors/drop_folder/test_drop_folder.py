"""A folder as a partner: one key, one file, whole or not at all."""

import json
from pathlib import Path

import pytest

from tallystick.connectors.drop_folder.connector import DropFolder
from tallystick.messages.payments import AuthorisePayment
from tallystick.ports.connector import Acknowledgement, Misconfigured, Outcome, OutcomeAsked, Rejected

ASKED = AuthorisePayment("W1", "stripe", "EUR/2", 1440)


def test_the_same_key_has_one_effect(tmp_path: Path) -> None:
    """Pushed again under its key, a command changes nothing; another under that key is refused."""
    drop = DropFolder(tmp_path / "out")
    first, again = drop.push(ASKED, "a.1"), drop.push(ASKED, "a.1")
    assert first == again
    with pytest.raises(Rejected):
        drop.push(AuthorisePayment("W1", "stripe", "EUR/2", 1), "a.1")
    assert [f.name for f in (tmp_path / "out").iterdir()] == ["a.1.json"]
    said = json.loads((tmp_path / "out" / "a.1.json").read_text())
    assert (said["type"], said["data"]["amount"]) == ("tallystick.payments.authorise_payment.v1", 1440)


def test_asking_finds_what_took_effect(tmp_path: Path) -> None:
    """In doubt means: look whether the file is there."""
    drop = DropFolder(tmp_path)
    assert drop.ask(OutcomeAsked(ASKED, "a.1")) == Outcome(None)
    drop.push(ASKED, "a.1")
    assert drop.ask(OutcomeAsked(ASKED, "a.1")) == Outcome(Acknowledgement("a.1.json"))


def test_a_folder_that_is_none_is_for_a_person_to_mend(tmp_path: Path) -> None:
    """Nothing will work until the configuration is changed, so nobody tries every second."""
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="cannot be written"):
        DropFolder(tmp_path / "file" / "below").push(ASKED, "a.1")
    with pytest.raises(Misconfigured, match="cannot be written"):
        DropFolder(tmp_path / "file").push(ASKED, "a.1")
