"""File locks that the kernel drops when their holder ends, also by kill -9.

Four files in the data folder carry them:

* `lease.lock`: shared by everyone who uses the server; whoever holds it alone may stop the server.
* `start.lock`: exclusive, held around every decision to start, to attach or to leave.
* `server.lock`: exclusive, inherited by the server and all its children. While it is taken, some process of our
  server lives. A process number alone proves nothing, because numbers are given out again.
* `guardian.lock`: exclusive, inherited by the guardian. While it is taken, a guardian lives.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WAIT_SECONDS_STEP = 0.01


def open_lock(file: Path, *, create: bool = True) -> int:
    """Open a lock file without locking it; the caller closes the descriptor, which also drops its lock."""
    if create:
        make_private(file)
    return os.open(file, os.O_RDWR)


def make_private(file: Path) -> None:
    """Make an empty file that only the owner of its folder can read; leave one that is there as it is."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    if os.geteuid() == 0:
        # What root makes in a user's folder stays usable by that user.
        owner = file.parent.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    os.close(descriptor)


def lock_shared(descriptor: int) -> None:
    """Wait until nobody holds it exclusively, then share it."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


def lock_alone(descriptor: int) -> None:
    """Wait until nobody else holds it, then hold it alone."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def try_alone(descriptor: int) -> bool:
    """Hold it alone if nobody else holds it now.

    A shared hold is given up first: after a False the descriptor holds nothing.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        return False
    return True


def wait_alone(descriptor: int, seconds_max: float) -> bool:
    """Hold it alone within `seconds_max`; False when the time is over. The kernel has no wait with a limit."""
    until = time.monotonic() + seconds_max
    while not try_alone(descriptor):
        if time.monotonic() >= until:
            return False
        time.sleep(WAIT_SECONDS_STEP)
    return True


@contextmanager
def held_alone(file: Path) -> Iterator[None]:
    """Hold a lock file alone for the length of a block."""
    descriptor = open_lock(file)
    try:
        lock_alone(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_taken(file: Path) -> bool:
    """Whether another open descriptor holds this lock now; False also when there is no such file."""
    try:
        descriptor = open_lock(file, create=False)
    except FileNotFoundError:
        return False
    try:
        return not try_alone(descriptor)
    finally:
        os.close(descriptor)
