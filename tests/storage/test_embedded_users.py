"""Root and ordinary users can both run the embedded server, and the machine around the folder stays as it was."""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tallystick.storage.embedded import privileges
from tallystick.storage.embedded.binaries import binaries
from tallystick.storage.embedded.cluster import cluster_at, recorded_pid
from tallystick.storage.embedded.errors import PrivilegeError
from tallystick.storage.embedded.privileges import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, NONE, server_user
from tallystick.storage.embedded.supervisor import running_cluster

IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="stepping down from root can only be tried as root; `.ci/run` does")
QUERY = """
import asyncio, asyncpg, sys
from pathlib import Path
from tallystick.storage.embedded.supervisor import running_cluster
async def ask(url):
    connection = await asyncpg.connect(url)
    print(await connection.fetchval("SELECT current_database()"))
    await connection.close()
with running_cluster(Path(sys.argv[1])) as url:
    asyncio.run(ask(url))
"""


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder below a parent that only its owner may pass, as /root is."""
    with tempfile.TemporaryDirectory(prefix="tally-closed-") as parent:
        Path(parent).chmod(0o700)
        yield Path(parent) / "home"


def status(pid: int, name: str) -> str:
    """A line of the kernel's account of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"{name}:"))


@as_root
def test_root_steps_down_to_a_user_that_nobody_has() -> None:
    """Run by root in an open place, the server has a user number of its own and no capability at all."""
    with tempfile.TemporaryDirectory(prefix="tally-", dir="/var/tmp") as folder:  # exists everywhere, and is open
        cluster = cluster_at(Path(folder))
        with running_cluster(cluster.folder):
            pid = recorded_pid(cluster)
            assert pid
            uid = int(status(pid, "Uid").split()[0])
            assert uid in privileges.UNALLOCATED_UIDS
            assert uid not in {user.pw_uid for user in pwd.getpwall()}
            assert status(pid, "Groups") == ""
            wanted = server_user(cluster.folder, cluster.data, binaries()).capability
            assert int(status(pid, "CapEff"), 16) == (0 if wanted == NONE else 1 << wanted)


@as_root
def test_root_serves_a_folder_below_a_closed_parent(closed: Path) -> None:
    """Below a parent like /root the server keeps the one capability that lets it pass, and no other."""
    with running_cluster(closed):
        pid = recorded_pid(cluster_at(closed))
        assert pid
        assert int(status(pid, "Uid").split()[0]) != 0
        assert int(status(pid, "CapEff"), 16) == 1 << CAP_DAC_READ_SEARCH
        assert int(status(pid, "CapPrm"), 16) == 1 << CAP_DAC_READ_SEARCH


@as_root
def test_root_of_a_container_serves_a_closed_folder_too(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers commonly withhold CAP_DAC_READ_SEARCH from root; CAP_DAC_OVERRIDE then takes its place."""
    monkeypatch.setattr(privileges, "_held_capabilities", lambda: 1 << CAP_DAC_OVERRIDE)
    with running_cluster(closed):
        pid = recorded_pid(cluster_at(closed))
        assert pid
        assert int(status(pid, "CapEff"), 16) == 1 << CAP_DAC_OVERRIDE


@as_root
def test_root_without_capabilities_is_told_what_to_do(closed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A root that may pass nothing on gets an error which names the closed folder and the remedy."""
    monkeypatch.setattr(privileges, "_held_capabilities", lambda: 0)
    with pytest.raises(PrivilegeError, match="TALLYSTICK_HOME"), running_cluster(closed):
        pass


@as_root
def test_programs_may_lie_in_a_closed_place(closed: Path) -> None:
    """Where the wheel itself is installed below a closed parent, the server runs with the same one capability."""
    closed.parent.chmod(0o755)
    hidden = closed.parent / "hidden"
    hidden.mkdir(mode=0o700)
    cluster = cluster_at(closed)
    moved = replace(binaries(), folder=hidden / "pginstall")
    shutil.copytree(binaries().folder, moved.folder)
    user = server_user(cluster.folder, cluster.data, moved)
    assert user.capability == CAP_DAC_READ_SEARCH
    done = subprocess.run(
        user.command([moved.tool("postgres"), "--version"]), capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("postgres (PostgreSQL)"), done.stderr


@as_root
def test_root_in_a_users_folder_leaves_it_usable_by_that_user() -> None:
    """Root starts the server in a user's folder, then the user does: the files are the user's all along."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="tally-") as folder:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        with running_cluster(Path(folder)):
            pass
        owners = {file.stat().st_uid for file in Path(folder).rglob("*")}
        assert owners == {nobody.pw_uid}
        assert ask_as_nobody(Path(folder)).stdout.strip() == "tallystick"


@as_root
def test_an_ordinary_user_needs_nothing_special() -> None:
    """A user who is not root makes, starts and stops a cluster in a folder of their own."""
    nobody = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory(prefix="tally-") as folder:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        done = ask_as_nobody(Path(folder))
        assert done.stdout.strip() == "tallystick", done.stderr
        assert {file.stat().st_uid for file in Path(folder).rglob("*")} == {nobody.pw_uid}


def ask_as_nobody(folder: Path) -> subprocess.CompletedProcess[str]:
    """Use the cluster of a folder from a process of the user nobody.

    The interpreter may lie where nobody cannot pass (below /root), so it is started with the capability to read.
    """
    nobody = pwd.getpwnam("nobody")
    user = privileges.ServerUser(nobody.pw_uid, nobody.pw_gid, CAP_DAC_READ_SEARCH)
    program = [sys.executable, "-c", QUERY, str(folder)]
    return subprocess.run(user.command(program), cwd="/", capture_output=True, text=True, check=False, timeout=120)


def test_the_machine_around_the_folder_stays_as_it_was(closed: Path) -> None:
    """Neither users nor groups nor the mode and owner of any parent folder change."""

    def around() -> list[object]:
        files = [Path("/etc/passwd").read_bytes(), Path("/etc/group").read_bytes()]
        kept = [(place, place.stat().st_mode, place.stat().st_uid, place.stat().st_gid) for place in closed.parents]
        return [*files, *kept, sorted(closed.parent.iterdir())]

    closed.mkdir()
    before = around()
    with running_cluster(closed):
        assert around() == before
    assert around() == before
