"""Broken twins of the machinery: each makes one classical mistake, and the verdict of the kills must find it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.app.connectors import routes
from tallystick.app.house import open_house
from tallystick.app.settings import Settings
from tallystick.app.working.shifts import Way
from tallystick.app.working.work import work_once
from tallystick.engine.collector import Collector
from tallystick.engine.delivery import LEASE_SECONDS, Attempt, Delivery, Leased
from tallystick.engine.gate import Gate
from tallystick.engine.gate_store import Original, Pair
from tallystick.ports.connector import Delivery as Arrived
from tallystick.posting.table import TABLE
from tallystick.storage.batches.gate_store import PgBatch, PgGateStore
from tallystick.storage.book import create_book
from tallystick.storage.inbox import Inbox, Received
from tallystick.storage.outbox import Outbox
from tests.chaos.orders import CURRENCY, Told, deliveries_of, lives, receipts
from tests.chaos.verdict import verdict
from tests.chaos.wreck import BOOK, Wreck

TOLD = lives(40, seed=9)


class HastyInbox(Inbox):
    """Acknowledges before it has committed: it keeps a batch when the next one comes."""

    held: Sequence[Arrived] = ()

    async def receive(self, deliveries: Sequence[Arrived], place: int | None = None) -> Received:
        """Say that all is kept."""
        held, self.held = self.held, deliveries
        if held:
            await super().receive(held, place)
        return Received(len(deliveries), 0, 0)


class ForgetfulBatch(PgBatch):
    """Does not remember what it was told before."""

    async def claim(self, keys: Sequence[Pair]) -> Mapping[int, Original]:
        """Claim keys as if nobody had ever claimed them."""
        await self._store.names.ensure("source", {source for source, _ in keys})
        await self.unclaim(keys)
        return await super().claim(keys)


class ForgetfulStore(PgGateStore):
    """Opens forgetful batches."""

    async def begin(self) -> PgBatch:
        """Open one."""
        batch = await super().begin()
        batch.__class__ = ForgetfulBatch
        return batch


class KilledError(BaseException):
    """Stands for a kill -9: nothing after it happens."""


class EarlyMark(Delivery):
    """Marks a command as done before it is pushed, and is killed in between at its tenth."""

    done = 0

    async def _attempt(self, command: Leased) -> Attempt:
        self.done += 1
        mine = self.done
        async with self._noting:
            await self._outbox.settle(command, Attempt(datetime.now(UTC), "done", "", is_done=True))
        if mine == 10:
            raise KilledError
        return await super()._attempt(command)


@pytest.fixture
async def wreck(database_url: str, tmp_path: Path) -> AsyncIterator[Wreck]:
    """A house on a server nobody kills: here it is the machinery that is broken."""
    await create_book(database_url, BOOK, CURRENCY, TABLE)
    async with open_house(database_url, Settings(tmp_path), BOOK) as house:
        yield Wreck(tmp_path, house)


async def _sent(wreck: Wreck, inbox: Inbox, told: Sequence[Told]) -> None:
    for first in range(0, len(told), 20):
        batch = told[first : first + 20]
        await inbox.receive(deliveries_of(batch))
        wreck.acknowledged.update(t.id for t in batch)


def _way(wreck: Wreck) -> Way:
    return Way(routes(Settings(wreck.home, outbox_folder=str(wreck.outbox_folder))))


async def _worked_off(wreck: Wreck) -> list[str]:
    """Let a healthy worker do what is left, and return the verdict."""
    await work_once(wreck.house, _way(wreck))
    await wreck.wind_clock()
    await work_once(wreck.house, _way(wreck))
    return await verdict(wreck)


async def test_without_a_mistake_there_is_nothing_to_find(wreck: Wreck) -> None:
    """The verdict on a quiet day is empty, so that what it finds below is the twin's doing."""
    await _sent(wreck, await wreck.house.inbox(), [*receipts(), *TOLD])
    assert await _worked_off(wreck) == []


async def test_an_inbox_that_acknowledges_before_it_commits_is_found(wreck: Wreck) -> None:
    """What it held in memory when it was killed is lost, although its sender was told otherwise."""
    hasty = HastyInbox(await wreck.house.connection(), wreck.house.names, wreck.house.keyring)
    await _sent(wreck, hasty, [*receipts(), *TOLD])
    assert [f"lost: {t.id}" for t in hasty_rest(TOLD)] == [v for v in await _worked_off(wreck) if v.startswith("lost")]


def hasty_rest(told: Sequence[Told]) -> list[Told]:
    """Return what the last batch of all held, in the order of ids."""
    everything = [*receipts(), *told]
    return sorted(everything[len(everything) - (len(everything) % 20 or 20) :], key=lambda t: t.id)


async def test_a_gate_that_does_not_know_its_messages_again_is_found(wreck: Wreck) -> None:
    """The same message twice is two events."""
    store = ForgetfulStore(await wreck.house.connection(), wreck.house.names, wreck.house.info.currency, 1)
    collector = Collector(Gate(store, TABLE, wreck.house.metrics))
    for told in [*receipts(), TOLD[0], TOLD[0]]:
        await wreck.ask(told, collector)
    assert f"doubled: {TOLD[0].id}" in await _worked_off(wreck)


async def test_an_outbox_that_marks_before_it_pushes_is_found(wreck: Wreck) -> None:
    """The command that was marked when the worker was killed never reaches its partner."""
    await _sent(wreck, await wreck.house.inbox(), [*receipts(), *TOLD])
    await work_once(wreck.house, Way({}))
    outbox = Outbox(await wreck.house.connection(), wreck.house.names)
    early = EarlyMark(outbox, _way(wreck).routes, lambda: datetime.now(UTC), LEASE_SECONDS)
    with pytest.raises(KilledError):
        await early.run_once()
    assert len([v for v in await _worked_off(wreck) if v.startswith("not delivered")]) >= 1
