"""Partitions of subjects: shared among the workers there are, never held twice, given up by the dead at once."""

import asyncio

import asyncpg

from tallystick.storage.claims import Claims
from tallystick.storage.inbox import PARTITION, PARTITIONS
from tests.engine.conftest import Stand

WAIT_SECONDS_MAX = 30


async def _worker(stand: Stand) -> tuple[Claims, asyncpg.Connection]:
    connection = await stand.connection()
    claims = Claims(connection)
    await claims.enlist()
    return claims, connection


async def test_workers_share_alike_and_never_hold_the_same(stand: Stand) -> None:
    """One has all; a second gets half once the first has given it up; a third makes it thirds."""
    first, _ = await _worker(stand)
    assert len(await first.balance()) == PARTITIONS
    second, _ = await _worker(stand)
    assert await second.balance() == []
    await first.balance()
    assert len(await second.balance()) == PARTITIONS // 2
    third, _ = await _worker(stand)
    crew = (first, second, third)
    for _ in range(3):
        for claims in crew:
            await claims.balance()
    held = [claims.held for claims in crew]
    assert sorted(len(h) for h in held) == [4, 6, 6]
    assert sorted(p for h in held for p in h) == list(range(PARTITIONS))


async def test_what_a_dead_worker_had_is_taken_over(stand: Stand) -> None:
    """With its connection its locks end; the other has everything again."""
    first, dying = await _worker(stand)
    second, _ = await _worker(stand)
    for claims in (first, second):
        await claims.balance()
    dying.terminate()
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while len(await second.balance()) < PARTITIONS:  # noqa: ASYNC110 - the database tells nobody
            await asyncio.sleep(0.02)  # between two looks at the condition


async def test_more_workers_than_partitions_stand_by(stand: Stand) -> None:
    """Nobody holds less than a whole partition: who gets none waits for one."""
    crew = [(await _worker(stand))[0] for _ in range(PARTITIONS + 2)]
    for _ in range(2):
        for claims in crew:
            await claims.balance()
    held = [claims.held for claims in crew]
    assert sorted(len(h) for h in held) == [0, 0] + [1] * PARTITIONS


async def test_the_partitions_of_another_book_are_others(stand: Stand) -> None:
    """Books do not stand in each other's way."""
    first, _ = await _worker(stand)
    await first.balance()
    await stand.sql.execute("create schema other")
    elsewhere = await stand.connection()
    await elsewhere.execute("set search_path to other")
    assert len(await Claims(elsewhere).take_all()) == PARTITIONS


async def test_subjects_are_spread_over_all_partitions(stand: Stand) -> None:
    """A thousand orders leave no worker without work, and every subject has one place."""
    rows = await stand.sql.fetch(
        f"select {PARTITION.format(subject='s')} as p, count(*) as n "
        "from (select 'order/W' || g as s from generate_series(1, 1000) g) x group by 1 order by 1"
    )
    assert [r["p"] for r in rows] == list(range(PARTITIONS))
    assert min(r["n"] for r in rows) > 20
