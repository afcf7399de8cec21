"""A Vendure of one's own for a test: made and seeded once for the checkout, copied for each test, served on loopback.

Vendure is GPL. It runs as a program of its own in Node; nothing of it is imported here.
"""

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex
from subprocess import Popen
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit, urlunsplit

import httpx
import pytest

from tallystick.storage.embedded.binaries import binaries, run_tool
from tests.counterparts.loopback import alone, ended, free_port, started, wait_until
from tests.counterparts.vendure.api import clerk
from tests.counterparts.vendure.seed import seed

ROOT: Final = Path(__file__).resolve().parents[3]
HOME: Final = ROOT / ".counterparts" / "vendure"
MODULES: Final = HOME / "node_modules"
PROGRAM: Final = Path(__file__).with_name("index.js")
PLUGIN: Final = ROOT / "src" / "tallystick" / "connectors" / "vendure" / "plugin" / "tallystick-hooks.js"
PASSWORD: Final = "a-password-for-tests"
HOOK_SECRET: Final = "a-hook-secret-for-tests"


@dataclass
class Shop:
    """A shop over a database: where it answers, and the process that serves it. It can be killed and started again."""

    database_url: str
    folder: Path
    hook: str = ""
    port: int = field(default_factory=free_port)
    process: "Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, *, new: bool = False) -> None:
        """Start it, and return when it answers; *new* lets it make its tables first."""
        told = {
            "NODE_PATH": str(MODULES),
            "SHOP_PORT": str(self.port),
            "SHOP_PASSWORD": PASSWORD,
            "SHOP_NEW": "1" if new else "",
            "SHOP_HOOK": self.hook,
            "SHOP_HOOK_SECRET": HOOK_SECRET,
            "SHOP_PLUGIN": str(PLUGIN),
        }
        log = self.folder / "shop.log"
        self.process = started(["node", PROGRAM], os.environ | _postgres(self.database_url) | told, log)
        try:
            wait_until(self._answers, self.process, log)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End it as a crash would."""
        if self.process is not None:
            ended(self.process)
            self.process = None

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/health", trust_env=False, timeout=5).status_code == httpx.codes.OK
        return False


def needs_vendure() -> None:
    """Leave the test out, loudly, where Vendure or Node is not installed."""
    if not MODULES.is_dir() or shutil.which("node") is None:
        pytest.skip("needs Node 20 and Vendure in .counterparts: run `make counterparts` where packages can be fetched")


def template(cluster_url: str) -> str:
    """Return the name of the seeded database in this cluster; it is made once for the checkout and restored from then on."""
    kept = HOME / f"seeded-{_version()}.sql"
    name = f"vendure_{_version()}"
    with alone(HOME / ".lock"):
        if not _sql(cluster_url, f"select 1 from pg_database where datname = '{name}'"):
            _sql(cluster_url, f"create database {name} template template0")
            if kept.exists():
                _tool(
                    "psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={kept}", _at(cluster_url, name)
                )
            else:
                _make(_at(cluster_url, name), kept)
    return name


@contextlib.contextmanager
def served(cluster_url: str, folder: Path, hook: str = "") -> Iterator[Shop]:
    """Serve a shop over a copy of the seeded database, telling *hook*, for as long as the block lasts."""
    name, seeded = f"shop_{token_hex(6)}", template(cluster_url)
    _sql(cluster_url, f"create database {name} template {seeded}")
    shop = Shop(_at(cluster_url, name), folder, hook)
    try:
        shop.start()
        yield shop
    finally:
        shop.kill()
        _sql(cluster_url, f"drop database {name} with (force)")


def _make(url: str, kept: Path) -> None:
    shop = Shop(url, HOME)
    shop.start(new=True)
    try:
        admin = clerk(shop.url, PASSWORD)
        seed(admin)
        admin.close()
    finally:
        shop.kill()
    fresh = kept.with_suffix(".new")
    _tool("pg_dump", "--no-owner", f"--file={fresh}", url)
    fresh.rename(kept)


def _version() -> str:
    """Another release, seed or program makes another database."""
    said = b"".join(
        file.read_bytes() for file in (HOME / "package-lock.json", PROGRAM, Path(__file__).with_name("seed.py"))
    )
    return hashlib.sha256(said).hexdigest()[:12]


def _postgres(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    return {
        "PGHOST": asked["host"][0] if "host" in asked else parts.hostname or "",
        "PGPORT": asked["port"][0] if "port" in asked else str(parts.port or 5432),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }


def _at(cluster_url: str, database: str) -> str:
    return urlunsplit(urlsplit(cluster_url)._replace(path=f"/{database}"))


def _sql(url: str, statement: str) -> str:
    return _tool(
        "psql", "--no-psqlrc", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", f"--command={statement}", url
    )


def _tool(name: str, *words: str) -> str:
    done = run_tool([binaries().tool(name), *words])
    assert done.returncode == 0, done.stderr
    return done.stdout
