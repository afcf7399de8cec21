"""`tally connection add … --from`: what a person says about files, what is refused, and that secrets stay secret."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tallystick.__main__ import tally as command_line
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tests.app.conftest import Tally
from tests.counterparts.openssh.server import Sshd
from tests.files.conftest import told
from tests.files.places import FolderPlace, SftpPlace


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
    done = CliRunner().invoke(
        command_line(), ["connection", "secret", name, key], prog_name="tally", input=secret + "\n"
    )
    assert done.exit_code == 0, done.output
    return str(done.output)


def test_a_folder_is_connected_tried_and_pulled(tally: Tally, folder: FolderPlace) -> None:
    """As the how-to shows it: add, drop a file, test (which takes nothing), pull, work."""
    said = tally.fine("connection", "add", "partner", "files", "--from", folder.url, "--set", "from.pattern=*.json")
    assert f"partner is a connection to files from {folder.url}." in said
    folder.drop("W1.json", told("W1"))
    assert "1 deliveries" in tally.fine("connection", "test", "partner")
    assert folder.names() == ["W1.json"]
    assert tally.json("connection", "pull", "partner") == {"connection": "partner", "new": 1, "failures": []}
    assert (folder.names(), folder.names("archive")) == ([], ["W1.json"])
    tally.fine("worker", "--once")
    assert "W1" in tally.fine("order", "show", "W1")
    shown = tally.json("connection", "show", "partner")
    assert shown["settings"] == {"from": folder.url, "from.pattern": "*.json"}


def test_sftp_is_connected_with_its_pin(
    tally: Tally, sftp_server: Sshd, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the pin nothing is sent and the command to pin is shown; the key we come with is never shown."""
    place = SftpPlace(tmp_path / "place", sftp_server)
    place.drop("W1.json", told("W1"))
    said = tally.fine("connection", "add", "partner", "files", "--from", place.url)
    assert "tally connection secret partner from.private_key" in said
    refused = tally.json("connection", "test", "partner", code=1)
    assert "from.private_key" in str(refused)
    _give("partner", "from.private_key", sftp_server.private_key)
    tried = str(tally.json("connection", "test", "partner", code=1))
    pin = f"from.host_key={sftp_server.host_key}"
    assert pin in tried
    tally.fine("connection", "add", "partner", "files", "--from", place.url, "--set", pin)
    assert tally.json("connection", "pull", "partner")["new"] == 1
    secret = sftp_server.private_key.splitlines()[1]
    assert all(
        secret not in text for text in (tried, tally.fine("connection", "show", "partner"), tally.fine("doctor"))
    )


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("files",), "There is no URL"),
        (("files", "--from", "ftp://host/in"), "must begin with one of folder://"),
        (("files", "--from", "folder:///in", "--set", "from.complete=soon"), "none of rename, stable, marker"),
        (("files", "--from", "folder:///in", "--set", "from.patern=x"), "from.pattern (which files"),
        (("files", "--from", "folder:///in", "--set", "from.file_bytes_max=lots"), "no whole number"),
        (("files", "folder:///out", "--set", "from.pattern=x"), "use --from"),
        (("files", "--from", "folder:///in", "--serves", "provider=card"), "there is no URL that commands could go to"),
        (("files", "ftp://host/out"), "must begin with one of folder://"),
        (("files", "--from", "folder:///in", "--set", "place=x"), "'place' is no setting of files"),
    ],
)
def test_what_cannot_be_is_refused_with_the_remedy(tally: Tally, words: tuple[str, ...], why: str) -> None:
    """Each complaint names the setting and what to do."""
    assert why in " ".join(tally.complains(2, "connection", "add", "x", *words).split())
