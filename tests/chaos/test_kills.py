"""Kill -9 of the server and of workers under load: nothing acknowledged is lost, nothing doubled, nothing stuck."""

import asyncio
import os
import random
from pathlib import Path

import pytest

from tallystick.storage.claims import WORKER_LOCK
from tests.chaos.orders import lives
from tests.chaos.verdict import root, undisturbed_root, verdict
from tests.chaos.wreck import LOOK_SECONDS, WAIT_SECONDS_MAX, Wreck, wrecked_house

KILLS_OF_SERVER, KILLS_OF_SERVER_SOAKED = 20, 200
KILLS_OF_WORKERS, KILLS_OF_WORKERS_SOAKED = 30, 500
ORDERS_A_KILL = 50
WORKERS = 2
ALL_AT_WORK = f"select greatest(0, {WORKERS} - count(*)) from pg_locks where classid = {WORKER_LOCK}"
WAYS = ("all", "head", "hand")
soaked = pytest.mark.soak


@pytest.mark.parametrize("kills", [KILLS_OF_SERVER, pytest.param(KILLS_OF_SERVER_SOAKED, marks=soaked)])
async def test_the_server_is_killed_again_and_again(short_home: Path, kills: int) -> None:
    """Workers and doors outlast it: the server comes back without a person, and the book is that of a quiet day."""
    await _wrecked(short_home, kills, workers=False)


@pytest.mark.parametrize("kills", [KILLS_OF_WORKERS, pytest.param(KILLS_OF_WORKERS_SOAKED, marks=soaked)])
async def test_workers_are_killed_again_and_again(short_home: Path, kills: int) -> None:
    """Others take over what a killed worker had; the book is that of a quiet day."""
    await _wrecked(short_home, kills, workers=True)


async def _wrecked(home: Path, kills: int, *, workers: bool) -> None:
    told = lives(max(1000, kills * ORDERS_A_KILL), seed=kills)
    async with wrecked_house(home) as wreck:
        for _ in range(WORKERS):
            wreck.start_worker()
        sending = asyncio.create_task(wreck.send_all(told))
        await _kill_along(wreck, kills, len(told), workers=workers)
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await sending
        await wreck.settle()
        await wreck.wait_for(ALL_AT_WORK)
        assert all(worker.poll() is None for worker in wreck.workers), "a worker gave up"
        assert wreck.stop_workers() == [0] * WORKERS
        assert len(wreck.acknowledged) == len(told) + 1
        assert await verdict(wreck) == []
        assert wreck.complaints() == []
        assert await root(wreck.house) == await undisturbed_root(wreck, told)
        # A hand that was leaving anyway costs nothing, and two kills in one recovery cost one.
        assert workers or wreck.recoveries() >= kills * 4 // 5, "kills must have cost the server its life"


async def _kill_along(wreck: Wreck, kills: int, messages: int, *, workers: bool) -> None:
    """Spread the kills over the load: each comes when so many messages have been acknowledged, or worked off."""
    dice = random.Random(kills)
    for kill in range(kills):
        mark = messages * (kill + 1) // (kills + 1)
        if workers:
            # Counted in events, which workers make: so none is killed before it has had something to lose.
            await wreck.wait_for(f"select greatest(0, {mark} - count(*)) from event")
            await wreck.wait_for(ALL_AT_WORK)
            wreck.kill_worker(dice)
        else:
            await _acknowledged(wreck, mark)
            wreck.kill_server(WAYS[kill % len(WAYS)])
        if kill % 5 == 0:
            await wreck.wind_clock()


async def _acknowledged(wreck: Wreck, mark: int) -> None:
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while len(wreck.acknowledged) < mark:  # noqa: ASYNC110 - the senders know nothing of marks
            await asyncio.sleep(LOOK_SECONDS)  # between two looks at the condition


def test_the_machine_tells_whose_children_processes_are() -> None:
    """The kills find their victims by parent: this process is a child of its own parent."""
    from tests.chaos.wreck import children

    assert os.getpid() in children(os.getppid())
