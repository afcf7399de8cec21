"""A Medusa of one's own for the soak: migrated, seeded and served on loopback over a database of the embedded cluster."""

import asyncio
import contextlib
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

import httpx
import pytest

from tallystick.storage.embedded.binaries import binaries, run_tool
from tests.counterparts.loopback import ended, free_port, started, wait_until
from tests.counterparts.medusa.store import Store

ROOT: Final = Path(__file__).resolve().parents[3]
PACKAGE: Final = ROOT / "requirements" / "medusa" / "package.json"
MODULES: Final = ROOT / ".counterparts" / "medusa" / "node_modules"
CONFIG: Final = Path(__file__).with_name("medusa-config.js")
USER, PASSWORD = "clerk@example.test", "a-password-for-tests"
MAKE_SECONDS_MAX: Final = 600


@dataclass(frozen=True)
class Shop:
    """A running shop, and its people."""

    url: str
    store: Store


def needs_medusa() -> None:
    """Leave the test out, loudly, where Medusa or Node is not installed."""
    if not MODULES.exists() or shutil.which("node") is None:
        pytest.skip(
            "needs Node 20 and Medusa in .counterparts: run `.ci/counterparts soak` where packages can be fetched"
        )


@contextlib.contextmanager
def served(cluster_url: str, folder: Path) -> Iterator[Shop]:
    """Make a shop in a database of its own, and serve it for as long as the block lasts."""
    name = f"medusa_{token_hex(6)}"
    _sql(cluster_url, f"create database {name} template template0")
    try:
        with _served(urlunsplit(urlsplit(cluster_url)._replace(path=f"/{name}")), folder) as shop:
            yield shop
    finally:
        _sql(cluster_url, f"drop database {name} with (force)")


@contextlib.contextmanager
def _served(database_url: str, folder: Path) -> Iterator[Shop]:
    home = folder / "shop"
    (home / "src").mkdir(parents=True)
    shutil.copy(CONFIG, home)
    shutil.copy(PACKAGE, home)
    (home / "node_modules").symlink_to(MODULES)
    port, log = free_port(), folder / "shop.log"
    with _by_tcp(database_url) as url:
        environment = os.environ | {"SHOP_DATABASE_URL": url, "NODE_ENV": "production", "MEDUSA_DISABLE_TELEMETRY": "1"}
        tool = ["node", str(MODULES / "@medusajs" / "cli" / "cli.js")]
        for words in (["db:migrate", "--skip-scripts"], ["user", "-e", USER, "-p", PASSWORD]):
            with log.open("ab") as told:
                made = subprocess.run(
                    [*tool, *words],
                    env=environment,
                    cwd=home,
                    stdout=told,
                    stderr=told,
                    timeout=MAKE_SECONDS_MAX,
                    check=False,
                )
            assert made.returncode == 0, log.read_text("utf-8", "replace")
        program, shop = [*tool, "start", "--port", str(port)], f"http://127.0.0.1:{port}"
        process = started(program, environment, log, home)
        try:
            wait_until(lambda: _answers(shop), process, log)
            store = Store(shop, USER, PASSWORD)
            yield Shop(shop, store)
            store.close()
        finally:
            ended(process)


def _sql(url: str, statement: str) -> None:
    done = run_tool([binaries().tool("psql"), "--no-psqlrc", "--set=ON_ERROR_STOP=1", f"--command={statement}", url])
    assert done.returncode == 0, done.stderr


def _answers(url: str) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return httpx.get(f"{url}/health", trust_env=False, timeout=5).status_code == httpx.codes.OK
    return False


@contextlib.contextmanager
def _by_tcp(database_url: str) -> Iterator[str]:
    """Lend a cluster that listens on a socket file a port on loopback, for Medusa knows no other way."""
    parts = urlsplit(database_url)
    asked = parse_qs(parts.query)
    if "host" not in asked:
        yield database_url
        return
    path = f"{asked['host'][0]}/.s.PGSQL.{asked.get('port', ['5432'])[0]}"
    loop, port = asyncio.new_event_loop(), free_port()

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                while some := await reader.read(65_536):
                    writer.write(some)
                    await writer.drain()
        finally:
            writer.close()

    async def lend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_unix_connection(path)
        await asyncio.gather(pipe(reader, outer), pipe(inner, writer))

    server = loop.run_until_complete(asyncio.start_server(lend, "127.0.0.1", port))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield f"postgres://{parts.username}:none@127.0.0.1:{port}{parts.path}"
    finally:
        asyncio.run_coroutine_threadsafe(_shut(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _shut(server: asyncio.Server) -> None:
    server.close()
    lent = asyncio.all_tasks() - {asyncio.current_task()}
    for one in lent:
        one.cancel()
    await asyncio.gather(*lent, return_exceptions=True)
