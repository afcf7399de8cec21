"""Whole lives of orders, from placed to settled, in the order a busy day would bring their messages."""

import gc
import time
from collections import deque
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from tallystick.app.benches.gate import Stand
from tallystick.app.benches.orders import OrderMill, life
from tallystick.engine.answer import Unit
from tallystick.engine.metrics import GateMetrics

LIFE_DELAYS: Final = (0, 1500, 6000, 6500, 15000)
"""After how many further orders each of the five messages of a life comes."""
LIFE_BATCH: Final = 500
TENTHS: Final = 10


class Lived(Struct, frozen=True):
    """What lives came to: *rate* in lives a second, *growth* the cost of the last tenth of the batches against the first."""

    rate: float
    growth: float
    metrics: GateMetrics


def overlapping_lives(lives: int) -> Iterator[Unit]:
    """Yield the messages of *lives* lives in the order a busy day would bring them: lives overlap, stages lag."""
    mill = OrderMill(7)
    under_way: deque[list[Unit]] = deque()
    first = 0
    for now in range(lives + LIFE_DELAYS[-1]):
        if now < lives:
            under_way.append(life(mill.body()))
        for stage, delay in enumerate(LIFE_DELAYS):
            if first <= now - delay < lives:
                yield under_way[now - delay - first][stage]
        if now >= LIFE_DELAYS[-1]:
            under_way.popleft()
            first += 1


async def live(at: Stand, lives: int) -> Lived:
    """Fold whole lives in batches. Only the gate is timed, not the making of the messages."""
    metrics = GateMetrics()
    gate = await at.gate(2, metrics)
    gc.collect()
    gc.freeze()
    marks, batch = list[float](), list[Unit]()
    for unit in overlapping_lives(lives):
        batch.append(unit)
        if len(batch) == LIFE_BATCH or len(batch) + LIFE_BATCH * len(marks) == lives * len(LIFE_DELAYS):
            started = time.perf_counter()
            await gate.flush(batch)
            marks.append(time.perf_counter() - started)
            batch = []
    gc.unfreeze()
    tenth = max(1, len(marks) // TENTHS)
    return Lived(lives / sum(marks), sum(marks[-tenth:]) / sum(marks[:tenth]), metrics)


async def live_singly(at: Stand, lives: int) -> float:
    """The baseline of lives: the same messages, one transaction each; return lives a second."""
    gate = await at.gate(3)
    mill = OrderMill(11)
    units = [unit for _ in range(lives) for unit in life(mill.body())]
    started = time.perf_counter()
    for unit in units:
        await gate.flush([unit])
    return lives / (time.perf_counter() - started)
