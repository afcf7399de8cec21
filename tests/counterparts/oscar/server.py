"""A django-oscar of one's own for a test: migrated and seeded once for the checkout, copied for each test.

It runs in its own environment and processes; nothing of it is imported here.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any, Final

import httpx
import pytest

from tests.counterparts.loopback import alone, crashed, ended, free_port, started, wait_until

ROOT: Final = Path(__file__).resolve().parents[3]
HERE: Final = Path(__file__).parent
HOME: Final = ROOT / ".counterparts" / "oscar"
BIN: Final = HOME / "venv" / "bin"
PLUGIN: Final = ROOT / "src" / "tallystick" / "connectors" / "oscar" / "plugin"
USER, PASSWORD = "clerk@example.test", "a-password-for-tests"
MAKE_SECONDS_MAX: Final = 600


@dataclass
class Shop:
    """A shop over a database file: where it answers, and the process that serves it."""

    database: Path
    pages: bool = False
    currency: str = "EUR"
    port: int = field(default_factory=free_port)
    process: "Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return when it answers."""
        command: list[str | Path] = [BIN / "gunicorn", "--threads=4", f"--bind=127.0.0.1:{self.port}"]
        told = {**_environment(self.database), "SHOP_PAGES": "1" if self.pages else "", "SHOP_CURRENCY": self.currency}
        log = self.database.with_suffix(".log")
        self.process = started([*command, "django.core.wsgi:get_wsgi_application()"], told, log)
        try:
            wait_until(self._answers, self.process, log)
        except BaseException:
            self.kill()
            raise

    def kill(self) -> None:
        """End it as a crash would: its worker follows its master."""
        if self.process is not None:
            self.process.terminate()
            ended(self.process)
            self.process = None

    def crash(self) -> None:
        """End it and its worker by SIGKILL, in the middle of whatever they do."""
        if self.process is not None:
            crashed(self.process)
            self.process = None

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return httpx.get(f"{self.url}/api/products/", trust_env=False, timeout=20).is_success
        return False


def needs_oscar() -> None:
    """Leave the test out, loudly, where oscar is not installed."""
    if not (BIN / "gunicorn").exists():
        pytest.skip("needs django-oscar in .counterparts: run `make counterparts` where packages can be fetched")


@contextlib.contextmanager
def served(folder: Path, *, pages: bool = False, currency: str = "EUR") -> Iterator[Shop]:
    """Serve a copy of the seeded shop for as long as the block lasts; *pages* lets it answer lists in pages."""
    shop = Shop(folder / "shop.sqlite", pages, currency)
    shutil.copyfile(_template(), shop.database)
    with contextlib.closing(sqlite3.connect(shop.database)) as database, database:
        database.execute("update partner_stockrecord set price_currency = ?", (currency,))
    try:
        shop.start()
        yield shop
    finally:
        shop.kill()


Pays = Callable[[str, str], None]
"""Pays before the checkout: the number the order will have, and what it comes to."""
_FIRST_NUMBER: Final = 100_000


def buys(url: str, basket: dict[int, int], mail: str = "ada@example.test", pays: Pays = lambda *_: None) -> Any:
    """Fill a basket (product number to units), pay and check out; return the order."""
    address = {
        "country": f"{url}/api/countries/AT/",
        "first_name": "Ada",
        "last_name": "Quill",
        "line1": "1 Test Street",
        "line4": "Graz",
        "postcode": "8010",
        "state": "",
        "phone_number": "",
        "notes": "",
    }
    with httpx.Client(base_url=f"{url}/api", trust_env=False, timeout=60) as http:
        for product, units in basket.items():
            added = {"url": f"{url}/api/products/{product}/", "quantity": units}
            http.post("/basket/add-product/", json=added).raise_for_status()
        filled = http.get("/basket/").json()
        asked = {
            "basket": filled["url"],
            "guest_email": mail,
            "total": filled["total_incl_tax"],
            "shipping_method_code": "free-shipping",
            "shipping_address": address,
            "shipping_charge": {"currency": filled["currency"], "excl_tax": "0.0", "tax": "0.0"},
        }
        # oscar numbers an order by its basket.
        pays(str(_FIRST_NUMBER + filled["id"]), filled["total_incl_tax"])
        placed = http.post("/checkout/", json=asked)
        assert placed.is_success, placed.text
        return placed.json()


def _template() -> Path:
    wanted = HOME / f"seeded-{_version()}.sqlite"
    with alone(HOME / ".lock"):
        if not wanted.exists():
            fresh = HOME / "seeding.sqlite"
            fresh.unlink(missing_ok=True)
            _run([BIN / "django-admin", "migrate", "--verbosity=0"], fresh)
            _run([BIN / "python", HERE / "seed.py", PASSWORD], fresh)
            fresh.rename(wanted)
    return wanted


def _version() -> str:
    """Another release or seed makes another database."""
    said = b"".join(f.read_bytes() for f in (ROOT / "requirements" / "oscar.txt", HERE / "seed.py"))
    return hashlib.sha256(said).hexdigest()[:12]


def _environment(database: Path) -> dict[str, str]:
    path = os.pathsep.join([str(HERE), str(PLUGIN)])
    return {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")},
        "PYTHONPATH": path,
        "DJANGO_SETTINGS_MODULE": "settings",
        "SHOP_DATABASE": str(database),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        "HOME": str(database.parent),
    }


def _run(command: list[Path | str], database: Path) -> None:
    words = [str(part) for part in command]
    done = subprocess.run(
        words, env=_environment(database), capture_output=True, text=True, timeout=MAKE_SECONDS_MAX, check=False
    )
    assert done.returncode == 0, done.stderr
