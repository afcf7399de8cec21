"""Run a PostgreSQL program as another user, and let the server go its own way: a script, run by its path.

It stands between us and the program because PostgreSQL refuses to run as root, because a server must not be our
child (nobody would reap it), and because changing users inside a process with threads is unsound. It imports nothing
of ours, so that it starts in some ten milliseconds.

    python -I -S launcher.py '{"uid": 60578, "gid": 60578, "capability": 2, "log": ""}' program argument…
"""

import ctypes
import json
import os
import sys
from typing import TypedDict

PR_SET_KEEPCAPS = 8
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522


class Order(TypedDict):
    """How to run: `uid` below 0 keeps the user, `capability` below 0 gives none, a `log` file means a detached server."""

    uid: int
    gid: int
    capability: int
    log: str


def detach(log: str) -> None:
    """Leave the caller behind: a session of our own, no input, and all output appended to the log."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)


def step_down(order: Order) -> None:
    """Become an ordinary user for good, keeping at most one capability."""
    libc = ctypes.CDLL(None, use_errno=True)
    keep = order["capability"] >= 0
    if keep:
        _checked(libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keep capabilities")
    os.setgroups([])
    os.setresgid(order["gid"], order["gid"], order["gid"])
    os.setresuid(order["uid"], order["uid"], order["uid"])
    if keep:
        _keep_only(libc, order["capability"])


def _keep_only(libc: ctypes.CDLL, capability: int) -> None:
    """Drop every capability but one, and let that one survive exec (an ambient capability)."""
    mask = 1 << capability
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    # effective, permitted, inheritable of numbers 0 to 31; then the same of 32 to 63
    sets = (ctypes.c_uint32 * 6)(mask, mask, mask, 0, 0, 0)
    _checked(libc.capset(ctypes.byref(header), ctypes.byref(sets)), "set capabilities")
    _checked(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0), "raise an ambient capability")


def _checked(result: int, what: str) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), f"launcher: cannot {what}")


def main() -> None:
    """Follow the order in the first argument, then become the program named by the others."""
    order: Order = json.loads(sys.argv[1])
    if order["log"]:
        detach(order["log"])
    if order["uid"] >= 0:
        step_down(order)
    os.umask(0o077)
    os.execv(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
