"""What all tests share: one embedded cluster, a database for each test, the real data set, and word of what was left out."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from xdist.scheduler import LoadScopeScheduling

from tallystick.storage.embedded.binaries import binaries, run_tool
from tallystick.storage.embedded.supervisor import running_cluster

LEAVE_OUT_NOTHING = os.environ.get("TALLYSTICK_LEAVE_OUT_NOTHING") == "1"


def shared_data() -> Path:
    """The folder of real data sets beside the checkout. A newcomer has none; this is the only place that looks for it."""
    return Path(__file__).resolve().parents[2] / "shared" / "data"


def _online_retail(pattern: str) -> Path:
    found = sorted((shared_data() / "online-retail").glob(pattern))
    if not found:
        pytest.skip(f"needs the real data set online-retail ({pattern}), which lies beside a full checkout")
    return found[0]


@pytest.fixture(scope="session")
def online_retail_file() -> Path:
    """The real orders of a retailer, as Parquet; where they are missing the test is left out, loudly."""
    return _online_retail("*.parquet")


@pytest.fixture(scope="session")
def online_retail_totals_file() -> Path:
    """The control totals that the real orders must come to, as JSON."""
    return _online_retail("control-totals.json")


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of messages that others published; where it is missing the test is left out, loudly."""
    found = shared_data().parent / "samples"
    if not found.is_dir():
        pytest.skip("needs the published samples, which lie beside a full checkout")
    return found


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """One embedded cluster for the whole run, durable as in real life. Take `database_url` instead unless you know why."""
    # Not below pytest's own temporary folder: its long path would not leave room for a socket.
    with tempfile.TemporaryDirectory(prefix="tally-tests-") as folder, running_cluster(Path(folder)) as url:
        yield url


@pytest.fixture
def database_url(cluster_url: str) -> Iterator[str]:
    """An empty database for one test, gone afterwards, also when the test left connections open."""
    name = f"test_{token_hex(6)}"
    _sql(cluster_url, f"CREATE DATABASE {name} TEMPLATE template0")
    yield urlunsplit(urlsplit(cluster_url)._replace(path=f"/{name}"))
    _sql(cluster_url, f"DROP DATABASE {name} WITH (FORCE)")


def _sql(url: str, statement: str) -> None:
    done = run_tool([binaries().tool("psql"), "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--command={statement}", url])
    assert done.returncode == 0, done.stderr


# Folders whose tests share a house that takes long to set up: one process runs each of them, and they begin first.
SHARED_HOUSES = ("year", "shops", "app", "tills")


def _house(nodeid: str) -> str:
    """Return what a test shares its process with: its folder where that is a shared house, otherwise its file."""
    file = nodeid.partition("::")[0]
    return next((house for house in SHARED_HOUSES if file.startswith(f"tests/{house}/")), file)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the shared houses begin."""
    items.sort(key=lambda item: _house(item.nodeid) not in SHARED_HOUSES)


class ByHouse(LoadScopeScheduling):  # type: ignore[misc]  # pytest-xdist has no types
    """Where several processes share the work, tests of one file or one shared house stay together and in order."""

    def _split_scope(self, nodeid: str) -> str:
        return _house(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByHouse:
    """Share the work by house, not by group: the groups of pytest-xdist 3.8 are lost on pytest 9.2."""
    return ByHouse(config, log)


# The speaking process does not collect where others work for it: they hand it the number of soaks they did not select.
_soaks_left_out: dict[str, int] = {}


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count the soaks that were not asked for."""
    soaks = sum(item.get_closest_marker("soak") is not None for item in items)
    _soaks_left_out["here"] = _soaks_left_out.get("here", 0) + soaks
    if items and hasattr(items[0].config, "workeroutput"):
        items[0].config.workeroutput["soaks_left_out"] = _soaks_left_out["here"]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a working process counted; each of them collects everything."""
    _soaks_left_out["here"] = getattr(node, "workeroutput", {}).get("soaks_left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name every test that was left out, and why."""
    for report in terminalreporter.stats.get("skipped", []):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.write_line(f"left out: {report.nodeid}: {why.removeprefix('Skipped: ')}", yellow=True)
    if soaks := _soaks_left_out.get("here"):
        terminalreporter.write_line(f"left out: {soaks} soak tests: they run for minutes, see `make soak`")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where nothing may be left out, a skipped test fails the run."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if LEAVE_OUT_NOTHING and reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line("")
        reporter.write_line(
            "nothing may be left out in this run (TALLYSTICK_LEAVE_OUT_NOTHING=1), but tests were skipped"
        )
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
