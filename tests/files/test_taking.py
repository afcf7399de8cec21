"""A file is taken only when it is complete, kept whole, and put away only then; wherever it lies."""

from pathlib import Path

import pytest

from tallystick.app.working.work import work_off
from tallystick.connectors.files.connector import FilesDoor
from tallystick.kit.files.arriving import FileDoor, Intake
from tallystick.kit.files.complete import How, Rules
from tallystick.kit.files.store import Entry, Files, Store
from tallystick.ports.connector import Connection, Delivery, Page
from tests.files.conftest import Yard, told
from tests.files.places import FolderPlace, Place, store_of


def door_of(store: Store, rules: Rules | None = None, clock: list[float] | None = None) -> FileDoor:
    """A door over a store, by a clock of its own."""
    time = clock or [0.0]
    inner = FilesDoor(Connection(name="partner", url="", secret=str))
    return FileDoor(inner, Intake(source="partner", store=store, rules=rules or Rules(), clock=lambda: time[0]))


def names(page: Page) -> list[str]:
    """What came."""
    return [d.id for d in page.deliveries]


async def test_a_file_is_kept_whole_and_archived(yard: Yard, place: Place) -> None:
    """It is in the inbox as it lay there, and in the archive; an order in it is in the book."""
    known, body = await yard.connects(place), told("W1")
    place.drop("W1.json", body)
    assert await yard.pulls(known) == 1
    assert (place.names(), place.names("archive"), place.content("archive/W1.json")) == ([], ["W1.json"], body)
    assert await work_off(yard.house) == 1
    assert (await yard.kept(), await yard.letters()) == (["file/W1.json"], [])
    assert await yard.one("select subject from process") == "order/W1"
    assert await yard.pulls(known) == 0


async def test_the_same_file_again_changes_nothing(yard: Yard, place: Place) -> None:
    """A partner who sends a file twice is no trouble."""
    known, body = await yard.connects(place), told("W1")
    for _ in range(3):
        place.drop("W1.json", body)
        await yard.pulls(known)
    assert (await yard.kept(), await yard.letters(), place.names()) == (["file/W1.json"], [], [])
    assert place.names("quarantine") == []


async def test_another_content_under_the_same_name_is_a_matter_for_a_person(yard: Yard, place: Place) -> None:
    """Nobody knows which of the two is meant: both are kept, and the letter names both."""
    known, first, second = await yard.connects(place), told("W1"), told("W2")
    place.drop("W.json", first)
    await yard.pulls(known)
    place.drop("W.json", second)
    assert await yard.pulls(known) == 0
    ((number, reason, remedy),) = await yard.letters()
    assert (number, "other content" in reason, bool(remedy)) == ("file/W.json", True, True)
    digests = await yard.one("select encode(digest, 'hex') from delivery")
    assert digests[:12] in reason
    (other,) = place.names("quarantine")
    assert other.removeprefix("W.json.") in reason
    assert (place.content("archive/W.json"), place.content(f"quarantine/{other}")) == (first, second)


async def test_what_nobody_understands_goes_to_quarantine(yard: Yard, place: Place) -> None:
    """It is a dead letter with its remedy, and stops no other file."""
    known = await yard.connects(place)
    place.drop("A.json", b"<xml/>")
    place.drop("B.json", told("W1"))
    assert await yard.pulls(known) == 2
    await work_off(yard.house)
    assert (place.names(), place.names("quarantine"), place.names("archive")) == ([], ["A.json"], ["B.json"])
    ((number, _, remedy),) = await yard.letters()
    assert (number, "CloudEvents" in remedy) == ("file/A.json", True)
    assert await yard.one("select subject from process") == "order/W1"


async def test_more_files_than_a_page_come_once_each(yard: Yard, place: Place) -> None:
    """Page after page; names that need care are files like others."""
    known = await yard.connects(place)
    odd = ["Ä ö+%.json", "a b.json", "semi;colon&.json"]
    for number in range(105):
        place.drop(f"W{number:03}.json", told(f"W{number}"))
    for name in odd:
        place.drop(name, told(name))
    assert await yard.pulls(known) == 108
    assert (place.names(), len(place.names("archive"))) == ([], 108)
    assert set(odd) <= set(place.names("archive"))
    assert len(set(await yard.kept())) == 108


def test_what_is_not_finished_is_left_alone(place: Place) -> None:
    """Hidden names and those that programs give to files they still write are not taken."""
    for name in ("a.json.tmp", "b.part", "c.filepart", "whole.json"):
        place.drop(name, told())
    store = store_of(place)
    try:
        assert names(door_of(store).pull(Files, "")) == ["file/whole.json"]
        assert names(door_of(store, Rules(pattern="*.xml")).pull(Files, "")) == []
    finally:
        store.close()


def test_a_file_that_grows_waits_until_it_stands_still(place: Place) -> None:
    """By the rule `stable`, size and time must be the same in two looks, some seconds apart; also for another process."""
    store, clock, rules = store_of(place), [100.0], Rules(complete=How.STABLE)
    place.drop("a.json", b"half")
    first = door_of(store, rules, clock).pull(Files, "")
    clock[0] += 4
    assert names(door_of(store, rules, clock).pull(Files, first.cursor)) == []
    place.drop("a.json", b"half and more")
    clock[0] += 7
    grown = door_of(store, rules, clock).pull(Files, first.cursor)
    assert (names(first), names(grown)) == ([], [])
    clock[0] += 11
    whole = door_of(store, rules, clock).pull(Files, grown.cursor)
    store.close()
    assert (names(whole), whole.deliveries[0].body) == (["file/a.json"], b"half and more")


async def test_a_marker_says_that_a_file_is_complete(yard: Yard, place: Place) -> None:
    """By the rule `marker`, a file waits for NAME.done; both are gone afterwards."""
    known = await yard.connects(place, complete="marker")
    place.drop("a.json", told("W1"))
    assert await yard.pulls(known) == 0
    place.drop("a.json.done", b"")
    assert await yard.pulls(known) == 1
    assert (place.names(), place.names("archive")) == ([], ["a.json"])


class Growing:
    """A store whose files grow between being listed and being read."""

    def __init__(self, place: FolderPlace) -> None:
        """Grow what lies in *place*."""
        self._place, self._store = place, store_of(place)

    def __getattr__(self, name: str) -> object:
        """Be the store in all else."""
        return getattr(self._store, name)

    def read(self, entry: Entry, bytes_max: int) -> bytes:
        """Let the partner write on, then read."""
        with (self._place.folder / entry.name).open("ab") as file:
            file.write(b" and more")
        return self._store.read(entry, bytes_max)


class Trusting(FileDoor):
    """The broken twin: takes whatever it reads, whether it is what was listed or not."""

    def _read(self, entry: Entry) -> Delivery | None:
        body = self._store.read(entry, self._rules.bytes_max)
        return self._delivery(f"file/{entry.name}", entry.name, body)


@pytest.mark.parametrize(("kind", "taken"), [(FileDoor, []), (Trusting, ["file/a.json"])])
def test_a_half_written_file_is_not_taken(folder: FolderPlace, kind: type[FileDoor], taken: list[str]) -> None:
    """What changes while it is read is looked at again; a twin that trusts takes a part of it for the whole."""
    folder.drop("a.json", b"half")
    inner = FilesDoor(Connection(name="partner", url="", secret=str))
    door = kind(inner, Intake(source="partner", store=Growing(folder)))  # type: ignore[arg-type] # it is one by its names
    assert names(door.pull(Files, "")) == taken


def test_what_was_replaced_meanwhile_is_given_back(place: Place) -> None:
    """A partner writes the file anew after it was read and before it is put away: the new one stays, and is read next."""
    store = store_of(place)
    door = door_of(store)
    place.drop("a.json", b"one")
    page = door.pull(Files, "")
    place.drop("a.json", b"two")
    door.kept(page)
    again = door.pull(Files, "")
    store.close()
    assert [d.body for d in again.deliveries] == [b"two"]
    assert place.names("archive") == []


@pytest.mark.parametrize("kind", ["folder", "sftp"])
def test_what_a_crash_left_half_way_is_given_back(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A file between its place and its room is found again by the next look."""
    from tests.files.places import PLACES

    place = PLACES[kind](request.getfixturevalue, tmp_path / "place")
    (place.folder / ".taking").mkdir()
    (place.folder / ".taking" / "0123456789ab~a.json").write_bytes(b"one")
    store = store_of(place)
    page = door_of(store).pull(Files, "")
    store.close()
    assert [(d.id, d.body) for d in page.deliveries] == [("file/a.json", b"one")]


def test_a_place_that_is_not_there_is_for_a_person(place: Place) -> None:
    """The refusal names it; nothing is made where files are taken from."""
    from tallystick.kit.files.addresses import Address, store_at
    from tallystick.ports.connector import Misconfigured

    gone = place.url.replace("/place", "/nowhere").replace("s3://b-", "s3://c-")
    secrets = place.secrets("")
    store = store_at(Address(url=gone, settings=place.settings(""), secret=lambda n: secrets[n]))
    with pytest.raises(Misconfigured, match=r"no bucket|cannot be used"):
        door_of(store).pull(Files, "")
    store.close()
