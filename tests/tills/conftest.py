"""A grocer's year at the tills, loaded once for all tests of this folder, through the command line as anybody would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import duckdb
import pytest

from tallystick.connectors.complete_journey.client import packaged_file
from tallystick.ports.connector import Misconfigured
from tallystick.storage.embedded.binaries import binaries, run_tool

LOAD_SECONDS_MAX = 1800


@dataclass(frozen=True)
class Grocer:
    """A database and a data folder to load into."""

    url: str
    home: Path

    def tally(self, *words: str | Path) -> Any:
        """Run `tally … --json` and return what it says."""
        said = self.home / "said.json"
        with said.open("w") as stream:
            done = subprocess.run(
                [sys.executable, "-m", "tallystick", *map(str, words), "--json"],
                env=os.environ | {"TALLYSTICK_DATABASE_URL": self.url, "TALLYSTICK_HOME": str(self.home)},
                stdout=stream,
                stderr=subprocess.PIPE,
                text=True,
                timeout=LOAD_SECONDS_MAX,
                check=False,
            )
        assert done.returncode == 0, done.stderr
        return json.loads(said.read_text())

    def load(self, file: Path, book: str, *words: str) -> Any:
        """Load a file into a book and return its totals, by shop and day."""
        return self.tally("load", "complete-journey", file, "--book", book, "--by-day", *words)

    def balances(self, book: str) -> dict[tuple[str, str], str]:
        """Return the trial balance of a book by account and commodity, units included."""
        found = self.tally("book", "trial-balance", "--units", "--book", book)
        return {(row["account"], row["commodity"]): row["balance"] for row in found["accounts"]}


@pytest.fixture(scope="session")
def grocer(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grocer]:
    """A database for the grocer's books."""
    _psql(cluster_url, "CREATE DATABASE the_tills TEMPLATE template0")
    yield Grocer(urlunsplit(urlsplit(cluster_url)._replace(path="/the_tills")), tmp_path_factory.mktemp("tills"))
    _psql(cluster_url, "DROP DATABASE the_tills WITH (FORCE)")


def _psql(url: str, statement: str) -> None:
    done = run_tool([binaries().tool("psql"), "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--command={statement}", url])
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def tills_file() -> Path:
    """The real tills of the data package; where it is not installed the test is left out, loudly."""
    try:
        return packaged_file()
    except Misconfigured as missing:
        pytest.skip(str(missing))


def sums_of(file: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Add up a file by shop and day with DuckDB, which knows nothing of our reading of it; money in cents."""
    rows = duckdb.execute(
        f"""
        select store_id::varchar, timezone('America/New_York', timezone('UTC', transaction_timestamp))::date::varchar,
            sum(quantity)::bigint, sum(net), sum(loyalty), sum(match), sum(coupon)
        from (select *, round(sales_value * 100)::bigint as net, round(retail_disc * 100)::bigint as loyalty,
            round(coupon_match_disc * 100)::bigint as match, round(coupon_disc * 100)::bigint as coupon from '{file}')
        group by 1, 2
        """
    ).fetchall()
    names = ("units", "net", "loyalty", "match", "coupon")
    return {(shop, day): dict(zip(names, map(int, figures), strict=True)) for shop, day, *figures in rows}


def cents(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of a load's day as whole numbers."""
    return {
        k: v if isinstance(v, int) else int(v.replace(".", "")) for k, v in figures.items() if k not in {"shop", "day"}
    }


@pytest.fixture(scope="session")
def loaded(grocer: Grocer, tills_file: Path) -> Any:
    """What `tally load` says of the whole year in book `clean`."""
    return grocer.load(tills_file, "clean")
