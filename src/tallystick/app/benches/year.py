"""The bench of a year's load: a real file of the online-retail feed, or one made up in its shape."""

import csv
import random
import tempfile
import time
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from tallystick.app.benches.cases import Case
from tallystick.app.house import open_house
from tallystick.app.loading import load_file
from tallystick.app.settings import read_settings
from tallystick.posting.table import TABLE
from tallystick.storage.book import create_book, drop_book

FEED: Final = "online-retail"
MADE_UP_INVOICES: Final = 3000
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
        if what == "posted":
            marks.append((done, time.perf_counter()))

    started = time.perf_counter()
    try:
        async with open_house(url, read_settings(), book) as house:
            result = await load_file(house, FEED, file, mark)
    finally:
        await drop_book(url, book)
    took = time.perf_counter() - started
    lines = result.totals.total.lines
    growth = _growth(marks)
    return [
        Case("load", round(lines / took), "lines/s"),
        Case("load_seconds", round(took, 1), "s for the whole file"),
        Case("load_last_tenth", round(growth, 3), "cost a delivery against first tenth"),
    ]


def _growth(marks: list[tuple[int, float]]) -> float:
    """Return what a delivery costs in the last tenth of the batches against the first, the very first left out."""
    tenth = max(2, len(marks) // 10)
    if len(marks) < 2 * tenth:
        return 1.0

    def cost(part: list[tuple[int, float]]) -> float:
        return (part[-1][1] - part[0][1]) / max(1, part[-1][0] - part[0][0])

    return cost(marks[-tenth - 1 : -1]) / cost(marks[1 : tenth + 1])


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
