"""Files that leave: one key, one file, one number, and no number lost, wherever the process dies."""

from datetime import datetime
from pathlib import Path

import pytest

from tallystick.kit.boxes.mailbox import Mailbox
from tallystick.kit.boxes.sending import Paper, Sending
from tallystick.ports.connector import Rejected


class Died(BaseException):
    """The process ended here."""


class Mortal(Mailbox):
    """A mailbox whose process dies before, or right after, so many writes."""

    def __init__(self, url: str, writes: int, *, after: bool) -> None:
        """Die at write number *writes*."""
        super().__init__(url)
        self.left, self.after = writes, after

    def once(self, place: str, name: str, body: bytes) -> bytes:
        """Write, or die."""
        self.left -= 1
        if not self.left and not self.after:
            raise Died
        found = super().once(place, name, body)
        if not self.left:
            raise Died
        return found


def paper(number: int, at: datetime) -> Paper:
    """A file that says its number and moment."""
    return Paper(f"{number:09}.edi", f"{number} {at.isoformat()}".encode())


def out(folder: Path) -> dict[str, bytes]:
    """What the partner sees."""
    return {file.name: file.read_bytes() for file in (folder / "out").glob("*")}


def test_a_key_is_sent_once_also_when_the_partner_took_the_file(tmp_path: Path) -> None:
    """Pushing again after the partner fetched it must not send it a second time."""
    sending = Sending(Mailbox(tmp_path.as_uri()))
    first = sending.send("k", b"a lamp", paper)
    (tmp_path / "out" / "000000001.edi").unlink()
    assert Sending(Mailbox(tmp_path.as_uri())).send("k", b"a lamp", paper) == first
    assert out(tmp_path) == {}


def test_a_key_that_stands_for_something_else_is_refused(tmp_path: Path) -> None:
    """And takes no number."""
    sending = Sending(Mailbox(tmp_path.as_uri()))
    sending.send("k", b"a lamp", paper)
    with pytest.raises(Rejected, match="something else"):
        sending.send("k", b"a mug", paper)
    assert sending.send("l", b"a mug", paper).number == 2


def test_what_cannot_be_written_takes_no_number(tmp_path: Path) -> None:
    """A partner would look for the missing one."""

    def never(number: int, at: datetime) -> Paper:
        raise Rejected(f"{number} {at}")

    sending = Sending(Mailbox(tmp_path.as_uri()))
    with pytest.raises(Rejected):
        sending.send("k", b"a lamp", never)
    assert sending.send("l", b"a mug", paper).number == 1


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("writes", [1, 2, 3, 4])
def test_a_process_that_dies_anywhere_loses_and_doubles_nothing(tmp_path: Path, writes: int, *, after: bool) -> None:
    """The next push under the key goes on with the same number; other keys in between take the next ones."""
    with pytest.raises(Died):
        Sending(Mortal(tmp_path.as_uri(), writes, after=after)).send("k", b"a lamp", paper)
    seen = out(tmp_path)
    alive = Sending(Mailbox(tmp_path.as_uri()))
    alive.send("other", b"a mug", paper)
    sent = alive.send("k", b"a lamp", paper)
    found = out(tmp_path)
    assert len(found) == 2
    assert seen.items() <= found.items()
    assert sorted(int(name[:9]) for name in found) == [1, 2]
    assert alive.is_sent("k", b"a lamp") == sent


def test_two_processes_never_share_a_number(tmp_path: Path) -> None:
    """Both began with the same idea of what the last number was."""
    one, other = (Sending(Mailbox(tmp_path.as_uri())) for _ in range(2))
    numbers = [one.send("a", b"1", paper), other.send("b", b"2", paper), one.send("c", b"3", paper)]
    assert [sent.number for sent in numbers] == [1, 2, 3]


def test_numbering_by_what_lies_in_the_folder_is_caught(tmp_path: Path) -> None:
    """The broken twin: count the files in `out/`, and a file that was fetched gives its number to the next."""

    class Counting(Sending):
        def _number(self, name: str) -> int:
            assert name
            return len(list((tmp_path / "out").glob("*"))) + 1

    sending = Counting(Mailbox(tmp_path.as_uri()))
    first = sending.send("a", b"1", paper)
    (tmp_path / "out" / f"{first.number:09}.edi").unlink()
    assert sending.send("b", b"2", paper).number == first.number
