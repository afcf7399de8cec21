"""`tally bench load`: whole files through the front door, against plain COPY of what ends up in the book.

The baseline copies the very rows that the load left in the tables of the journal (events, postings, processes, open
sales), without keys to check, indexes to keep or rules to follow: what the database alone would need for the bytes.
"""

import tempfile
import time
import uuid
from pathlib import Path
from typing import Final

from tallystick.app.benches.cases import Case
from tallystick.app.benches.report import BenchReport, Progress, machine
from tallystick.app.benches.year import made_up_year
from tallystick.app.connectors import FEED_CURRENCIES
from tallystick.app.house import open_house
from tallystick.app.loading import FilePart, load_file
from tallystick.app.running import at_database
from tallystick.app.settings import read_settings
from tallystick.ports.connector import Misconfigured, Part
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book, drop_book
from tallystick.storage.reading.pace import copy_journal, growth
from tallystick.storage.reading.proofs import check_book

TILLS: Final = "complete-journey"
INVOICES: Final = "online-retail"


def bench_load(tills: FilePart, invoices: Path | None, progress: Progress) -> BenchReport:
    """Load a file of each feed into a book of its own and report lines a second; without a file, one is made up."""

    async def work(url: str) -> BenchReport:
        found = BenchReport("load", [], machine(), True)
        with tempfile.TemporaryDirectory() as folder:
            await _case(url, found, (INVOICES, FilePart(invoices or made_up_year(Path(folder) / "year.csv"))), progress)
            try:
                await _case(url, found, (TILLS, tills), progress)
            except Misconfigured as missing:
                found.machine["left_out"] = str(missing)
        return found

    return at_database(work)


async def _case(url: str, report: BenchReport, what: tuple[str, FilePart], progress: Progress) -> None:
    feed, file = what
    book = f"bench_{uuid.uuid4().hex[:12]}"
    await create_book(url, book, FEED_CURRENCIES[feed], TABLE)
    try:
        async with open_house(url, read_settings(), book) as house:
            started = time.perf_counter()
            result = await load_file(house, feed, file, progress)
            took = time.perf_counter() - started
            connection = await house.connection()
            bare, last_tenth = await copy_journal(connection), await growth(connection)
        proofs = await check_book(url, house.info)
    finally:
        await drop_book(url, book)
    report.ties_out &= all(proof.ok for proof in proofs)
    lines, name = result.totals.total.lines, feed.replace("-", "_")
    rate, plain = round(lines / took), round(lines / bare.seconds)
    report.cases += [
        Case(f"load_{name}", rate, "lines/s", plain, round(rate / plain, 3)),
        Case(f"load_{name}_lines", lines, "lines"),
        Case(f"load_{name}_rows", bare.rows, "rows of the journal, copied for the baseline"),
        Case(f"load_{name}_seconds", round(took, 1), "s for the whole file"),
        Case(f"load_{name}_last_tenth", round(last_tenth, 3), "cost a posting against first tenth"),
    ]
    report.machine |= {f"load_{name}_{k}_s": round(v, 1) for k, v in house.metrics.seconds.items()}


def part_of(shops: str) -> Part | None:
    """Return the part of the tills that a bench loads."""
    names = frozenset(name.strip() for name in shops.split(",") if name.strip())
    return Part(names) if names else None
