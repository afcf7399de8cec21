"""Use the cluster of a data folder for the length of a block, together with any number of other processes.

The first user starts the server, later ones attach, the last one stops it. Nothing is agreed between the users but
the locks of locks.py, so a kill -9 at any moment leaves nothing to tidy up by hand:

* A killed user's lease is gone at once; the next user finds the server (or its pid file) and carries on from there.
* If nobody comes, the guardian stops the server: a small process that waits, asleep, to hold the lease alone.
* Whoever stops the server holds the lease alone, so a newcomer waits until it is down and then starts it again.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tallystick.storage.embedded.cluster import Cluster, cluster_at, is_running, ready_endpoint, stop, wait_until_ready
from tallystick.storage.embedded.configuration import Endpoint
from tallystick.storage.embedded.errors import ClusterStartError
from tallystick.storage.embedded.locks import held_alone, lock_shared, open_lock, try_alone
from tallystick.storage.embedded.starting import start

GUARDIAN = "tallystick.storage.embedded.guardian"
GUARDIAN_SECONDS_MAX = 30


@contextmanager
def running_cluster(folder: Path, *, durable: bool = True) -> Iterator[str]:
    """Keep the cluster in `folder` running for the length of the block, making and starting it where needed.

    Yields the URL of its database `tallystick`, in a form that libpq and asyncpg read. When the block ends, either
    others still use the server or it has stopped.

    `durable=False` starts a server that may lose committed work in a crash: for tests and benches. A server that is
    already running keeps the durability it was started with.

    Raises:
        ClusterStartError: PostgreSQL could not be made or started.
        ClusterStopError: the server did not stop.
        ClusterVersionError: the folder belongs to another major version of PostgreSQL.
        PrivilegeError: we are root and no ordinary user can serve this folder.
    """
    cluster = cluster_at(folder)
    lease = open_lock(cluster.lease_lock)
    try:
        lock_shared(lease)
        yield _attach_or_start(cluster, durable=durable).url()
    finally:
        _leave(cluster, lease)


def serves(folder: Path, url: str) -> bool:
    """Whether *url* is the address of the server in `folder`, living or dead."""
    if not folder.is_dir():
        return False
    endpoint = ready_endpoint(cluster_at(folder))
    return endpoint is not None and endpoint.url() == url


def revive(folder: Path) -> str:
    """Start the server in `folder` again if it has died, and return its URL, which may be another than before.

    For those who are inside `running_cluster`: while they hold their lease, nobody stops the server on purpose, so one
    that does not answer was killed. PostgreSQL recovers by itself everything that was committed. Always durable.

    Raises: as `running_cluster`.
    """
    return _attach_or_start(cluster_at(folder), durable=True).url()


def _attach_or_start(cluster: Cluster, *, durable: bool) -> Endpoint:
    with held_alone(cluster.start_lock), _guarded(cluster):
        # A server without a pid file is an initdb or the last children of a killed server: starting waits for those.
        if is_running(cluster) and cluster.pid_file.exists():
            try:
                return wait_until_ready(cluster)
            except ClusterStartError:
                if is_running(cluster):
                    raise
                # It was on its way out when we came; now it is gone.
        return start(cluster, durable=durable)


@contextmanager
def _guarded(cluster: Cluster) -> Iterator[None]:
    """See to it that a guardian lives when the block ends; it comes up while the block runs.

    Raises:
        ClusterStartError: the guardian could not be started.
    """
    descriptor = open_lock(cluster.guardian_lock)
    try:
        # The guardian inherits the lock, so there is no moment at which two of them could be started.
        guardian = _spawn_guardian(cluster, descriptor) if try_alone(descriptor) else None
    finally:
        os.close(descriptor)
    try:
        yield
    finally:
        complaint = guardian.communicate(timeout=GUARDIAN_SECONDS_MAX)[1] if guardian else ""
    if guardian and guardian.returncode != 0:
        raise ClusterStartError(
            f"The guardian of the database server did not start: {complaint[-2000:]}",
            f"see whether `{sys.executable} -m {GUARDIAN}` can be run",
        )


def _spawn_guardian(cluster: Cluster, descriptor: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", GUARDIAN, str(cluster.folder), str(descriptor)],
        pass_fds=(descriptor,),
        start_new_session=True,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _leave(cluster: Cluster, lease: int) -> None:
    """Give the lease back, stopping the server if it was the last one."""
    try:
        with held_alone(cluster.start_lock):
            _stop_or_leave_running(cluster, lease)
            # Within the start lock: whoever leaves next must not take this lease for a user who is still here.
            os.close(lease)
            lease = -1
    finally:
        if lease >= 0:
            os.close(lease)


def _stop_or_leave_running(cluster: Cluster, lease: int) -> None:
    if try_alone(lease):
        stop(cluster)
        return
    # Others are here, or the guardian was quicker: then this waits until it has stopped the server.
    lock_shared(lease)
    if is_running(cluster):
        with _guarded(cluster):
            pass
