"""How a cluster comes to life: made once by initdb, then started, after a look at what an earlier life left behind."""

import os
import shutil
import subprocess
from pathlib import Path

from tallystick.storage.embedded.binaries import binaries, clean_environment
from tallystick.storage.embedded.cluster import Cluster, recorded_pid, wait_until_ready
from tallystick.storage.embedded.configuration import (
    ACCESS,
    DATABASE,
    USER,
    Endpoint,
    choose_endpoint,
    kept_password,
    server_settings,
)
from tallystick.storage.embedded.durably import sync
from tallystick.storage.embedded.errors import ClusterStartError, ClusterVersionError
from tallystick.storage.embedded.locks import make_private, open_lock, wait_alone
from tallystick.storage.embedded.privileges import ServerUser, initdb_user, server_user

END_SECONDS_MAX = 60
INITDB_SECONDS_MAX = 120
LOG_BYTES_MAX = 10_000_000
START_ATTEMPTS_MAX = 3
INITDB = (
    *("--username", USER, "--encoding", "UTF8", "--locale", "C"),
    # PostgreSQL's own rules for letters: the same upper case on every machine, whatever locales it has.
    *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
    *("--auth-local", "trust", "--auth-host", "scram-sha-256", "--data-checksums", "--no-instructions"),
)


def start(cluster: Cluster, *, durable: bool) -> Endpoint:
    """Start the server, making the cluster first if there is none. The caller holds the start lock.

    Raises:
        ClusterStartError: PostgreSQL refused, or a process of an earlier server never ended.
        ClusterVersionError: the data belongs to another major version.
        PrivilegeError: we are root and no ordinary user can serve this folder.
    """
    for _ in range(START_ATTEMPTS_MAX - 1):
        endpoint = _launch(cluster, durable=durable)
        try:
            return wait_until_ready(cluster)
        except ClusterStartError:
            # Somebody may have taken the free port in between; a socket is ours alone, so trying again is no use.
            if endpoint.on_socket:
                raise
    _launch(cluster, durable=durable)
    return wait_until_ready(cluster)


def _launch(cluster: Cluster, *, durable: bool) -> Endpoint:
    """Prepare the folder and let a server go; it may still turn out to refuse."""
    held = open_lock(cluster.server_lock)
    try:
        # Children of a killed server, or an initdb whose caller was killed, may still be on their way out.
        if not wait_alone(held, END_SECONDS_MAX):
            raise ClusterStartError(
                f"A process of an earlier server in {cluster.folder} did not end.",
                f"look at {cluster.log}, then end that process by hand",
            )
        user = server_user(cluster.folder, cluster.data, binaries())
        if not (cluster.data / "PG_VERSION").exists():
            _initialise(cluster, user, held)
        endpoint = _make_ready(cluster, user, durable=durable)
        _run(user.command([binaries().tool("postgres"), "-D", str(cluster.data)], log=str(cluster.log)), held)
        return endpoint
    finally:
        # Closing gives nothing up: the server has inherited the lock.
        os.close(held)


def _initialise(cluster: Cluster, server: ServerUser, held: int) -> None:
    """Make the cluster beside its place and move it in when it is whole, so that a half-made one is never started."""
    maker = initdb_user(server)
    fresh = cluster.folder / "data.new"
    secret = cluster.folder / "password.initdb"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    make_private(secret)
    secret.write_text(kept_password(cluster.password_file))
    maker.own(fresh)
    maker.own(secret)
    where = ["-D", str(fresh)]
    try:
        _run(maker.command([binaries().tool("initdb"), *where, *INITDB, "--pwfile", str(secret)]), held)
    finally:
        secret.unlink()
    _run(
        maker.command([binaries().tool("postgres"), "--single", *where, "postgres"]),
        held,
        f"CREATE DATABASE {DATABASE}\n",
    )
    server.own(fresh)
    fresh.rename(cluster.data)
    sync(cluster.folder)


def _make_ready(cluster: Cluster, user: ServerUser, *, durable: bool) -> Endpoint:
    """Bring ownership, settings, log and leftovers into the state in which a server may start."""
    _refuse_other_version(cluster)
    if user.uid >= 0 and cluster.data.stat().st_uid != user.uid:
        user.own(cluster.data)  # copied in by root, say from a backup of the folder
    cluster.socket_folder.mkdir(mode=0o700, exist_ok=True)
    cluster.socket_folder.chmod(0o700)
    user.own(cluster.socket_folder)
    _forget_foreign_process(cluster)
    endpoint = choose_endpoint(cluster.socket_folder, kept_password(cluster.password_file))
    _write(cluster.data / "postgresql.conf", server_settings(endpoint, durable=durable), user)
    _write(cluster.data / "pg_hba.conf", ACCESS, user)
    if cluster.log.exists() and cluster.log.stat().st_size > LOG_BYTES_MAX:
        cluster.log.replace(cluster.log.with_suffix(".log.old"))
    make_private(cluster.log)
    return endpoint


def _refuse_other_version(cluster: Cluster) -> None:
    found = (cluster.data / "PG_VERSION").read_text().strip()
    if found != str(binaries().major):
        raise ClusterVersionError(
            f"The data in {cluster.folder} was made by PostgreSQL {found}; this is PostgreSQL {binaries().major}.",
            f"back up each book with the tally that came with PostgreSQL {found}, then restore it into a new data folder",
        )


def _forget_foreign_process(cluster: Cluster) -> None:
    """Remove the pid files of a dead server whose number now belongs to a foreign process.

    PostgreSQL itself clears what a dead process left; it only hesitates where the number is alive again. That no
    process of our server lives is known from the server lock. Where the kernel tells what a process works in, that
    is asked as well, in case somebody has removed the lock file of a living server.

    Raises:
        ClusterStartError: the number does belong to a server that works in this very folder.
    """
    pid = recorded_pid(cluster)
    if pid is None or not _alive(pid):
        return
    if _works_in(pid, cluster.data):
        raise ClusterStartError(
            f"PostgreSQL process {pid} works in {cluster.data}, but does not hold {cluster.server_lock.name}.",
            f"end process {pid} (kill -INT {pid}) and try again",
        )
    cluster.pid_file.unlink(missing_ok=True)
    for leftover in cluster.socket_folder.glob(".s.PGSQL.*.lock"):
        leftover.unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _works_in(pid: int, data: Path) -> bool:
    """Whether a process has this folder as its working folder, which every PostgreSQL server process has."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def _run(command: list[str], held: int, text: str = "") -> None:
    """Run a server-side program which inherits the server lock, so that its life counts as the server's."""
    done = subprocess.run(
        command,
        input=text,
        env=clean_environment(),
        cwd="/",
        pass_fds=(held,),
        capture_output=True,
        text=True,
        check=False,
        timeout=INITDB_SECONDS_MAX,
    )
    if done.returncode != 0:
        raise ClusterStartError(
            f"PostgreSQL could not be made ready: {(done.stderr or done.stdout).strip()[-2000:]}",
            "mend what it complains of (most often a full disk or a folder that is not ours) and try again",
        )


def _write(file: Path, text: str, user: ServerUser) -> None:
    fresh = file.with_name(file.name + ".new")
    fresh.write_text(text)
    fresh.chmod(0o600)
    user.own(fresh)
    fresh.replace(file)
