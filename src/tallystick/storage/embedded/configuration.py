"""What the embedded server is told: its settings, and the one place where it listens.

It listens on a Unix socket in a folder of mode 0700 or, where the path of the data folder is too long or too odd for
a socket, on the loopback address with a random password (scram) from a file of mode 0600. Never on anything else.
"""

import os
import re
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from tallystick.storage.embedded.locks import make_private

# The kernel's limit is 108 bytes on Linux and 104 on macOS, the closing zero included.
SOCKET_PATH_BYTES_MAX = 103
SOCKET_PORT = 5432
USER = "tallystick"
DATABASE = "tallystick"

ACCESS = """\
# type  database  user  address        method
local   all       all                  trust
host    all       all   127.0.0.1/32   scram-sha-256
"""

# For two cores shared with Python workers; a worker with its server stays under 400 MB.
SETTINGS = {
    "autovacuum": "on",
    "checkpoint_completion_target": "0.9",
    "client_encoding": "UTF8",
    "cluster_name": "tallystick",
    "effective_cache_size": "2GB",
    "huge_pages": "off",
    "jit": "off",  # our statements are short: compiling one costs more than running it
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "max_connections": "200",
    "max_wal_size": "2GB",
    "password_encryption": "scram-sha-256",
    "random_page_cost": "1.1",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "unix_socket_permissions": "0700",
    "wal_compression": "on",
}


@dataclass(frozen=True)
class Endpoint:
    """Where a server listens: `host` is a socket folder or an address; `password` is empty on a socket."""

    host: str
    port: int
    password: str = ""

    @property
    def on_socket(self) -> bool:
        """Whether it is a Unix socket."""
        return self.host.startswith("/")

    def url(self, database: str = DATABASE) -> str:
        """A connection URL that libpq and asyncpg both read."""
        if self.on_socket:
            return f"postgresql://{USER}@/{database}?host={quote(self.host, safe='/')}&port={self.port}"
        return f"postgresql://{USER}:{quote(self.password, safe='')}@{self.host}:{self.port}/{database}"


def choose_endpoint(socket_folder: Path, password: str) -> Endpoint:
    """A socket where its path can be said, else a free port on the loopback address."""
    path = str(socket_folder / f".s.PGSQL.{SOCKET_PORT}")
    if len(os.fsencode(path)) <= SOCKET_PATH_BYTES_MAX and re.fullmatch(r"[\w/.+@ -]+", path):
        return Endpoint(str(socket_folder), SOCKET_PORT)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return Endpoint("127.0.0.1", port, password)


def server_settings(endpoint: Endpoint, *, durable: bool) -> str:
    """The text of postgresql.conf."""
    safety = "on" if durable else "off"
    where = {
        "listen_addresses": "" if endpoint.on_socket else endpoint.host,
        "port": str(endpoint.port),
        "unix_socket_directories": f'"{endpoint.host}"' if endpoint.on_socket else "",
    }
    kept = dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), safety)
    lines = [f"{name} = '{value}'" for name, value in sorted((SETTINGS | where | kept).items())]
    return "\n".join(["# Written anew by tally at every start.", *lines, ""])


def kept_password(file: Path) -> str:
    """The password of this data folder, made when first asked for and readable by its owner only."""
    if not file.exists():
        fresh = file.with_name("password.new")
        fresh.unlink(missing_ok=True)
        make_private(fresh)
        fresh.write_text(secrets.token_urlsafe(32))
        fresh.rename(file)
    return file.read_text().strip()
