"""An SFTP server of one's own for a test: Debian's OpenSSH as an ordinary process on loopback, with its own configuration."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from msgspec import Struct

from tests.counterparts.loopback import ended, free_port, started, wait_until

SSHD: Final = Path("/usr/sbin/sshd")


class Sshd(Struct, frozen=True):
    """Where it listens, whom it lets in with which key, and the key it shows."""

    port: int
    user: str
    private_key: str
    host_key: str
    folder: Path

    def url(self, folder: Path) -> str:
        """Return the address of a folder there."""
        return f"sftp://{self.user}@127.0.0.1:{self.port}{folder}"


def needs_sshd() -> None:
    """Leave the test out, loudly, where the server is not installed."""
    if not SSHD.exists() or shutil.which("ssh-keygen") is None:
        pytest.skip("needs Debian's openssh-server: .ci/run installs it")


@contextlib.contextmanager
def sshd(folder: Path) -> Iterator[Sshd]:
    """Serve with keys made in *folder*, and end it afterwards."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("host", "user"):
        made = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name)]
        subprocess.run(made, check=True, capture_output=True)
    port, log, settings = free_port(), folder / "log", folder / "sshd_config"
    settings.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {folder / 'user.pub'}\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
        "UsePAM no\nStrictModes no\nPermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n"
        "ForceCommand internal-sftp\nAllowTcpForwarding no\nX11Forwarding no\n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where it separates its privileges, whatever its configuration
    process = started([SSHD, "-D", "-e", "-f", settings], dict(os.environ), log)
    try:
        wait_until(lambda: _answers(port), process, log)
        public = " ".join((folder / "host.pub").read_text().split()[:2])
        yield Sshd(port, getpass.getuser(), (folder / "user").read_text(), public, folder)
    finally:
        ended(process)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
        return line.recv(4) == b"SSH-"
    return False
