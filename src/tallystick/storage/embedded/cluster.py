"""One database cluster in one data folder: where its files are, whether its server lives, and how it is stopped.

Layout of the folder: `data/` is PostgreSQL's own, `socket/` holds the socket, `server.log` what the server says,
`password` the password for the loopback address; the lock files are explained in locks.py.
"""

import os
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from tallystick.storage.embedded.configuration import Endpoint
from tallystick.storage.embedded.errors import ClusterStartError, ClusterStopError
from tallystick.storage.embedded.locks import WAIT_SECONDS_STEP, is_taken, open_lock, wait_alone

# Recovery after a crash replays up to max_wal_size, and a busy disk makes that long.
START_SECONDS_MAX = 180
CONNECT_SECONDS_MAX = 5
STOP_SECONDS_MAX = 60
ABORT_SECONDS_MAX = 20


@dataclass(frozen=True)
class Cluster:
    """The files of one cluster, all inside `folder`, which is absolute and free of links."""

    folder: Path

    @property
    def data(self) -> Path:
        """The folder that PostgreSQL calls its data directory."""
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        """The folder of the socket."""
        return self.folder / "socket"

    @property
    def pid_file(self) -> Path:
        """Where a living server writes its process number, its port and whether it is ready."""
        return self.data / "postmaster.pid"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.folder / "server.log"

    @property
    def password_file(self) -> Path:
        """The password for the loopback address."""
        return self.folder / "password"

    @property
    def lease_lock(self) -> Path:
        """Shared by all users of the server."""
        return self.folder / "lease.lock"

    @property
    def start_lock(self) -> Path:
        """Held while deciding to start, attach or leave."""
        return self.folder / "start.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server itself."""
        return self.folder / "server.lock"

    @property
    def guardian_lock(self) -> Path:
        """Held by the guardian."""
        return self.folder / "guardian.lock"


def cluster_at(folder: Path) -> Cluster:
    """The cluster of a data folder, which is made (for its owner only) if it is not there."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Cluster(folder.resolve())


def is_running(cluster: Cluster) -> bool:
    """Whether any process of this cluster's server lives."""
    return is_taken(cluster.server_lock)


def ready_endpoint(cluster: Cluster) -> Endpoint | None:
    """Where the living server listens, or None while it does not accept connections yet."""
    try:
        lines = cluster.pid_file.read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready":
        return None
    if lines[4]:
        return Endpoint(lines[4], int(lines[3]))
    return Endpoint(lines[5], int(lines[3]), cluster.password_file.read_text().strip())


def accepts(endpoint: Endpoint) -> bool:
    """Whether somebody listens there; the pid file of a killed server still says that it is ready."""
    try:
        if endpoint.on_socket:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(f"{endpoint.host}/.s.PGSQL.{endpoint.port}")
        else:
            socket.create_connection((endpoint.host, endpoint.port), timeout=CONNECT_SECONDS_MAX).close()
    except OSError:
        return False
    return True


def wait_until_ready(cluster: Cluster) -> Endpoint:
    """Wait for a living server to accept connections, recovery after a crash included.

    Raises:
        ClusterStartError: the server ended instead, or its time was over.
    """
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        running = is_running(cluster)  # asked first: a server that got ready and ended since is not ready
        endpoint = ready_endpoint(cluster)
        if running and endpoint and accepts(endpoint):
            return endpoint
        if not running:
            raise ClusterStartError(
                f"PostgreSQL did not start. Its last words:\n{last_words(cluster)}",
                f"mend what it complains of; the whole log is {cluster.log}",
            )
        time.sleep(WAIT_SECONDS_STEP)
    raise ClusterStartError(
        f"PostgreSQL was not ready after {START_SECONDS_MAX} seconds.",
        f"it may still be recovering from a crash: look at {cluster.log} and try again",
    )


def stop(cluster: Cluster) -> None:
    """Stop the server if it lives: open transactions are rolled back, everything committed is kept.

    Does nothing when the folder is gone. The caller holds the lease alone.

    Raises:
        ClusterStopError: the server still lives after all our waiting.
    """
    try:
        descriptor = open_lock(cluster.server_lock, create=False)
    except FileNotFoundError:
        return
    try:
        for sign, seconds_max in ((signal.SIGINT, STOP_SECONDS_MAX), (signal.SIGQUIT, ABORT_SECONDS_MAX)):
            if wait_alone(descriptor, 0):
                return
            _signal(cluster, sign)
            if wait_alone(descriptor, seconds_max):
                return
    finally:
        os.close(descriptor)
    raise ClusterStopError(
        f"PostgreSQL in {cluster.folder} did not stop.", f"look at {cluster.log}, then end its processes by hand"
    )


def last_words(cluster: Cluster, lines_max: int = 8) -> str:
    """The end of the server's log."""
    if not cluster.log.exists():
        return "(no log)"
    return "\n".join(cluster.log.read_text(errors="replace").splitlines()[-lines_max:])


def recorded_pid(cluster: Cluster) -> int | None:
    """The process number in the server's pid file; it need not be a living server's."""
    try:
        return int(cluster.pid_file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def _signal(cluster: Cluster, sign: signal.Signals) -> None:
    """Tell the server; it holds its lock now, so the number in its pid file is its own."""
    pid = recorded_pid(cluster)
    if pid is None:
        return  # its last children are on their way out
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return  # killed from outside; its children notice and follow
