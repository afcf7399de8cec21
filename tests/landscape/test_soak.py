"""Two hundred orders, and two hundred more with every system killed ten times over. The last report is committed in docs/reports/."""

import os
import platform
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.landscape.course import Course
from tests.landscape.days import Retailer, kills_over
from tests.landscape.judge import Row, differences, table
from tests.landscape.plan import Fate
from tests.landscape.systems import needs_everything, standing

pytestmark = pytest.mark.soak

ORDERS: Final = int(os.environ.get("TALLYSTICK_SOAK_LANDSCAPE_ORDERS", "200"))
DAYS: Final = (11, 12)
REPORT: Final = Path(__file__).parents[2] / "docs" / "reports" / "landscape.md"

ABOUT: Final = (
    "Vendure, django-oscar, a Tryton that ships, a Tryton that keeps the ledger, localstripe, tills and our own shop stand "
    "around one book; the judge reads each partner past our code (`tests/landscape/judge.py`). *There* is the partner, "
    "*here* whom it is compared with; money is in cents."
)


@pytest.fixture(scope="module")
def report() -> Iterator[list[str]]:
    """The parts of the report, written down when all are there."""
    asked = [shutil.which("git") or "git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
    load = os.getloadavg()[0]
    where = (
        f"Written by `pytest -m soak tests/landscape` on commit `{commit or 'unknown'}`, Python "
        f"{platform.python_version()}, {os.cpu_count()} cores shared with other work, load {load:.0f} when it began."
    )
    parts = ["# The landscape", f"{where} {ABOUT}"]
    yield parts
    REPORT.write_text("\n\n".join(parts) + "\n", "utf-8")


def told(course: Course, rows: Sequence[Row], seconds: float) -> str:
    """Say what a day was, and what the judge found."""
    fates = {fate: sum(o.fate is fate for o in course.orders) for fate in Fate}
    shares = ", ".join(f"{n} {fate}" for fate, n in fates.items())
    killed = {name: course.killed.count(name) for name in dict.fromkeys(course.killed)}
    deaths = ", ".join(f"{name} {n}" for name, n in killed.items()) or "nobody"
    return f"{shares}; killed -9: {deaths}; {seconds:.0f} s to rest.\n\n{table(rows)}"


def test_two_hundred_orders_twice(
    cluster_url: str, tmp_path_factory: pytest.TempPathFactory, report: list[str]
) -> None:
    """A quiet day, then one on which everything dies again and again: every system agrees after each."""
    needs_everything()
    folder = tmp_path_factory.mktemp("landscape")
    with standing(cluster_url, folder) as here:
        retailer = Retailer(here, folder)
        for day, kills in zip(DAYS, ({}, kills_over(ORDERS)), strict=True):
            began = time.monotonic()
            course = retailer.lives(day, ORDERS, kills)
            rows = retailer.judged()
            name = "with deaths" if kills else "a quiet day"
            report.append(f"## {ORDERS} orders, {name}\n\n{told(course, rows, time.monotonic() - began)}")
            assert differences(rows) == [], table(rows)
