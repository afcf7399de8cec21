"""The embedded server lives exactly as long as somebody uses it, whoever is killed in between."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from tallystick.storage.embedded.cluster import Cluster, accepts, cluster_at, is_running, recorded_pid, wait_until_ready
from tallystick.storage.embedded.configuration import choose_endpoint, server_settings
from tallystick.storage.embedded.errors import ClusterStartError, ClusterVersionError
from tallystick.storage.embedded.locks import is_taken
from tallystick.storage.embedded.supervisor import running_cluster

CONDITION_SECONDS_MAX = 60

# Another `tally`: says where the server listens, then uses it until its input ends.
USER = """
import sys
from pathlib import Path
from tallystick.storage.embedded.supervisor import running_cluster
with running_cluster(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that other processes bring about; fail when it does not come."""
    until = time.monotonic() + CONDITION_SECONDS_MAX
    while not condition():
        assert time.monotonic() < until, "the awaited condition did not come"
        time.sleep(0.01)


class OtherUser:
    """Another process that uses the cluster of a folder."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url

    def leaves(self) -> None:
        """End in good order."""
        self.process.communicate(timeout=CONDITION_SECONDS_MAX)

    def is_killed(self) -> None:
        """End like kill -9."""
        self.process.kill()
        self.leaves()


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A data folder with a short path, with nothing in it."""
    with tempfile.TemporaryDirectory(prefix="tally-") as folder:
        yield cluster_at(Path(folder))


async def write_one(url: str) -> None:
    """Write a row which a later life of the server must still have."""
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE IF NOT EXISTS notch (n int); INSERT INTO notch VALUES (1)")
    await connection.close()


async def count(url: str) -> int:
    """How many rows are there."""
    connection = await asyncpg.connect(url)
    found = await connection.fetchval("SELECT count(*) FROM notch")
    await connection.close()
    return int(found)


async def test_a_cluster_is_made_once_and_kept(cluster: Cluster) -> None:
    """The first use makes the cluster, the server ends with the block, and the next use finds everything again."""
    with running_cluster(cluster.folder) as url:
        await write_one(url)
    assert not is_running(cluster)
    with running_cluster(cluster.folder) as url:
        assert await count(url) == 1
    assert not is_running(cluster)


async def test_a_cluster_is_made_for_a_book(cluster: Cluster) -> None:
    """Text is UTF-8 with rules of PostgreSQL's own, pages have checksums, time is UTC, and commits are durable."""
    expected = {
        "data_checksums": "on",
        "fsync": "on",
        "full_page_writes": "on",
        "jit": "off",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "synchronous_commit": "on",
        "TimeZone": "UTC",
    }
    with running_cluster(cluster.folder) as url:
        connection = await asyncpg.connect(url)
        actual = {name: await connection.fetchval("SELECT current_setting($1)", name) for name in expected}
        assert await connection.fetchval("SELECT upper('ä')") == "Ä"
        await connection.close()
    assert expected == actual


async def test_users_share_one_server(cluster: Cluster) -> None:
    """The first starts the server, the second attaches, and it lives until the last has left, whoever that is."""
    other = OtherUser(cluster.folder)
    pid = recorded_pid(cluster)
    with running_cluster(cluster.folder) as url:
        assert url == other.url
        await write_one(url)
        other.leaves()
        assert await count(url) == 1
        assert recorded_pid(cluster) == pid
    assert not is_running(cluster)


def test_many_users_may_come_and_go_at_once(cluster: Cluster) -> None:
    """However arrivals and departures fall together, each finds a server and none is left behind."""
    one_visit = [sys.executable, "-c", USER, str(cluster.folder)]
    for _ in range(3):
        visits = [subprocess.Popen(one_visit, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) for _ in range(6)]
        for visit in visits:
            assert visit.communicate(timeout=CONDITION_SECONDS_MAX)[0]
            assert visit.returncode == 0
    assert not is_running(cluster)


async def test_a_killed_owner_is_followed_by_the_next_user(cluster: Cluster) -> None:
    """Who started the server is killed while another uses it: nothing is lost, and the other stops it."""
    owner = OtherUser(cluster.folder)
    await write_one(owner.url)
    with running_cluster(cluster.folder) as url:
        owner.is_killed()
        assert await count(url) == 1
    assert not is_running(cluster)


async def test_the_guardian_stops_an_orphan(cluster: Cluster) -> None:
    """The only user is killed and nobody comes: the server ends all the same, and nothing committed is lost."""
    owner = OtherUser(cluster.folder)
    await write_one(owner.url)
    owner.is_killed()
    wait_until(lambda: not is_running(cluster) and not is_taken(cluster.guardian_lock))
    assert not cluster.pid_file.exists()
    with running_cluster(cluster.folder) as url:
        assert await count(url) == 1


async def test_an_orphan_without_guardian_is_taken_over(cluster: Cluster) -> None:
    """User and guardian are both killed: the next user attaches to the healthy server and stops it when done."""
    owner = OtherUser(cluster.folder)
    await write_one(owner.url)
    pid = recorded_pid(cluster)
    os.kill(guardian_of(cluster), signal.SIGKILL)
    wait_until(lambda: not is_taken(cluster.guardian_lock))
    owner.is_killed()
    assert is_running(cluster)
    with running_cluster(cluster.folder) as url:
        assert await count(url) == 1
        assert recorded_pid(cluster) == pid
        assert is_taken(cluster.guardian_lock)
    assert not is_running(cluster)


def guardian_of(cluster: Cluster) -> int:
    """The process number of the guardian, as the kernel lists it."""
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"tallystick.storage.embedded.guardian" in words and os.fsencode(cluster.folder) in words:
            return int(place.name)
    raise AssertionError("no guardian lives")


async def test_a_killed_server_recovers(cluster: Cluster) -> None:
    """The server itself is killed: the next user starts it again, and what was committed is there."""
    with running_cluster(cluster.folder) as url:
        await write_one(url)
        pid = recorded_pid(cluster)
        assert pid
        endpoint = wait_until_ready(cluster)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not accepts(endpoint))
        with running_cluster(cluster.folder) as again:
            assert await count(again) == 1
            assert recorded_pid(cluster) != pid
    assert not is_running(cluster)


async def test_a_number_given_out_again_is_no_server(cluster: Cluster) -> None:
    """A pid file is left over and its number now belongs to a foreign process: neither attached to nor stopped."""
    with running_cluster(cluster.folder) as url:
        await write_one(url)
        left_over = cluster.pid_file.read_text().split("\n", 1)[1]
    cluster.pid_file.write_text(f"{os.getpid()}\n{left_over}")
    (cluster.socket_folder / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n{left_over}")
    with running_cluster(cluster.folder) as url:
        assert await count(url) == 1
        assert recorded_pid(cluster) != os.getpid()


async def test_a_long_path_listens_on_loopback_with_a_password(cluster: Cluster) -> None:
    """Where a socket's path would be too long, the server listens on 127.0.0.1 and asks for the password in its file."""
    long = cluster_at(cluster.folder / ("long-" * 20))
    with running_cluster(long.folder) as url:
        secret = long.password_file.read_text()
        assert long.password_file.stat().st_mode & 0o777 == 0o600
        assert f":{secret}@127.0.0.1:" in url
        await write_one(url)
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(url.replace(secret, "guessed"))
    with running_cluster(long.folder) as url:
        assert await count(url) == 1


def test_another_major_version_is_refused(cluster: Cluster) -> None:
    """Data of another major version is left alone, and the error says what to do."""
    with running_cluster(cluster.folder):
        pass
    (cluster.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(ClusterVersionError, match="PostgreSQL 15"), running_cluster(cluster.folder):
        pass
    assert not is_running(cluster)


def test_a_server_that_refuses_says_why(cluster: Cluster) -> None:
    """A start that fails shows the server's own words and leaves nothing running."""
    with running_cluster(cluster.folder):
        pass
    (cluster.data / "global" / "pg_control").rename(cluster.folder / "pg_control")
    with pytest.raises(ClusterStartError, match="pg_control"), running_cluster(cluster.folder):
        pass
    wait_until(lambda: not is_taken(cluster.guardian_lock))
    assert not is_running(cluster)


def test_a_half_made_cluster_is_made_again(cluster: Cluster) -> None:
    """What an interrupted initdb left is thrown away."""
    (cluster.folder / "data.new" / "base").mkdir(parents=True)
    with running_cluster(cluster.folder):
        assert not (cluster.folder / "data.new").exists()


@pytest.mark.parametrize("name", ["sp ace", "quo'te", 'dou"ble', "dollar$HOME", "ümlaut"])
def test_any_folder_name_will_do(cluster: Cluster, name: str) -> None:
    """A data folder may have a name that a shell or a setting would trip over."""
    with running_cluster(cluster.folder / name) as url:
        assert re.match("postgresql://", url)


def test_settings_never_listen_elsewhere() -> None:
    """Whatever the folder, the server listens on its socket or on the loopback address only."""
    for folder, listens in (("/short/socket", "''"), ("/" + "long" * 40, "'127.0.0.1'"), ("/quo'te", "'127.0.0.1'")):
        text = server_settings(choose_endpoint(Path(folder), "secret"), durable=True)
        assert f"listen_addresses = {listens}\n" in text
        assert "unix_socket_permissions = '0700'" in text
