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
from tallystick.app.benches.gate import Stand, place, place_singly, stand
from tallystick.app.benches.lives import live, live_singly
from tallystick.app.benches.year import load_case
from tallystick.app.running import at_database
from tallystick.storage.book import drop_book
from tallystick.storage.reading.pace import written
from tallystick.storage.reading.proofs import check_book

SINGLE_CLIENTS: Final = 64
CLIENTS: Final = (64, 1000)
STEPS: Final = 4

Progress = Callable[[str, int, int], None]


class BenchReport(Struct):
    """The figures of one run. `ties_out` says whether every proof of every book it filled held afterwards."""

    bench: str
    cases: list[Case]
    machine: dict[str, Any]
    ties_out: bool

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


def bench_gate(seconds: float, lives: int, file: Path | None, progress: Progress) -> BenchReport:
    """Run every case and report. After each, every proof of the bench's book must hold: nothing oversold, all tied out."""

    async def work(url: str) -> BenchReport:
        found = BenchReport("gate", [], machine(), True)
        for n, hot in enumerate((False, True)):
            progress(f"placing {'hot' if hot else 'spread'}", n, STEPS)
            await _placing(url, found, seconds, hot=hot)
        progress("lives", 2, STEPS)
        await _living(url, found, lives)
        progress("load", 3, STEPS)
        found.cases.extend(await load_case(url, file))
        progress("load", STEPS, STEPS)
        return found

    return at_database(work)


def bench_reserve(seconds: float, progress: Progress) -> BenchReport:
    """`spread` and `hot`: orders reserved in batches for a thousand clients, against one transaction an order."""

    async def work(url: str) -> BenchReport:
        found = BenchReport("reserve", [], machine(), True)
        for n, hot in enumerate((False, True)):
            name = "hot" if hot else "spread"
            progress(name, n, 2)
            async with fresh(url, found) as at:
                baseline, _ = await place_singly(at, hot=hot, clients=SINGLE_CLIENTS, seconds=seconds)
                rate, latencies = await place(at, hot=hot, clients=CLIENTS[-1], seconds=seconds)
                found.cases.append(_case(name, rate, baseline, latencies))
        progress("hot", 2, 2)
        return found

    return at_database(work)


def bench_life(lives: int, progress: Progress) -> BenchReport:
    """`life`: whole lives sustained, against one transaction a message."""

    async def work(url: str) -> BenchReport:
        found = BenchReport("life", [], machine(), True)
        progress("lives", 0, 1)
        await _living(url, found, lives)
        progress("lives", 1, 1)
        return found

    return at_database(work)


async def _placing(url: str, report: BenchReport, seconds: float, *, hot: bool) -> None:
    """`place_spread` and `place_hot` at 64 clients and at 1,000, against one transaction an order at 64."""
    name = "place_hot" if hot else "place_spread"
    async with fresh(url, report) as at:
        baseline, alone = await place_singly(at, hot=hot, clients=SINGLE_CLIENTS, seconds=seconds)
        for clients in CLIENTS:
            rate, latencies = await place(at, hot=hot, clients=clients, seconds=seconds)
            case = name if clients == SINGLE_CLIENTS else f"{name}_{clients}"
            report.cases.append(_case(case, rate, baseline, latencies))
        report.cases.append(_case(f"{name}_one_transaction_an_order", baseline, baseline, alone))


async def _living(url: str, report: BenchReport, lives: int) -> None:
    """`life`: five messages each, in batches, against one transaction a message; its rows counted in the database."""
    async with fresh(url, report) as at:
        single = max(20, lives // 50)
        baseline = await live_singly(at, single)
        before = await written(at.connections[0])
        lived = await live(at, lives)
        after = await written(at.connections[0])
    report.machine |= {f"life_{k}_us": round(v / lives * 1e6) for k, v in lived.metrics.seconds.items()}
    report.cases += [
        Case("life", round(lived.rate), "lives/s", round(baseline), round(lived.rate / baseline, 1)),
        Case("life_last_tenth", round(lived.growth, 3), "cost against first tenth"),
        Case("life_messages", round((after.events - before.events) / lives, 2), "messages a life"),
        Case("life_postings", round((after.postings - before.postings) / lives, 2), "postings a life"),
    ]


def _case(name: str, rate: float, baseline: float, latencies: list[float]) -> Case:
    p50, p99 = latencies[len(latencies) // 2], latencies[int(len(latencies) * 0.99)]
    return Case(name, round(rate), "orders/s", round(baseline), round(rate / baseline, 1), round(p50, 1), round(p99, 1))


@asynccontextmanager
async def fresh(url: str, report: BenchReport) -> AsyncIterator[Stand]:
    """Yield a book with full shelves; note in *report* whether every proof of it holds afterwards, and drop it."""
    book = f"bench_{uuid.uuid4().hex[:12]}"
    at = await stand(url, book)
    try:
        yield at
        report.ties_out &= all(proof.ok for proof in await check_book(url, at.info))
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
