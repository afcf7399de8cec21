"""One retailer's systems, all of them real and running, each of which can be killed and started again."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from tallystick.app.running import run
from tallystick.app.settings import Settings
from tallystick.storage.embedded.binaries import binaries, run_tool
from tests.api.people import let_in
from tests.counterparts.localstripe.server import API_KEY, HOOK_SECRET, Account, needs_localstripe
from tests.counterparts.loopback import STOP_SECONDS_MAX, crashed
from tests.counterparts.oscar import server as oscar
from tests.counterparts.tryton import server as tryton
from tests.counterparts.tryton.opening import open_years, stock_products
from tests.counterparts.tryton.people import CUSTOMER, People
from tests.counterparts.vendure import server as vendure
from tests.counterparts.vendure.api import Api, clerk
from tests.landscape.relay import Relay
from tests.shops.tallied import Tallied

SKUS: Final = ("LAMP", "MUG", "FAN", "VASE")
CURRENCY, DIGITS = "USD/2", 2
WAREHOUSE: Final = "WH1"
NIGHT: Final = "nobody"
"""Who loads the tills' journals: the one of `tests.api.people` without a role is given one for it."""
_AT_ONCE: Final = 4
LEASE_SECONDS: Final = "20"
EVERY: Final = {"TALLYSTICK_TRYTON_JOURNALS": "every", "TALLYSTICK_TRYTON_EVERY_MINUTES": "0"}


@dataclass
class Worker:
    """`tally worker` in a process of its own: the only one that works in the book."""

    environment: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it."""
        command = [sys.executable, "-m", "tallystick", "worker"]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)

    def crash(self) -> None:
        """Kill it in the middle of whatever it does."""
        if self.process is not None:
            crashed(self.process)
            self.process = None

    def stop(self) -> None:
        """Ask it to finish what it is at, and to go."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(STOP_SECONDS_MAX * 3)
            self.process = None


@dataclass
class Ledger:
    """A Tryton over a database file, on a port that stays the same."""

    server: tryton.Server

    @property
    def file(self) -> Path:
        """Its database, for who looks into it past all code."""
        return self.server.folder / f"{self.server.database}.sqlite"

    def crash(self) -> None:
        """Kill it."""
        self.server.stop()

    def start(self) -> None:
        """Start it again where it was."""
        port = int(self.server.url.rpartition(":")[2])
        self.server = tryton.start(self.server.folder, self.server.database, port)


@dataclass
class Landscape:
    """Everything there is. `down` names the systems that are dead at the moment."""

    tallied: Tallied
    worker: Worker
    web: vendure.Shop
    outlet: oscar.Shop
    stripe: Account
    warehouse: Ledger
    erp: Ledger
    relay: Relay
    crew: People
    admin: Api
    down: set[str] = field(default_factory=set)

    def kill(self, name: str) -> None:
        """Kill -9 a system."""
        found: Any = getattr(self, name)
        (found.kill if isinstance(found, vendure.Shop | Account) else found.crash)()
        self.down.add(name)

    def revive(self, name: str) -> None:
        """Start it again; who had a session there begins a new one."""
        getattr(self, name).start()
        self.down.discard(name)

    def operator(self, *words: str) -> None:
        """Have the administrator type a command."""
        command = [sys.executable, "-m", "tallystick", *words, "--as", "administrator"]
        subprocess.run(command, env=self.worker.environment, check=True, capture_output=True)

    def loads(self, file: Path) -> None:
        """Load a till journal, as the shop's own integrator does every night."""
        self.tallied.tally("load", "complete-journey", str(file), "--as", NIGHT)

    def by(self) -> dict[str, str]:
        """Return the header our own shop comes in with."""
        return self.tallied.server.by()


def needs_everything() -> None:
    """Leave the test out, loudly, where one of the systems is not installed."""
    vendure.needs_vendure()
    oscar.needs_oscar()
    tryton.needs_tryton()
    needs_localstripe()


@contextmanager
def standing(cluster_url: str, folder: Path) -> Iterator[Landscape]:
    """Start and connect everything, for as long as the block lasts."""
    with ExitStack() as stack:
        database_url = stack.enter_context(_database(cluster_url))
        tallied = Tallied(database_url, _folder(folder, "tally"), CURRENCY)
        relay = Relay(tallied.server.url)
        stack.callback(relay.close)
        stripe = Account(_folder(folder, "stripe"), f"{relay.url}/hooks/stripe")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            hook = f"{relay.url}/hooks/web"
            served: tuple[AbstractContextManager[Any], ...] = (
                vendure.served(cluster_url, _folder(folder, "web"), hook),
                oscar.served(_folder(folder, "outlet"), currency=CURRENCY[:3]),
                _tryton(_folder(folder, "warehouse")),
                _tryton(_folder(folder, "erp")),
            )
            starting = [pool.submit(stack.enter_context, one) for one in served]
            stripe.start()
            stack.callback(stripe.kill)
            web, outlet, warehouse, erp = (one.result() for one in starting)
        found = _furnished((tallied, stripe, relay), (web, outlet, warehouse, erp), folder)
        stack.callback(found.crew.close)
        stack.callback(found.admin.close)
        _connect(found)
        tallied.environment = erp.server.environment()
        # Once a book has users, its commands ask who acts: the connections stand by then.
        tallied.server.keys = run(let_in(database_url, Settings(tallied.home)))
        found.operator("user", "grant", NIGHT, "integrator")
        tallied.server.start(1, "--api-only")
        stack.callback(tallied.server.stop)
        found.worker.start()
        stack.callback(found.worker.stop)
        yield found


def _furnished(ours: tuple[Tallied, Account, Relay], theirs: tuple[Any, ...], folder: Path) -> Landscape:
    """Give the systems what they need to work today: years to post in, products, people."""
    tallied, stripe, relay = ours
    web, outlet, warehouse, erp = theirs
    year = datetime.now(UTC).year
    open_years(erp.server, (year - 1, year, year + 1))
    stock_products(warehouse.server, SKUS)
    crew = People(warehouse.server, WAREHOUSE)
    worker = Worker(_environment(tallied, erp), folder / "worker.log")
    admin = clerk(web.url, vendure.PASSWORD)
    return Landscape(tallied, worker, web, outlet, stripe, warehouse, erp, relay, crew, admin)


def _connect(here: Landscape) -> None:
    """Add the connections as an operator does: url, settings, secrets."""
    tally = here.tallied.tally

    def connection(what: tuple[str, str, str], secrets: dict[str, str], *words: str) -> None:
        tally("connection", "add", *what, *words, "--poll", "1")
        for key, secret in secrets.items():
            tally("connection", "secret", what[0], key, told=secret)

    hook = {"password": vendure.PASSWORD, "hook": vendure.HOOK_SECRET}
    connection(("web", "vendure", here.web.url), hook, "--set", f"location={WAREHOUSE}")
    told = {"location": WAREHOUSE, "user": oscar.USER, "provider": "stripe"}
    connection(("outlet", "oscar", here.outlet.url), {"password": oscar.PASSWORD}, *_settings(told))
    keys = {"api_key": API_KEY, "hook_secret": HOOK_SECRET}
    connection(("stripe", "stripe", here.stripe.url), keys)
    server = here.warehouse.server
    told = {"database": server.database, "user": tryton.USER, "customer": CUSTOMER}
    serves = ("--serves", f"location={WAREHOUSE}")
    secrets = {"password": tryton.PASSWORD}
    connection(("wms", "tryton-warehouse", server.url), secrets, *_settings(told), *serves)


def _settings(told: dict[str, str]) -> list[str]:
    return [word for key, value in told.items() for word in ("--set", f"{key}={value}")]


def _environment(tallied: Tallied, erp: Ledger) -> dict[str, str]:
    book = {"TALLYSTICK_HOME": str(tallied.home), "TALLYSTICK_DATABASE_URL": tallied.database_url}
    lease = {"TALLYSTICK_OUTBOX_LEASE_SECONDS": LEASE_SECONDS}
    return {**os.environ, **book, **lease, **erp.server.environment(), **EVERY}


@contextmanager
def _database(cluster_url: str) -> Iterator[str]:
    name = f"landscape_{token_hex(6)}"
    sql(cluster_url, f"create database {name} template template0")
    yield urlunsplit(urlsplit(cluster_url)._replace(path=f"/{name}"))
    sql(cluster_url, f"drop database {name} with (force)")


def sql(url: str, statement: str) -> str:
    """Do something in a PostgreSQL database, past all code."""
    done = run_tool([binaries().tool("psql"), "--no-psqlrc", "-qtA", "--set=ON_ERROR_STOP=1", "-c", statement, url])
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def _tryton(folder: Path) -> Iterator[Ledger]:
    database = "erp"
    shutil.copyfile(tryton.template(DIGITS, CURRENCY[:3]), folder / f"{database}.sqlite")
    found = Ledger(tryton.start(folder, database))
    try:
        yield found
    finally:
        found.crash()


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
