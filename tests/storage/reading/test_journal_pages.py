"""The journal read on from where a reading ended: each entry once, none missed, however late it commits."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tallystick.ports.reading import Wanted, positions
from tallystick.storage.line import Server
from tallystick.storage.serving.journal import Journal
from tallystick.storage.serving.pool import open_pool
from tests.engine.conftest import Stand, flush, order, receipt

ORDERS = 25
PAGE = 7


@pytest.fixture
async def stand(database_url: str) -> AsyncIterator[Stand]:
    """A fresh book with lamps."""
    found = await Stand(database_url).open()
    await flush(await found.gate(0), receipt(1000))
    yield found
    await found.close()


@pytest.fixture
async def journal(database_url: str, stand: Stand) -> AsyncIterator[Journal]:
    """Its journal."""
    pool = await open_pool(Server(database_url), stand.info.schema)
    yield Journal(pool)
    await pool.close()


class Reading:
    """Somebody who reads page by page and goes on later; and the twin who keeps one number for all gates."""

    def __init__(self, stand: Stand, journal: Journal) -> None:
        self.stand, self.journal = stand, journal
        self.after: tuple[int, ...] = ()
        self.read: list[int] = []
        self.twin = set[int]()

    async def page(self) -> int:
        """Read one page and return how many entries were on it."""
        found = [int(e.event) for e in await self.journal.entries(Wanted(self.after, PAGE))]
        self.after = positions(self.after, found)
        self.read += found
        return len(found)

    async def twin_reads(self) -> None:
        """Read all there is above the highest number seen."""
        rows = await self.stand.sql.fetch("select id from event where id > $1", max(self.twin, default=0))
        self.twin.update(row["id"] for row in rows)

    async def to_the_end(self) -> None:
        """Read until a page is not full."""
        while await self.page() == PAGE:
            pass
        await self.twin_reads()


async def test_what_commits_late_is_read(stand: Stand, journal: Journal) -> None:
    """Eight gates write side by side while it is read: every entry once; one number for all gates, the twin, misses some."""
    reading = Reading(stand, journal)
    gates = [await stand.gate(g) for g in range(8, 0, -1)]
    await flush(gates[0], order("EARLY"))
    await reading.to_the_end()
    await flush(gates[-1], order("LATE"))

    async def write(number: int) -> None:
        for n in range(ORDERS):
            await flush(gates[number], order(f"G{number}.{n}"))

    writers = [asyncio.create_task(write(n)) for n in range(len(gates))]
    while not all(w.done() for w in writers):
        await reading.page()
        await reading.twin_reads()
    await asyncio.gather(*writers)
    await reading.to_the_end()
    there = {row["id"]: row["subject"] for row in await stand.sql.fetch("select id, subject from event")}
    assert len(reading.read) == len(set(reading.read))
    assert set(reading.read) == set(there)
    for gate in {event >> 52 for event in there}:
        of_gate = [event for event in reading.read if event >> 52 == gate]
        assert of_gate == sorted(of_gate)
    assert "order/LATE" in {there[event] for event in set(there) - reading.twin}, "the twin must miss what came late"


async def test_a_reading_of_one_subject_goes_on_too(stand: Stand, journal: Journal) -> None:
    """Filters and positions go together: of one subject, moved by two gates, each entry is read once."""
    await flush(await stand.gate(5), order("W1"))
    first = await journal.entries(Wanted((), 1, subject="order/W1"))
    after = positions((), (int(e.event) for e in first))
    await flush(await stand.gate(2), order("W2"))
    assert await journal.entries(Wanted(after, 10, subject="order/W1")) == []
    assert [e.subject for e in await journal.entries(Wanted(after, 10, subject="order/W2"))] == ["order/W2"]


def test_how_far_each_gate_was_read() -> None:
    """Of each gate the last event counts; a beginning is no event."""
    gate = 1 << 52
    assert positions((0,), ()) == ()
    assert positions((gate + 5, 3), (2, gate + 9)) == (3, gate + 9)
