"""SFTP: the server is known by a pinned key or nothing is sent; what fails has the error whose remedy helps."""

import socket
import subprocess
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from tallystick.kit.files.addresses import LIMITS, Address, store_at
from tallystick.kit.files.placing import placed
from tallystick.kit.files.sftp import Server
from tallystick.ports.connector import ConnectorError, InDoubt, Misconfigured, Rejected, Retryable
from tests.counterparts.openssh.server import Sshd
from tests.files.places import SftpPlace, store_of


@pytest.fixture
def sftp(sftp_server: Sshd, tmp_path: Path) -> SftpPlace:
    """A folder behind OpenSSH."""
    return SftpPlace(tmp_path / "place", sftp_server)


def told_by(place: SftpPlace, settings: dict[str, str], key: str = "", url: str = "") -> ConnectorError:
    """Return the error that listing with other settings meets."""
    address = Address(url=url or place.url, settings=settings, secret=lambda _: key or place.server.private_key)
    store = store_at(address, replace(LIMITS, deadline_seconds=5))
    try:
        with pytest.raises(ConnectorError) as caught:
            store.entries()
    finally:
        store.close()
    return caught.value


def fresh_key(folder: Path) -> tuple[str, str]:
    """Make a key nobody knows; return its private and public half."""
    made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "x", "-f", str(folder / "fresh")]
    subprocess.run(made, check=True, capture_output=True)
    return (folder / "fresh").read_text(), (folder / "fresh.pub").read_text()


def test_a_server_nobody_pinned_is_not_trusted(sftp: SftpPlace) -> None:
    """The refusal shows its key, and how to pin it; pinned as it says, it works."""
    refused = told_by(sftp, {})
    assert isinstance(refused, Misconfigured)
    assert "SHA256:" in str(refused)
    assert f"--set 'host_key={sftp.server.host_key}'" in str(refused)
    store = store_of(sftp)
    assert list(store.entries()) == []
    store.close()


def test_another_key_than_the_pinned_one_is_refused(sftp: SftpPlace, tmp_path: Path) -> None:
    """Somebody in the middle shows a key of his own: nothing is sent."""
    _, public = fresh_key(tmp_path)
    refused = told_by(sftp, {"host_key": public})
    assert isinstance(refused, Misconfigured)
    assert "nothing is sent" in str(refused)


def test_a_wrong_key_of_ours_is_for_a_person(sftp: SftpPlace, tmp_path: Path) -> None:
    """The server refuses us, and the refusal says whose secret to see, without saying the secret."""
    private, _ = fresh_key(tmp_path)
    refused = told_by(sftp, sftp.settings(""), private)  # type: ignore[arg-type]
    assert isinstance(refused, Misconfigured)
    assert f"refuses {sftp.server.user}" in str(refused)
    assert private.splitlines()[1] not in str(refused)
    garbled = told_by(sftp, sftp.settings(""), "no key at all")  # type: ignore[arg-type]
    assert "a key cannot be read" in str(garbled)
    assert "no key at all" not in str(garbled)


def test_a_server_that_is_away_is_tried_again(sftp: SftpPlace) -> None:
    """Nobody listens."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"sftp://me@127.0.0.1:{nobody.getsockname()[1]}/in"
        assert isinstance(told_by(sftp, sftp.settings(""), url=url), Retryable)  # type: ignore[arg-type]


class Line:
    """A line on loopback to *port* that can be held, after which nothing more gets through, and cut."""

    def __init__(self, port: int) -> None:
        """Listen."""
        self._to, self._front = port, socket.create_server(("127.0.0.1", 0))
        self.port: int = self._front.getsockname()[1]
        self.hold, self._ends = threading.Event(), list[socket.socket]()
        threading.Thread(target=self._serve, daemon=True).start()

    def cut(self) -> None:
        """End every connection."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def close(self) -> None:
        """Listen no more."""
        self.cut()
        self._front.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._front.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._ends.extend((near, far))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=pair, daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while (part := one.recv(65_536)) and not self.hold.is_set():
                other.sendall(part)


def test_a_line_that_goes_is_taken_up_anew(sftp: SftpPlace) -> None:
    """Reading is tried again; a write is in doubt, and asking whether the file stands there settles it."""
    with closing(Line(sftp.server.port)) as line:
        sftp.url = sftp.url.replace(f":{sftp.server.port}/", f":{line.port}/")
        store = store_of(sftp, replace(LIMITS, deadline_seconds=3))
        assert list(store.entries()) == []
        line.hold.set()
        with pytest.raises(InDoubt):
            store.place("a.json", b"one")
        with pytest.raises(Retryable):
            store.entries()
        line.cut()
        line.hold.clear()
        assert store.found("a.json") in (None, b"one")
        assert placed(store, "a.json", b"one").foreign_id == "a.json"
        store.close()
    assert (sftp.content("a.json"), sftp.names()) == (b"one", ["a.json"])


def test_a_file_that_leaves_appears_whole_and_never_over_another(sftp: SftpPlace) -> None:
    """A hidden name while it is written; the same name again with another content is refused."""
    store = store_of(sftp)
    placed(store, "a.json", b"one")
    placed(store, "a.json", b"one")
    with pytest.raises(Rejected):
        placed(store, "a.json", b"two")
    for name in ("../a.json", "a/b.json"):
        with pytest.raises(Rejected):
            placed(store, name, b"")
    store.close()
    assert (sftp.names(), sftp.content("a.json")) == (["a.json"], b"one")


def test_the_servers_record_holds_no_secret() -> None:
    """Whatever prints a server prints this."""
    server = Server(
        host="h", port=22, user="u", folder="/in", host_key="k", password="hidden", private_key="hidden too"
    )
    assert "hidden" not in repr(server)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://h/in", "must begin with one of folder://, sftp://, s3://, sqs://"),
        ("folder://srv/in", "folder:///srv/in"),
        ("sftp://h/in", "say whom and where"),
        ("sftp://u:pw@h/in", "no password"),
        ("s3:///in", "s3://bucket/prefix"),
        ("sqs://h/a/q", "queue"),
    ],
)
def test_an_address_that_is_none_says_how_one_looks(url: str, why: str) -> None:
    """Nothing is guessed, and no password is repeated."""
    with pytest.raises(Misconfigured, match=why) as caught:
        store_at(Address(url=url, settings={}, secret=lambda _: ""))
    assert "u:pw" not in str(caught.value)
