"""A worker dies, or a server falls silent, between the letter and the word that it was taken: once or twice, as the kind says."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from tallystick.app.connectors import routes
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work
from tests.notices.conftest import ADA, BEN, Counter, by, written
from tests.notices.postbox import HELD_SECONDS_MAX, Postbox, until

LEASE_SECONDS = 4
SAID = "it may have gone out"


@contextmanager
def worker(counter: Counter, box: Postbox, at_most_once: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker of one's own for as long as the block lasts."""
    told = f'outbox_lease_seconds = "{LEASE_SECONDS}"\n' + written(by(box, at_most_once=at_most_once))
    (counter.settings.home / "tallystick.toml").write_text(told)
    environment = {
        **os.environ,
        "TALLYSTICK_HOME": str(counter.settings.home),
        "TALLYSTICK_DATABASE_URL": counter.house.url,
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "tallystick", "worker"], env=environment, stderr=subprocess.DEVNULL
    )
    try:
        yield running
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(HELD_SECONDS_MAX)


async def _settled(counter: Counter, notice: str) -> str:
    """Wait until a notice is sent, or is not, and say how."""
    async with asyncio.timeout(HELD_SECONDS_MAX):
        while (found := (await counter.standing()).get(notice, "waiting")).startswith("waiting"):  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.05)
    return found


@pytest.mark.parametrize(
    ("at_most_once", "becomes"),
    [("", (2, "sent")), ("confirmed", (1, f"not sent; rejected: {SAID}"))],
    ids=["at-least-once", "at-most-once"],
)
async def test_a_worker_killed_before_the_250(
    counter: Counter, box: Postbox, at_most_once: str, becomes: tuple[int, str]
) -> None:
    """The server has the letter. Told at least once, it comes again under the same name; at most once, a person is told."""
    letters, ends = becomes
    await counter.orders("W1", ADA)
    box.holds = True
    with worker(counter, box, at_most_once) as first:
        await until(lambda: len(box.mails) == 1)
        first.kill()
    box.go_on.set()
    box.holds = False
    with worker(counter, box, at_most_once):
        assert (await _settled(counter, "W1 confirmed")).startswith(ends)
    assert len(box.mails) == letters
    assert len({mail["Message-ID"] for mail in box.mails}) == 1


async def test_who_was_killed_before_the_letter_leaves_no_doubt(counter: Counter, box: Postbox) -> None:
    """Leased, and not begun: it is told, also where it may be told only once."""
    await counter.orders("W1", ADA)
    await counter.works()
    connection = await counter.house.connection()
    await connection.execute("update notice set state = 0, attempts = 1, leased_until = now() - interval '1 second'")
    counter.settings = replace(counter.settings, notices=by(box, at_most_once="confirmed"))
    await counter.works()
    assert len(box.mails) == 2
    await connection.execute("update notice set state = 0, begun_at = now()")
    await counter.works()
    assert len(box.mails) == 2
    assert SAID in (await counter.standing())["W1 confirmed"]


@pytest.mark.parametrize(("at_most_once", "ends"), [("", "waiting; retry"), ("confirmed", "not sent; rejected")])
async def test_a_server_that_falls_silent_after_the_letter(
    counter: Counter, box: Postbox, at_most_once: str, ends: str
) -> None:
    """Half the lease is over and no 250 came: what may be told twice waits for its next attempt, the rest for a person."""
    box.holds = True
    counter.settings = replace(counter.settings, notices=by(box, at_most_once=at_most_once), outbox_lease_seconds=2)
    await counter.orders("W1", ADA)
    await counter.works()
    found = (await counter.standing())["W1 confirmed"]
    assert found.startswith(ends)
    assert SAID in found


async def test_a_server_that_hangs_costs_nobody_else(counter: Counter, box: Postbox, tmp_path: Path) -> None:
    """While Ada's letter hangs, the next order is taken in, released, and its warehouse asked."""
    box.hangs = True
    way = Way(routes(Settings(tmp_path, outbox_folder=str(tmp_path / "out"))), notices=counter.settings)
    stop = asyncio.Event()
    await counter.orders("W1", ADA)
    working = asyncio.create_task(work(counter.house, way, stop))
    await until(lambda: bool(box.asked))
    await counter.orders("W2", BEN)
    await counter.ships("W2")
    await until(
        lambda: any("ship_order" in f.name or "ship_order" in f.read_text() for f in (tmp_path / "out").glob("*.json"))
    )
    assert box.mails == []
    assert not box.go_on.is_set()
    box.go_on.set()
    stop.set()
    await working
