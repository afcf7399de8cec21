"""Killed at any point between looking and putting away, nothing is lost and nothing comes twice; nor with several workers."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.files.conftest import Yard, told
from tests.files.places import FolderPlace
from tests.files.worker import POINTS

WAIT_SECONDS_MAX = 60
KILLED = -9
FILES = 1000


async def killed_at(point: str, yard: Yard, home: Path) -> None:
    """Take files in, in a process that dies at *point*."""
    command = [sys.executable, "-m", "tests.files.worker", yard.house.url, str(home), point]
    process = await asyncio.create_subprocess_exec(*command)
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        assert await process.wait() == KILLED
    # The dead process's lease ends with its time; the test does not wait for that.
    await yard.one("update connection_poller set leased_until = now() returning 1")


@pytest.mark.parametrize("point", sorted(POINTS))
async def test_a_kill_loses_nothing_and_doubles_nothing(
    yard: Yard, folder: FolderPlace, tmp_path: Path, point: str
) -> None:
    """The next pull finds what was not kept, and knows what was; every file ends in the archive as it came."""
    known, bodies = await yard.connects(folder), {f"W{n}.json": told(f"W{n}") for n in range(3)}
    for name, body in bodies.items():
        folder.drop(name, body)
    await killed_at(point, yard, tmp_path)
    await yard.pulls(known)
    assert sorted(await yard.kept()) == sorted(f"file/{name}" for name in bodies)
    assert (await yard.letters(), folder.names(), folder.names(".taking")) == ([], [], [])
    assert {name: folder.content(f"archive/{name}") for name in bodies} == bodies
    assert set(map(folder.content, (f"archive/{name}" for name in folder.names("archive")))) == set(bodies.values())


async def test_who_moves_before_it_keeps_loses_files(yard: Yard, folder: FolderPlace, tmp_path: Path) -> None:
    """The broken twin: killed between the two, its file lies in the archive and is in no book."""
    known = await yard.connects(folder)
    folder.drop("W1.json", told("W1"))
    await killed_at("eager", yard, tmp_path)
    assert await yard.pulls(known) == 0
    assert (folder.names("archive"), await yard.kept()) == (["W1.json"], [])


@contextlib.asynccontextmanager
async def worker(yard: Yard, home: Path) -> AsyncIterator[None]:
    """A worker process, killed at the end."""
    command = [sys.executable, "-m", "tests.files.worker", yard.house.url, str(home), ""]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, looking again and again."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not holds():  # noqa: ASYNC110 - what is waited for lives in other processes
            await asyncio.sleep(0.02)


async def test_two_workers_take_a_thousand_files_once_each(yard: Yard, folder: FolderPlace, tmp_path: Path) -> None:
    """One of three workers is killed on the way. Each file is one delivery and one order, and lies in the archive."""
    await yard.connects(folder)
    for number in range(FILES):
        folder.drop(f"W{number:04}.json", told(f"W{number:04}"))
    async with worker(yard, tmp_path), worker(yard, tmp_path):
        async with worker(yard, tmp_path):
            await until(lambda: len(folder.names("archive")) > 0)
        await yard.one("update connection_poller set leased_until = now() where leased_until is not null")
        await yard.one("update connection_pull set due = now() returning 1")
        await until(lambda: not folder.names() and len(folder.names("archive")) >= FILES)
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while await yard.one("select count(*) from process") < FILES:  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.05)
    assert sorted(await yard.kept()) == [f"file/W{number:04}.json" for number in range(FILES)]
    assert await yard.one("select count(*) from event where subject like 'order/%'") == FILES
    assert await yard.letters() == []
