"""What must not come in does not: links, pipes, paths, too much, and bombs. Each is a dead letter with its remedy."""

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from tallystick.app.working.work import work_off
from tallystick.connectors.files.connector import FilesDoor
from tallystick.kit.files.arriving import FileDoor, Intake
from tallystick.kit.files.complete import Rules
from tallystick.kit.files.folder import Folder
from tallystick.kit.files.shelf import Shelf
from tallystick.kit.files.store import Entry, Files, is_safe
from tallystick.kit.files.unpacking import NotUnpacked, unpacked
from tallystick.ports.connector import Connection, Misconfigured
from tests.files.conftest import Yard, told
from tests.files.places import FolderPlace, Place

LIMIT = 20_000


def zipped(*contents: bytes) -> bytes:
    """Pack contents as files of one archive."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, content in enumerate(contents):
            packed.writestr(f"{number}.json", content)
    return into.getvalue()


async def test_a_file_that_is_too_large_is_not_read(yard: Yard, place: Place) -> None:
    """It goes to quarantine as it is; the letter names the limit, and others come in."""
    known = await yard.connects(place, file_bytes_max=str(LIMIT))
    place.drop("large.json", b"x" * (LIMIT + 1))
    place.drop("W1.json", told("W1"))
    await yard.pulls(known)
    await work_off(yard.house)
    assert (place.names(), place.names("quarantine"), place.names("archive")) == ([], ["large.json"], ["W1.json"])
    ((number, reason, remedy),) = await yard.letters()
    assert number.startswith("refused/large.json/")
    assert f"large.json: it has {LIMIT + 1} bytes, and file_bytes_max is {LIMIT}" in reason
    assert "new name" in remedy
    assert await yard.pulls(known) == 0


@pytest.mark.parametrize("kind", ["folder", "sftp"])
async def test_links_and_pipes_are_not_followed(
    yard: Yard, request: pytest.FixtureRequest, tmp_path: Path, kind: str
) -> None:
    """A link to a file elsewhere would let whoever may write here read what we may: it goes to quarantine itself."""
    from tests.files.places import PLACES

    place = PLACES[kind](request.getfixturevalue, tmp_path / "place")
    secret = tmp_path / "secret"
    secret.write_bytes(told("SECRET"))
    (place.folder / "link.json").symlink_to(secret)
    (place.folder / "away").symlink_to(tmp_path)
    os.mkfifo(place.folder / "pipe.json")
    known = await yard.connects(place)
    await yard.pulls(known)
    await work_off(yard.house)
    assert place.names() == []
    assert sorted(p.name for p in (place.folder / "quarantine").iterdir()) == ["away", "link.json", "pipe.json"]
    assert secret.exists()
    letters = await yard.letters()
    assert len(letters) == 3
    assert all("only plain files are taken" in reason for _, reason, _ in letters)
    assert await yard.one("select count(*) from process") == 0


def test_a_link_put_there_after_the_look_is_not_followed(tmp_path: Path, folder: FolderPlace) -> None:
    """Between being listed and being read a file may become a link: the opening itself refuses it."""
    (tmp_path / "secret").write_bytes(b"secret")
    folder.drop("a.json", b"as it")
    disk = Folder(folder.folder)
    (entry,) = disk.entries("")
    (folder.folder / "a.json").unlink()
    (folder.folder / "a.json").symlink_to(tmp_path / "secret")
    with pytest.raises(PermissionError):
        disk.read(entry.name, 100)
    assert (folder.folder / "a.json").read_bytes() == b"secret"  # the broken twin: whoever follows links reads it


@pytest.mark.parametrize("room", ["archive", "quarantine", ".taking"])
def test_a_room_that_is_a_link_is_not_used(tmp_path: Path, folder: FolderPlace, room: str) -> None:
    """Otherwise whoever may write here would have files put where he may not."""
    (tmp_path / "elsewhere").mkdir()
    (folder.folder / room).symlink_to(tmp_path / "elsewhere")
    folder.drop("a.json", b"one")
    shelf = Shelf(Folder(folder.folder))
    with pytest.raises(Misconfigured):
        shelf.put_away("a.json", None, "quarantine" if room == ".taking" else room)
    assert list((tmp_path / "elsewhere").iterdir()) == []
    (folder.folder / room).unlink()
    assert [e.name for e in shelf.entries()] == ["a.json"]


@pytest.mark.parametrize(
    "name", ["../etc/passwd", "a/b", "..", ".hidden", "a\nb", "a\x00b", "x" * 201, "a\\b", "", "\udc80"]
)
def test_names_that_lead_elsewhere_are_known(name: str) -> None:
    """A server may list whatever it likes; what is no plain name is not touched."""
    assert not is_safe(name)


class Lying:
    """A server that lists names leading out of the folder, and would let them be read and moved."""

    touched: tuple[str, ...] = ()

    def entries(self) -> list[Entry]:
        """List one."""
        return [Entry("../../home/x/.ssh/authorized_keys", 5, "1")]

    def read(self, entry: Entry, _: int) -> bytes:
        """Note that it was asked."""
        self.touched += (entry.name,)
        return b"12345"

    def put_away(self, name: str, *_: object) -> bool:
        """Note that it was asked."""
        self.touched += (name,)
        return True


def test_a_name_that_leads_elsewhere_is_told_and_not_touched() -> None:
    """Neither read nor moved; the delivery says why."""
    server = Lying()
    inner = FilesDoor(Connection(name="partner", url="", secret=str))
    door = FileDoor(inner, Intake(source="partner", store=server))  # type: ignore[arg-type] # by its names it is one
    page = door.pull(Files, "")
    door.kept(page)
    assert b"its name may lead out of the folder" in page.deliveries[0].body
    assert server.touched == ()


def test_packed_files_are_kept_packed_and_read_unpacked(tmp_path: Path) -> None:
    """What is kept is what came."""
    body = told("W1")
    door = FileDoor(
        FilesDoor(Connection(name="partner", url="", secret=str)),
        Intake(source="partner", store=Shelf(Folder(tmp_path)), rules=Rules()),
    )
    for name, packed in (("a.json.gz", gzip.compress(body)), ("b.zip", zipped(body))):
        (tmp_path / name).write_bytes(packed)
    page = door.pull(Files, "")
    assert [d.subject for d in page.deliveries] == ["order/W1", "order/W1"]
    assert [gzip.decompress(page.deliveries[0].body), page.deliveries[1].body] == [
        body,
        (tmp_path / "b.zip").read_bytes(),
    ]
    assert [len(door.parse(d).reports) for d in page.deliveries] == [1, 1]


@pytest.mark.parametrize(
    "bomb",
    [
        ("bomb.gz", gzip.compress(bytes(50_000_000)), "unpacks to more than file_bytes_max"),
        ("bomb.zip", zipped(bytes(50_000_000)), "unpacks to more than file_bytes_max"),
        ("two.zip", zipped(b"1", b"2"), "it holds 2 files, not one"),
        ("cut.gz", gzip.compress(b"x" * 1000)[:-9], "cannot be unpacked"),
        ("no.zip", b"PK nothing", "cannot be unpacked"),
    ],
)
async def test_bombs_and_broken_archives_go_to_quarantine(
    yard: Yard, folder: FolderPlace, bomb: tuple[str, bytes, str]
) -> None:
    """A small file that unpacks to fifty megabytes is never unpacked whole; it is a dead letter with its remedy."""
    name, body, why = bomb
    known = await yard.connects(folder)
    folder.drop(name, body)
    await yard.pulls(known)
    await work_off(yard.house)
    assert (folder.names("quarantine"), folder.content(f"quarantine/{name}")) == ([name], body)
    ((_, reason, remedy),) = await yard.letters()
    assert why in reason
    assert remedy


def test_no_more_is_unpacked_than_the_limit() -> None:
    """The size an archive states of itself is not believed: reading ends one byte after the limit."""
    with pytest.raises(NotUnpacked, match="more than file_bytes_max, 1000 bytes"):
        unpacked("a.gz", gzip.compress(bytes(1001)), 1000)
    assert unpacked("a.gz", gzip.compress(bytes(1000)), 1000) == bytes(1000)


def test_a_file_only_others_may_read_stops_no_other(folder: FolderPlace) -> None:
    """It is told as one that cannot be read, and the rest of the page comes."""

    class Closed(Folder):
        def read(self, path: str, bytes_max: int) -> bytes:
            if path == "a.json":
                raise PermissionError(13, "Permission denied")
            return super().read(path, bytes_max)

    folder.drop("a.json", b"one")
    folder.drop("b.json", told("W1"))
    inner = FilesDoor(Connection(name="partner", url="", secret=str))
    page = FileDoor(inner, Intake(source="partner", store=Shelf(Closed(folder.folder)))).pull(Files, "")
    assert [d.id.rpartition("/")[0] for d in page.deliveries] == ["refused/a.json", "file"]
    assert b"change its rights" in page.deliveries[0].body
