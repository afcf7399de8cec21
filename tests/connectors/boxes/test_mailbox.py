"""A folder that files come into and go out of: whole files only, each read again until it is put away."""

from pathlib import Path

import pytest

from tallystick.kit.boxes.mailbox import FILE_BYTES_MAX, Cursor, Mailbox
from tallystick.ports.connector import Misconfigured, Rejected


def box(folder: Path) -> Mailbox:
    """A mailbox whose `in/` exists."""
    (folder / "in").mkdir(exist_ok=True)
    return Mailbox(folder.as_uri())


def test_files_still_being_written_are_not_looked_at(tmp_path: Path) -> None:
    """A partner who writes under another name and renames is never read by halves."""
    here = box(tmp_path)
    for name in (".a.edi", "b.part", "c.tmp", "d.edi"):
        (tmp_path / "in" / name).write_bytes(b"x")
    assert [letter.name for letter in here.letters()] == ["d.edi"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """It may lead anywhere."""
    here = box(tmp_path)
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "in" / "a.edi").symlink_to(tmp_path / "secret")
    assert list(here.letters()) == []


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    """It is not read into the memory to find out."""
    here = box(tmp_path)
    with (tmp_path / "in" / "a.edi").open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)
    with pytest.raises(Rejected, match="longer than"):
        list(here.letters())


def test_what_is_kept_is_put_away_and_what_changed_is_not(tmp_path: Path) -> None:
    """A file that somebody wrote anew under its name between reading and keeping is read again."""
    here = box(tmp_path)
    for name in ("a", "b"):
        (tmp_path / "in" / name).write_bytes(b"one")
    cursor = Cursor({letter.name: letter.digest for letter in here.letters()})
    (tmp_path / "in" / "b").write_bytes(b"two")
    here.put_away(cursor)
    here.put_away(cursor)
    assert [(letter.name, letter.body) for letter in here.letters()] == [("b", b"two")]
    assert [file.read_bytes() for file in (tmp_path / "done").iterdir()] == [b"one"]


def test_a_cursor_that_names_another_folder_moves_nothing(tmp_path: Path) -> None:
    """Cursors are kept in a book and come back: a name in one never leads out of `in/`."""
    here = box(tmp_path)
    (tmp_path / "elsewhere").write_bytes(b"one")
    (tmp_path / "in" / "a").write_bytes(b"one")
    (letter,) = here.letters()
    here.put_away(Cursor({"../elsewhere": letter.digest}))
    assert (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("url", ["https://example.org/x", "folder://host/x", "relative", "sftp:///x"])
def test_a_url_that_is_no_folder_is_named(url: str) -> None:
    """With how to write one."""
    with pytest.raises(Misconfigured, match="folder:///srv/edi"):
        Mailbox(url)


def test_a_cursor_of_another_door_is_named() -> None:
    """Rather than read from the beginning without a word."""
    with pytest.raises(Misconfigured, match="no cursor"):
        Cursor.of("2026-11-24")
