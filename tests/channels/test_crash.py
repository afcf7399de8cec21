"""Workers die in the middle of telling: nothing is lost, and nothing older is shown after something newer."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from tallystick.engine.answer import Unit
from tallystick.engine.partners.showing import LEASE_SECONDS
from tallystick.storage.channels import telling
from tallystick.storage.channels.telling import Telling
from tests.channels.conftest import Market
from tests.channels.window import Window
from tests.engine.conftest import order, receipt

PRODUCTS, KILLS, WAIT_SECONDS_MAX = 600, 3, 90


class Hasty(Telling):
    """The broken twin: acknowledges what it takes out, before the channel was told."""

    LEASE = telling._LEASE.replace(
        "told_version = t.version,", "told_version = t.version, shown = t.wanted, shown_version = t.version,"
    )


class Unleased(Telling):
    """The broken twin: two may tell one product at once, so the last to arrive counts, whatever it says."""

    LEASE = telling._LEASE.replace("and (leased_until is null or leased_until <= $2) ", "")


@contextlib.asynccontextmanager
async def worker(url: str, home: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker process, killed at the end as `kill -9` does."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.channels.worker", url, str(home))
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _today(one: Unit) -> Unit:
    """Say it today: the workers' own clock would end an order that has waited for its payment since yesterday."""
    now = datetime.now(UTC)
    said = (replace(m, effective_at=now, effective_on=now.date(), recorded_at=now) for m in one.messages)
    return replace(one, messages=tuple(said))


async def until(holds: Callable[[], bool]) -> None:
    """Wait for a condition, looking again and again."""
    async with asyncio.timeout(WAIT_SECONDS_MAX):
        while not holds():  # noqa: ASYNC110 - what is waited for lives in other processes
            await asyncio.sleep(0.01)


async def test_killed_workers_lose_nothing(market: Market, window: Window, tmp_path: Path) -> None:
    """Three workers are killed while they tell; the one after them tells the rest, and the newest of everything."""
    await market.takes(*(receipt(10, f"P{n}", f"R{n}") for n in range(PRODUCTS)))
    await market.connects("web", window)
    for kill in range(KILLS):
        heard = len(window.heard)
        async with worker(market.house.url, tmp_path):
            await until(lambda heard=heard: len(window.heard) > heard)  # type: ignore[misc]
        await market.takes(*(_today(order(f"W{kill}-{n}", 1, f"P{n}")) for n in range(0, PRODUCTS, 2)))
        # The dead worker's leases end with their time; the test does not wait for that.
        await market.one("update stock_told set leased_until = now() where leased_until is not null")
    wanted = {f"P{n}": 10 - KILLS * (n % 2 == 0) for n in range(PRODUCTS)}
    async with worker(market.house.url, tmp_path):
        await until(lambda: window.shows == wanted)
    assert all(versions == sorted(versions) for versions in window.versions().values())


@pytest.mark.parametrize(("kind", "left"), [(Telling, 1), (Hasty, 0)])
async def test_what_was_taken_out_and_not_told_is_told(
    market: Market, window: Window, kind: type[Telling], left: int
) -> None:
    """A worker that dies between taking a number out and telling it loses nothing; one that acknowledges first does."""
    await market.takes(receipt(10))
    door = await market.connects("web", window)
    feed = await market.feed(door)
    now = datetime.now(UTC)
    await feed.following.run_once(now)
    until_ = now + timedelta(seconds=LEASE_SECONDS)
    assert len(await kind(await market.house.connection(), "web").lease(now, until_, 10)) == 1
    later = kind(await market.house.connection(), "web")
    assert len(await later.lease(until_, until_ + timedelta(seconds=1), 10)) == left


@pytest.mark.parametrize(("kind", "at_once"), [(Telling, 1), (Unleased, 2)])
async def test_one_number_of_a_product_is_under_way(
    market: Market, window: Window, kind: type[Telling], at_once: int
) -> None:
    """While a number is being told, a newer one waits; a twin without leases sends both, and the older may win."""
    await market.takes(receipt(10))
    feed = await market.feed(await market.connects("web", window))
    now = datetime.now(UTC)
    await feed.following.run_once(now)
    store, later = kind(await market.house.connection(), "web"), now + timedelta(seconds=1)
    under_way = list(await store.lease(now, now + timedelta(seconds=60), 10))
    await market.takes(order("W1"))
    await feed.following.run_once(later)
    under_way += await store.lease(later, later + timedelta(seconds=60), 10)
    assert len(under_way) == at_once


async def test_a_late_answer_does_not_hide_a_newer_number(market: Market, window: Window) -> None:
    """The acknowledgement of an older number leaves the newer one to be told."""
    await market.takes(receipt(10))
    feed = await market.feed(await market.connects("web", window))
    now = datetime.now(UTC)
    await feed.following.run_once(now)
    store = Telling(await market.house.connection(), "web")
    words = await store.lease(now, now + timedelta(seconds=60), 10)
    await market.takes(order("W1"))
    await feed.following.run_once(datetime.now(UTC))
    await store.taken(words, datetime.now(UTC))
    (again,) = await store.lease(datetime.now(UTC) + timedelta(seconds=1), now + timedelta(seconds=60), 10)
    assert (words[0].available, again.available, again.version) == (10, 9, words[0].version + 1)
