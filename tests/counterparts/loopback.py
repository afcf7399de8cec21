"""Programs of others on loopback: a free port, a process of one's own, and waiting until it answers."""

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

READY_SECONDS_MAX: Final = 120
STOP_SECONDS_MAX: Final = 20
PS: Final = shutil.which("ps") or "/bin/ps"
Answers = Callable[[], bool]


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def alone(lock_file: Path) -> Iterator[None]:
    """Hold off every other process that makes the same thing in the same checkout."""
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def started(
    command: Sequence[str | Path], environment: Mapping[str, str], log_file: Path, folder: Path | None = None
) -> "subprocess.Popen[bytes]":
    """Start a program whose words go into *log_file*, in *folder* where it minds that."""
    with log_file.open("ab") as log:
        return subprocess.Popen([str(part) for part in command], env=environment, stdout=log, stderr=log, cwd=folder)


def ended(process: "subprocess.Popen[bytes]") -> None:
    """End a program."""
    process.kill()
    process.wait(STOP_SECONDS_MAX)


def crashed(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program and those it started itself, all at once: none has time to say goodbye."""
    listed = subprocess.run([PS, "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (line.split() for line in listed.splitlines())
    for pid in [process.pid, *(int(pid) for pid, parent in pairs if int(parent) == process.pid)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(STOP_SECONDS_MAX)


def wait_until(answers: Answers, process: "subprocess.Popen[bytes]", log_file: Path) -> None:
    """Return as soon as the program answers; fail with its log when it ends or takes too long."""
    until = time.monotonic() + READY_SECONDS_MAX
    while not answers():
        assert process.poll() is None, f"it ended: {log_file.read_text('utf-8', 'replace')}"
        assert time.monotonic() < until, f"no answer in {READY_SECONDS_MAX} s: {log_file.read_text('utf-8', 'replace')}"
        time.sleep(0.05)
