"""The bench of a year's load: a real file of the online-retail feed, or one made up in its shape."""

import csv
import random
import tempfile
import time
import uuid
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Final

from tallystick.app.benches.cases import Case
from tallystick.app.house import open_house
from tallystick.app.loading import FilePart, load_file
from tallystick.app.settings import read_settings
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book, drop_book

FEED: Final = "online-retail"
MADE_UP_INVOICES: Final = 6000
MARKS_MIN: Final = 10
_COLUMNS: Final = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)


async def load_case(url: str, file: Path | None) -> list[Case]:
    """Load a year into a book of its own; return lines a second and what the last tenth cost against the first."""
    with tempfile.TemporaryDirectory() as folder:
        return await _load(url, file or made_up_year(Path(folder) / "year.csv"))


async def _load(url: str, file: Path) -> list[Case]:
    book = f"bench_{uuid.uuid4().hex[:12]}"
    await create_book(url, book, "GBP/3", TABLE)
    marks: list[tuple[int, float]] = []

    def mark(what: str, done: int, _of: int) -> None:
        if what == "posted" and done:
            marks.append((done - 1, time.perf_counter()))  # the opening receipt is no delivery of the file

    started = time.perf_counter()
    try:
        async with open_house(url, read_settings(), book) as house:
            sizes = [_lines_in(d.id) for d in house.feeds[FEED].deliveries(file)]
            result = await load_file(house, FEED, FilePart(file), mark)
    finally:
        await drop_book(url, book)
    took = time.perf_counter() - started
    lines = result.totals.total.lines
    return [
        Case("load", round(lines / took), "lines/s"),
        Case("load_seconds", round(took, 1), "s for the whole file"),
        Case("load_last_tenth", round(_growth(marks, _lines_before(sizes)), 3), "cost a line against first tenth"),
    ]


def _lines_in(delivery: str) -> int:
    """Return the lines of a delivery by its id, such as `536365#1-7`."""
    first, _, last = delivery.rpartition("#")[2].partition("-")
    return int(last) - int(first) + 1 if last.isdigit() else 0


def _lines_before(sizes: list[int]) -> list[int]:
    """Return how many lines the first n deliveries hold, for every n."""
    return [0, *accumulate(sizes)]


def _growth(marks: list[tuple[int, float]], lines: list[int]) -> float:
    """Return what a line costs in the last tenth of the file against the first; the first batch only warms up."""
    tenth = lines[-1] // 10
    if len(marks) < MARKS_MIN:
        return 1.0

    def cost(first: int, last: int) -> float:
        inside = [(lines[done], at) for done, at in marks if first <= lines[done] <= last]
        return (inside[-1][1] - inside[0][1]) / (inside[-1][0] - inside[0][0])

    warm = lines[marks[0][0]]
    return cost(lines[-1] - tenth, lines[-1]) / cost(warm, warm + tenth)


def made_up_year(file: Path) -> Path:
    """Write a small made-up year: invoices of some twenty lines, a few cancellations, the same on every machine."""
    dice = random.Random(2011)  # noqa: S311 - made-up sales
    at = datetime(2011, 1, 3, 8)  # noqa: DTZ001 - the shape of the feed has no zone
    with file.open("w", newline="", encoding="utf-8") as out:
        rows = csv.writer(out)
        rows.writerow(_COLUMNS)
        for number in range(MADE_UP_INVOICES):
            at += timedelta(minutes=dice.randint(5, 160))
            customer = dice.randint(12_000, 16_000)
            cancelled = dice.random() < 0.1
            invoice = f"C{600_000 + number}" if cancelled else str(600_000 + number)
            for _ in range(2 if cancelled else dice.randint(5, 40)):
                price = dice.randint(100, 900)
                quantity = dice.randint(1, 12) * (-1 if cancelled else 1)
                code = f"{20_000 + dice.randint(0, 3000)}"
                rows.writerow(
                    (invoice, code, "made up", quantity, at.isoformat(" "), f"{price / 100:.2f}", customer, "GB")
                )
    return file
