"""A line outlasts its server: what was under way is told as unknown, and the next use finds a server that lives."""

import asyncio
import os
import signal
import tempfile
from pathlib import Path

import pytest

from tallystick.app.house import EMBEDDED_FOLDER, server_at
from tallystick.app.settings import Settings
from tallystick.engine.gate_store import StoreAway
from tallystick.storage.embedded.cluster import cluster_at, is_running, recorded_pid
from tallystick.storage.embedded.supervisor import running_cluster
from tallystick.storage.line import Line, Server, told_when_away

LONG = "x" * 100
"""Too long for a socket: the server listens on the loopback address, and elsewhere after each start."""


@pytest.mark.parametrize("below", ["short", LONG])
async def test_a_killed_server_comes_back_at_the_next_use(below: str) -> None:
    """Kill -9, and nobody does anything: the line is opened again, at the server's new address if it has one."""
    with tempfile.TemporaryDirectory(prefix="tally-line-") as top:
        home = Path(top) / below
        with running_cluster(home / EMBEDDED_FOLDER) as url:
            line = Line(server_at(url, Settings(home)), "public")
            await (await line.live()).execute("create table kept as select 7 as n")
            _kill(home / EMBEDDED_FOLDER)
            with pytest.raises(StoreAway):
                await _use_until_away(line)
            assert await (await line.live()).fetchval("select n from kept") == 7
            await line.close()


async def test_a_server_of_your_own_is_not_started_by_us(tmp_path: Path) -> None:
    """A named server that does not answer is away, and nothing is started in its place."""
    home = tmp_path / "home"
    server = server_at("postgresql://127.0.0.1:1/none", Settings(home, "postgresql://127.0.0.1:1/none"))
    with pytest.raises(StoreAway):
        await Line(server, "public").live()
    assert not home.exists()


async def test_several_lines_find_the_same_server(tmp_path: Path) -> None:
    """Ten lines that lose their server at once start one, not ten."""
    with tempfile.TemporaryDirectory(prefix="tally-line-") as top:
        home = Path(top)
        with running_cluster(home / EMBEDDED_FOLDER) as url:
            server: Server = server_at(url, Settings(home))
            lines = [Line(server, "public") for _ in range(10)]
            _kill(home / EMBEDDED_FOLDER)
            found = await asyncio.gather(*(_pid(line) for line in lines))
            assert len(set(found)) == 1
            for line in lines:
                await line.close()


async def _use_until_away(line: Line) -> None:
    connection = await line.live()
    with told_when_away():
        while True:
            await connection.fetchval("select n from kept where pg_sleep(0.01) is not null")


async def _pid(line: Line) -> str:
    found: str = await (await line.live()).fetchval("select pg_postmaster_start_time()::text")
    return found


def _kill(folder: Path) -> None:
    cluster = cluster_at(folder)
    assert is_running(cluster)
    pid = recorded_pid(cluster)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
