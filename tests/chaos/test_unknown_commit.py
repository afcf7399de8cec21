"""The line is cut around a COMMIT: whether it happened is unknown, and still every message has exactly one effect."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tallystick.app.house import House, open_house
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work
from tallystick.engine.answer import Answer, Status
from tallystick.engine.collector import Collector
from tallystick.engine.gate_store import StoreAway
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book
from tallystick.storage.reading.proofs import check_book
from tests.chaos.orders import deliveries_of, lives, receipts
from tests.chaos.proxy import Proxy
from tests.chaos.recording import Recorder
from tests.engine.conftest import order, receipt

CUTS, CUTS_SOAKED = 300, 5000
SHARE = 0.5
AWAY_SECONDS_MAX = 60.0
WAIT_SECONDS_MAX = 300.0


@asynccontextmanager
async def house_behind(proxy: Proxy, url: str, folder: Path) -> AsyncIterator[House]:
    """Open a new book whose every connection goes through *proxy*."""
    await create_book(url, "main", "EUR/2", TABLE)
    try:
        async with open_house(await proxy.start(), Settings(folder), "main") as house:
            yield house
    finally:
        await proxy.stop()


class Caller:
    """Places orders, and sends each again under its id until somebody answers."""

    def __init__(self, collector: Collector) -> None:
        """Remember what was answered, by order."""
        self.collector = collector
        self.answers: dict[str, Answer] = {}
        self.unknown = 0

    async def place(self, number: str, *, made_anew: bool = False) -> None:
        """Place an order. The broken twin, *made_anew*, takes an unknown outcome for a failure: it sends a new order."""
        unit, attempt = order(number), 0
        while True:
            try:
                ((answer,),) = [await self.collector.submit(unit)]
            except StoreAway:
                self.unknown += 1
                attempt += 1
                unit = order(f"{number}-{attempt}") if made_anew else unit
            else:
                self.answers[number] = answer
                return


async def _units_held(house: House) -> tuple[int, int]:
    connection = await house.connection()
    row = await connection.fetchrow("select sum(reserved)::bigint, count(*) from stock")
    events = await connection.fetchval("select count(*) from event where subject like 'order/%'")
    assert row is not None
    return row[0], events


def _numbers() -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"W{number}"


async def _place_until(proxy: Proxy, caller: Caller, cuts: int, *, made_anew: bool = False) -> int:
    numbers, placed = _numbers(), 0
    while sum(proxy.cuts.values()) < cuts:
        await asyncio.gather(*(caller.place(next(numbers), made_anew=made_anew) for _ in range(4)))
        placed += 4
    proxy.leave_alone()
    return placed


@pytest.mark.parametrize("cuts", [CUTS, pytest.param(CUTS_SOAKED, marks=pytest.mark.soak)])
async def test_a_gate_whose_commits_are_cut_answers_each_caller_and_posts_once(
    database_url: str, tmp_path: Path, cuts: int
) -> None:
    """The gate asks again by itself; the caller hears one answer, and it is that of the one event there is."""
    proxy = Proxy(database_url, seed=1, share=0)
    async with house_behind(proxy, database_url, tmp_path) as house:
        gate = house.lasting_gate(1)
        gate.away_seconds_max = AWAY_SECONDS_MAX
        await gate.flush([receipt(1_000_000)])
        proxy.share = SHARE
        caller = Caller(Collector(gate))
        placed = await _place_until(proxy, caller, cuts)

        assert await _units_held(house) == (placed, placed)
        assert {a.outcome for a in caller.answers.values()} == {"reserved"}
        assert len({a.event for a in caller.answers.values()}) == placed
        assert {a.status for a in caller.answers.values()} == {Status.ACCEPTED, Status.DUPLICATE}
        assert min(proxy.cuts.values()) > cuts / 10
        assert caller.unknown == 0
        assert all(p.ok for p in await check_book(house.url, house.info))


@pytest.mark.parametrize("made_anew", [False, True])
async def test_a_caller_who_is_told_that_the_outcome_is_unknown_may_ask_again(
    database_url: str, tmp_path: Path, *, made_anew: bool
) -> None:
    """Under the same id there is one effect; a caller who takes 'unknown' for 'failed' (the broken twin) doubles some."""
    proxy = Proxy(database_url, seed=2, share=0)
    async with house_behind(proxy, database_url, tmp_path) as house:
        gate = house.lasting_gate(1)
        await gate.flush([receipt(1_000_000)])
        gate.away_seconds_max = 0
        proxy.share = SHARE
        caller = Caller(Collector(gate))
        placed = await _place_until(proxy, caller, 60, made_anew=made_anew)

        assert caller.unknown > 0
        held, _ = await _units_held(house)
        assert (held > placed) if made_anew else (held == placed)


async def test_a_worker_whose_commits_are_cut_settles_each_delivery_once(database_url: str, tmp_path: Path) -> None:
    """Inbox, deadlines and outbox go through the same cuts; nothing is lost, doubled or left over."""
    proxy, partner = Proxy(database_url, seed=3, share=0), Recorder()
    async with house_behind(proxy, database_url, tmp_path) as house:
        told = lives(100, seed=3)
        await house.lasting_inbox().receive(deliveries_of([*receipts(), *told]))
        proxy.share = 0.06
        stop = asyncio.Event()
        working = asyncio.create_task(work(house, Way(partner.routes(), lease_seconds=1), stop))
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            await _settled(house, proxy)
        proxy.leave_alone()
        stop.set()
        await working

        connection = await house.connection()
        rows = await connection.fetch(
            "select ext_id, count(*) as n from event where source is not null group by ext_id"
        )
        assert {r["ext_id"]: r["n"] for r in rows if r["n"] != 1} == {}
        assert {t.id for t in told} <= {r["ext_id"] for r in rows}
        assert await connection.fetchval("select count(*) from dead_letter") == 0
        keys = await connection.fetch("select event, n from outbox")
        assert partner.keys() == {f"{r['event']:x}.{r['n']}" for r in keys}
        assert sum(proxy.cuts.values()) > 15
        assert all(p.ok for p in await check_book(house.url, house.info))


async def _settled(house: House, proxy: Proxy) -> None:
    """Wait until nothing waits, looking through a line of its own, which may be cut as well."""
    line = house.line()
    while True:
        try:
            connection = await line.live()
            left = await connection.fetchval(
                "select (select count(*) from inbox) + (select count(*) from outbox where state = 0)"
            )
        except (StoreAway, OSError):
            continue
        if left == 0:
            return
        await asyncio.sleep(0.05)  # between two looks at the condition
