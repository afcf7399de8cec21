"""Under which user the server runs, and what it must be allowed so that it can reach its files.

PostgreSQL refuses to run as root. As root we therefore step down to the owner of the folder or, where that is root
itself, to a user number that nobody on the machine has. Such a number needs no entry anywhere. Only initdb asks for
one, so initdb runs as an existing ordinary user and its files are handed over afterwards.

Where a parent folder is closed to that user (/root is), the parent is left as it is. The server keeps one capability
instead: CAP_DAC_READ_SEARCH, to pass closed folders; or, where root itself was not given that one (in most
containers) or the programs are executable for root only, CAP_DAC_OVERRIDE. Only root's own processes can reach the
socket of such a server, so nobody gains anything by it. Where the way is open, no capability is kept.
"""

import grp
import json
import os
import pwd
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tallystick.storage.embedded.binaries import Binaries
from tallystick.storage.embedded.errors import PrivilegeError

CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2
NONE = -1
# No distribution and no service manager gives these numbers out (systemd's list of user numbers calls them unused).
UNALLOCATED_UIDS = range(60578, 61184)
LAUNCHER = str(Path(__file__).with_name("launcher.py"))


@dataclass(frozen=True)
class ServerUser:
    """Who runs a PostgreSQL program; `NONE` in a field keeps what we are, or gives no capability."""

    uid: int = NONE
    gid: int = NONE
    capability: int = NONE

    def command(self, program: list[str], *, log: str = "") -> list[str]:
        """The command line which runs a program as this user; with a log file, as a detached server."""
        order = {"uid": self.uid, "gid": self.gid, "capability": self.capability, "log": log}
        return [sys.executable, "-I", "-S", LAUNCHER, json.dumps(order), *program]

    def own(self, path: Path) -> None:
        """Hand over a file, or a folder with all that is in it."""
        if self.uid == NONE:
            return
        os.chown(path, self.uid, self.gid, follow_symlinks=False)
        if path.is_dir() and not path.is_symlink():
            for below in path.iterdir():
                self.own(below)


def server_user(folder: Path, data: Path, binaries: Binaries) -> ServerUser:
    """The user under whom the server of this folder runs.

    Raises:
        PrivilegeError: we are root, and no ordinary user could reach the folder and the programs.
    """
    if os.geteuid() != 0:
        return ServerUser()
    owner = next((place.stat() for place in (data, folder) if place.exists() and place.stat().st_uid != 0), None)
    uid, gid = (owner.st_uid, owner.st_gid) if owner else (_unallocated(), _unallocated())
    if folder.stat().st_uid == 0:
        # Passable, not listable: the server reaches its own two folders in here and nothing else.
        folder.chmod(0o711)
    return _with_capability(ServerUser(uid, gid), folder, binaries)


def initdb_user(server: ServerUser) -> ServerUser:
    """The user who runs initdb: the server's own if the machine knows a name for it, else an existing ordinary one.

    Raises:
        PrivilegeError: the machine knows no ordinary user at all.
    """
    if server.uid == NONE or _has_name(server.uid):
        return server
    named = sorted((user for user in pwd.getpwall() if user.pw_uid > 0), key=lambda user: user.pw_name != "nobody")
    if not named:
        raise PrivilegeError(
            "PostgreSQL refuses to be initialised by root, and this machine has no other user.",
            "run tally as an ordinary user, or set TALLYSTICK_DATABASE_URL to a PostgreSQL 15 or newer",
        )
    return replace(server, uid=named[0].pw_uid, gid=named[0].pw_gid)


def _with_capability(user: ServerUser, folder: Path, binaries: Binaries) -> ServerUser:
    """The same user with the least capability that it needs to reach its files."""
    closed = [*_closed_parents(folder / "any", user), *_closed_parents(binaries.folder / "bin" / "any", user)]
    programs_closed = not _allowed(binaries.folder / "bin" / "postgres", user, 0o5)
    if not closed and not programs_closed and _allowed(binaries.folder / "share" / "postgres.bki", user, 0o4):
        return user
    # Reading past closed folders is enough, unless the programs are executable for root only.
    wanted = (CAP_DAC_OVERRIDE,) if programs_closed else (CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE)
    held = _held_capabilities()
    for capability in wanted:
        if held & (1 << capability):
            return replace(user, capability=capability)
    raise PrivilegeError(
        f"PostgreSQL refuses to run as root, and an ordinary user cannot pass {closed[0] if closed else binaries.folder}.",
        "run tally as an ordinary user, or set TALLYSTICK_HOME to a folder all of whose parents others may pass, "
        "such as /var/lib/tallystick",
    )


def _closed_parents(path: Path, user: ServerUser) -> Iterable[Path]:
    return (parent for parent in reversed(path.parents) if not _allowed(parent, user, 0o1))


def _allowed(path: Path, user: ServerUser, bits: int) -> bool:
    """Whether the permission bits (4 read, 1 execute or pass) are all given to this user."""
    status = path.stat()
    shift = 6 if status.st_uid == user.uid else 3 if status.st_gid == user.gid else 0
    return (status.st_mode >> shift) & bits == bits


def _held_capabilities() -> int:
    """The capabilities which this process may pass on, as a mask; none where the kernel knows no such thing."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except FileNotFoundError:
        return 0
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapPrm:")), 0)


def _unallocated() -> int:
    groups = {group.gr_gid for group in grp.getgrall()}
    for number in UNALLOCATED_UIDS:
        if number not in groups and not _has_name(number):
            return number
    raise PrivilegeError(
        "PostgreSQL refuses to run as root, and no free user number was found for it.",
        "run tally as an ordinary user",
    )


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
