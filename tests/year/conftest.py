"""A real web shop's year, loaded once for all tests of this folder, through the command line as anybody would."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from tallystick.storage.book import connect, schema_of
from tallystick.storage.embedded.binaries import binaries, run_tool
from tallystick.storage.periods import BEGINNING, entries_root

FOREVER = BEGINNING.replace(year=9999)
LOAD_SECONDS_MAX = 1200


@dataclass(frozen=True)
class Shop:
    """A database and a data folder to load into."""

    url: str
    home: Path

    def command(self, *words: str | Path) -> list[str]:
        """Return the command line of `tally`."""
        return [sys.executable, "-m", "tallystick", *map(str, words)]

    def environment(self) -> dict[str, str]:
        """Return the environment that makes this shop the one spoken of."""
        return os.environ | {"TALLYSTICK_DATABASE_URL": self.url, "TALLYSTICK_HOME": str(self.home)}

    def tally(self, *words: str | Path) -> Any:
        """Run `tally … --json` and return what it says."""
        done = subprocess.run(
            self.command(*words, "--json"),
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=LOAD_SECONDS_MAX,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    async def connect(self, book: str) -> asyncpg.Connection:
        """Open a connection to a book."""
        return await connect(self.url, schema_of(book))

    async def root(self, book: str) -> tuple[str, int]:
        """Return the hash over all entries of a book, whatever batches they came in, and their number."""
        connection = await self.connect(book)
        try:
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                return await entries_root(connection, BEGINNING, FOREVER)
        finally:
            await connection.close()


@pytest.fixture(scope="session")
def shop(cluster_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A database for the year's books."""
    _psql(cluster_url, "CREATE DATABASE the_year TEMPLATE template0")
    yield Shop(urlunsplit(urlsplit(cluster_url)._replace(path="/the_year")), tmp_path_factory.mktemp("home"))
    _psql(cluster_url, "DROP DATABASE the_year WITH (FORCE)")


def _psql(url: str, statement: str) -> None:
    done = run_tool([binaries().tool("psql"), "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--command={statement}", url])
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="session")
def totals(online_retail_totals_file: Path) -> Any:
    """The mill's own totals."""
    return json.loads(online_retail_totals_file.read_text())


@pytest.fixture(scope="session")
def loaded(shop: Shop, online_retail_file: Path) -> Any:
    """What `tally load` says of the year in book `clean`."""
    return shop.tally("load", "online-retail", online_retail_file, "--book", "clean")
