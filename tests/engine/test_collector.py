"""The collector: whoever waits is told something, whatever becomes of those who work for it."""

import asyncio
from collections.abc import Sequence
from typing import cast

import pytest

from tallystick.engine.answer import Answer, Status, Unit
from tallystick.engine.collector import Collector
from tallystick.engine.gate import Gate
from tallystick.engine.gate_store import StoreAway
from tests.engine.conftest import Stand, flush, order, receipt

WAIT_SECONDS = 60


class SlowGate:
    """Answers when it is let, as a gate does whose database is slow."""

    def __init__(self) -> None:
        """Let nobody through, and have seen nothing."""
        self.open, self.seen = asyncio.Event(), asyncio.Event()
        self.batches: list[int] = []

    async def flush(self, units: Sequence[Unit]) -> list[list[Answer]]:
        """Take a batch."""
        self.batches.append(len(units))
        self.seen.set()
        await self.open.wait()
        return [[Answer(Status.ACCEPTED, 1)] for _ in units]


class LeftWaiting(Collector):
    """The broken twin: it forgets who waits when its flusher is stopped."""

    def _ended(self, _: "asyncio.Task[None]") -> None:
        """Leave everything as it is."""


def slowly(gate: SlowGate, batch: int = 2, kind: type[Collector] = Collector) -> Collector:
    """A collector over a gate that waits for us."""
    return kind(cast("Gate", gate), batch)


async def stopped(collector: Collector) -> None:
    """Stop whoever flushes just now, as a loop that shuts down does."""
    flusher = collector._flusher
    assert flusher is not None
    flusher.cancel()
    await asyncio.wait([flusher])


async def test_whoever_waits_is_answered_though_the_flusher_is_stopped() -> None:
    """The callers of a stopped batch hear that its fate is unknown; those who waited behind it are served."""
    gate = SlowGate()
    collector = slowly(gate)
    callers = [asyncio.create_task(collector.submit(order(f"W{n}"))) for n in range(5)]
    await asyncio.wait_for(gate.seen.wait(), WAIT_SECONDS)
    await stopped(collector)
    gate.open.set()

    told = await asyncio.wait_for(asyncio.gather(*callers, return_exceptions=True), WAIT_SECONDS)

    assert [isinstance(answers, StoreAway) for answers in told] == [True, True, False, False, False]
    assert gate.batches == [2, 2, 1]


async def test_a_flusher_stopped_before_its_first_step_strands_nobody() -> None:
    """A task that is cancelled before it begins never runs: those who came for it are served by the next."""
    gate = SlowGate()
    gate.open.set()
    collector = slowly(gate)
    caller = asyncio.create_task(collector.submit(order("W1")))
    await asyncio.sleep(0)  # the caller has made a flusher, whose turn it is next
    assert collector._flusher is not None
    collector._flusher.cancel()

    ((answer,),) = await asyncio.wait_for(asyncio.gather(caller), WAIT_SECONDS)
    assert answer.status is Status.ACCEPTED


async def test_one_who_comes_as_the_flusher_ends_is_not_left_behind() -> None:
    """Between the last batch and the end of its flusher somebody may come: there is a flusher for him too."""
    gate = SlowGate()
    gate.open.set()
    collector = slowly(gate)
    for n in range(20):
        first = asyncio.create_task(collector.submit(order(f"W{n}")))
        for _ in range(n):
            await asyncio.sleep(0)
        second = asyncio.create_task(collector.submit(order(f"V{n}")))
        await asyncio.wait_for(asyncio.gather(first, second), WAIT_SECONDS)
    assert sum(gate.batches) == 40


async def test_the_twin_that_forgets_leaves_callers_waiting() -> None:
    """The check can fail: a collector that forgets who waits leaves three of five behind."""
    gate = SlowGate()
    collector = slowly(gate, kind=LeftWaiting)
    callers = [asyncio.create_task(collector.submit(order(f"W{n}"))) for n in range(5)]
    await asyncio.wait_for(gate.seen.wait(), WAIT_SECONDS)
    await stopped(collector)
    gate.open.set()

    for _ in range(100):
        await asyncio.sleep(0)

    assert [caller.done() for caller in callers] == [True, True, False, False, False]
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)


async def test_what_a_stopped_batch_did_is_found_when_it_is_sent_again(stand: Stand) -> None:
    """A batch stopped on its way is kept or it is not: sent again under its keys, every order is there once."""
    gate = await stand.gate()
    await flush(gate, receipt(50))
    collector = Collector(gate)
    orders = [order(f"W{n}") for n in range(10)]
    callers = [asyncio.create_task(collector.submit(one)) for one in orders]
    for _ in range(5):  # fewer turns than a batch takes trips to the server
        await asyncio.sleep(0)
    await stopped(collector)
    told = await asyncio.wait_for(asyncio.gather(*callers, return_exceptions=True), WAIT_SECONDS)
    assert all(isinstance(answers, StoreAway | list) for answers in told)

    # Whoever is stopped inside a transaction may hang up, so that the server undoes it: another gate takes it from there.
    another = Collector(await stand.gate())
    again = await asyncio.gather(*(another.submit(one) for one in orders))

    assert {answers[0].outcome for answers in again} == {"reserved"}
    assert await stand.stock() == (40, 10)


@pytest.mark.parametrize("size", [1, 2, 5])
async def test_each_caller_gets_its_own_answer(stand: Stand, size: int) -> None:
    """Whatever the batch it travels in, an order hears of itself: the last unit goes to the first who came."""
    gate = await stand.gate()
    await flush(gate, receipt(1))
    collector = Collector(gate, size)

    told = await asyncio.gather(*(collector.submit(order(f"W{n}")) for n in range(6)))

    assert [answer.outcome for (answer,) in told] == ["reserved", *["refused"] * 5]
