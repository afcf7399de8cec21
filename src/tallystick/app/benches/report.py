"""The gate bench as a whole: its cases, each in a book of its own, and the machine they ran on."""

import os
import platform
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from tallystick.app.benches.cases import Case
from tallystick.app.benches.gate import Stand, live, place, place_singly, stand
from tallystick.app.benches.year import load_case
from tallystick.app.running import at_database
from tallystick.storage.book import drop_book

SINGLE_CLIENTS: Final = 64
CLIENTS: Final = (64, 1000)

Progress = Callable[[str, int, int], None]


class BenchReport(Struct, frozen=True):
    """The figures of one run."""

    bench: str
    cases: list[Case]
    machine: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


def bench_gate(seconds: float, lives: int, file: Path | None, progress: Progress) -> BenchReport:
    """Run every case and report."""

    async def work(url: str) -> BenchReport:
        cases: list[Case] = []
        steps = 4
        for n, hot in enumerate((False, True)):
            progress(f"placing {'hot' if hot else 'spread'}", n, steps)
            cases += await _placing(url, seconds, hot=hot)
        progress("lives", 2, steps)
        async with _fresh(url) as at:
            rate, growth, metrics = await live(at, lives)
            split = {f"{k}_us_per_life": round(v / lives * 1e6) for k, v in metrics.seconds.items()}
        cases += [
            Case("life", round(rate), "lives/s"),
            Case("life_last_tenth", round(growth, 3), "cost against first tenth"),
        ]
        progress("load", 3, steps)
        cases += await load_case(url, file)
        progress("load", 4, steps)
        return BenchReport("gate", cases, {**machine(), **split})

    return at_database(work)


async def _placing(url: str, seconds: float, *, hot: bool) -> list[Case]:
    name = "place_hot" if hot else "place_spread"
    cases = []
    async with _fresh(url) as at:
        baseline, alone = await place_singly(at, hot=hot, clients=SINGLE_CLIENTS, seconds=seconds)
        cases.append(_case(f"{name}_one_transaction_an_order", baseline, baseline, alone))
        for clients in CLIENTS:
            rate, latencies = await place(at, hot=hot, clients=clients, seconds=seconds)
            cases.append(_case(f"{name}_{clients}", rate, baseline, latencies))
    return cases


def _case(name: str, rate: float, baseline: float, latencies: list[float]) -> Case:
    p50, p99 = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    return Case(name, round(rate), "orders/s", round(baseline), round(rate / baseline, 1), round(p50, 1), round(p99, 1))


@asynccontextmanager
async def _fresh(url: str) -> AsyncIterator[Stand]:
    book = f"bench_{uuid.uuid4().hex[:12]}"
    at = await stand(url, book)
    try:
        yield at
    finally:
        await at.close()
        await drop_book(url, book)


def machine() -> dict[str, Any]:
    """Say what this ran on."""
    return {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "load_average": round(os.getloadavg()[0], 2),
    }
