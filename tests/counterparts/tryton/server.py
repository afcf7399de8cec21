"""A Tryton of one's own for a test: activated and seeded once for the checkout, copied for each test, served on loopback.

Tryton is GPL. It runs in its own environment and processes; nothing of it is imported here.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

ROOT: Final = Path(__file__).resolve().parents[3]
HOME: Final = ROOT / ".counterparts" / "tryton"
BIN: Final = HOME / "venv" / "bin"
SEED: Final = Path(__file__).with_name("seed.py")
USER, PASSWORD = "admin", "a-password-for-tests"
MODULES: Final = ("account", "account_product", "purchase", "sale")
READY_SECONDS_MAX: Final = 60
ACTIVATE_SECONDS_MAX: Final = 600
STOP_SECONDS_MAX: Final = 20


@dataclass
class Server:
    """A running Tryton: where it answers, its database, and the process that serves it."""

    url: str
    database: str
    folder: Path
    process: subprocess.Popen[bytes]

    def environment(self) -> dict[str, str]:
        """Return what `tally` must be told to speak to it."""
        return {
            "TALLYSTICK_TRYTON_URL": self.url,
            "TALLYSTICK_TRYTON_DATABASE": self.database,
            "TALLYSTICK_TRYTON_USER": USER,
            "TALLYSTICK_TRYTON_PASSWORD": PASSWORD,
        }

    def stop(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait(STOP_SECONDS_MAX)


def needs_tryton() -> None:
    """Leave the test out, loudly, where Tryton is not installed."""
    if not (BIN / "waitress-serve").exists():
        pytest.skip("needs Tryton in .counterparts: run `make counterparts` where packages can be fetched")


def template(digits: int, currency: str = "GBP") -> Path:
    """Return the seeded database for a company that counts with *digits* decimals, made on first use."""
    wanted = HOME / f"seeded-{currency}-{digits}-{_seed_version()}.sqlite"
    with _alone():
        if not wanted.exists():
            fresh = HOME / f"fresh{digits}.sqlite"
            shutil.copyfile(_activated(), fresh)
            _run([BIN / "python", SEED, fresh.stem, _configuration(HOME), currency, str(digits)])
            fresh.rename(wanted)
    return wanted


@contextlib.contextmanager
def served(folder: Path, seeded: Path) -> Iterator[Server]:
    """Serve a copy of *seeded* that lies in *folder*, and end it afterwards."""
    database = "erp"
    shutil.copyfile(seeded, folder / f"{database}.sqlite")
    server = start(folder, database)
    try:
        yield server
    finally:
        server.stop()


def start(folder: Path, database: str, port: int = 0) -> Server:
    """Start a server over *database* in *folder* and return when it answers."""
    port = port or _free_port()
    environment = os.environ | {
        "TRYTOND_CONFIG": str(_configuration(folder)),
        "TRYTOND_DATABASE_NAMES": database,
        "HOME": str(folder),
    }
    command: list[str | Path] = [
        BIN / "waitress-serve",
        f"--listen=127.0.0.1:{port}",
        "--threads=4",
        "trytond.application:app",
    ]
    with (folder / "server.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    server = Server(f"http://127.0.0.1:{port}", database, folder, process)
    try:
        _wait_until_ready(server)
    except BaseException:
        server.stop()
        raise
    return server


def _wait_until_ready(server: Server) -> None:
    """Ask until it answers; the database is loaded by the first question that needs it."""
    call = {"id": 0, "method": "common.server.version", "params": []}
    until = time.monotonic() + READY_SECONDS_MAX
    with httpx.Client(trust_env=False, transport=httpx.HTTPTransport(retries=0)) as http:
        while True:
            with contextlib.suppress(httpx.TransportError):
                if http.post(f"{server.url}/rpc/", json=call, timeout=5).status_code == httpx.codes.OK:
                    return
            log = (server.folder / "server.log").read_text("utf-8", "replace")
            assert server.process.poll() is None, f"Tryton ended: {log}"
            assert time.monotonic() < until, f"Tryton did not answer within {READY_SECONDS_MAX} s: {log}"
            time.sleep(0.05)


def _activated() -> Path:
    """Return the database with the modules activated and nothing in it."""
    wanted = HOME / f"activated-{'-'.join(MODULES)}.sqlite"
    if not wanted.exists():
        fresh = HOME / "activating.sqlite"
        fresh.unlink(missing_ok=True)
        fresh.touch()
        secret = HOME / "password"
        secret.write_text(PASSWORD)
        admin: list[str | Path] = [
            BIN / "trytond-admin",
            "-c",
            _configuration(HOME),
            "-d",
            fresh.stem,
            "-u",
            "ir",
            *MODULES,
        ]
        _run([*admin, "--activate-dependencies", "--email", "admin@localhost", "-p"], TRYTONPASSFILE=str(secret))
        fresh.rename(wanted)
    return wanted


def _configuration(folder: Path) -> Path:
    file = folder / "trytond.conf"
    if not file.exists():
        file.write_text(f"[database]\nuri = sqlite://\npath = {folder}\n[email]\nuri = smtp://127.0.0.1:2525\n")
    return file


def _seed_version() -> str:
    """Another seed makes another database."""
    from hashlib import sha256

    return sha256(SEED.read_bytes() + " ".join(MODULES).encode()).hexdigest()[:12]


def _run(command: list[Path | str], **environment: str) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=ACTIVATE_SECONDS_MAX,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Two runs in one checkout must not make the same template at once."""
    with (HOME / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
