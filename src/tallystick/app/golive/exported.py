"""An old system's export of one moment, in a folder: `export.toml` and CSV files. What is not there is not compared."""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.app.golive.cells import rows, wrong
from tallystick.app.golive.package import BALANCES, product
from tallystick.messages.golive.reports import MappedAccount
from tallystick.reconciliation.golive.sides import STATES, Export, OldOrder, Shelf

HEAD: Final = "export.toml"
STOCK: Final = ("location", "sku", "quantity")
ORDERS: Final = ("order", "channel", "state", "open", "total")
DIGEST_CHARACTERS: Final = 16


class Head(Struct, forbid_unknown_fields=True):
    """Whose export it is, of which moment; *locations* are those it counts, all that it names where none are said."""

    ledger: str
    at: datetime
    locations: list[str] = []


def read_head(folder: Path) -> Head:
    """Read whose export it is. Raises a `Complaint`."""
    file = folder / HEAD
    if not file.is_file():
        raise wrong(file, "it is not there", "say `ledger` and `at` in it; docs/going-live.md shows one")
    try:
        head = msgspec.convert(tomllib.loads(file.read_text("utf-8")), Head)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as flaw:
        raise wrong(file, str(flaw), "docs/going-live.md shows a whole one") from flaw
    if head.at.tzinfo is None:
        raise wrong(file, f"at {head.at.isoformat()} names no zone", "write it as 2026-12-01T18:00:00+01:00")
    return head


def read_export(folder: Path, accounts: Sequence[MappedAccount], currency: str) -> Export:
    """Read an export whose ledger's accounts are mapped as *accounts* say. Raises a `Complaint` naming file and row."""
    head = read_head(folder)
    stock = _stock(folder / "stock.csv")
    locations = head.locations or sorted({location for location, _ in stock or ()})
    return Export(
        head.ledger,
        head.at.astimezone(UTC),
        _digest(folder),
        tuple(locations),
        stock,
        _orders(folder / "orders.csv", currency),
        _balances(folder / "balances.csv", accounts, currency),
    )


def _stock(file: Path) -> dict[Shelf, int] | None:
    if not file.is_file():
        return None
    found: Counter[Shelf] = Counter()
    for row in rows(file, STOCK):
        found[row.text("location"), product(row)] += row.whole("quantity")
    return dict(found)


def _orders(file: Path, currency: str) -> dict[str, OldOrder] | None:
    if not file.is_file():
        return None
    found: dict[str, OldOrder] = {}
    for row in rows(file, ORDERS):
        name, state = row.text("order"), row.text("state")
        if state not in STATES:
            raise row.bad("state", f"{state!r} is none of {', '.join(STATES)}")
        if name in found:
            raise row.bad("order", f"{name} stands there twice")
        found[name] = OldOrder(name, row.text("channel"), state, row.whole("open"), row.natural("total", currency))
    return found


def _balances(file: Path, accounts: Sequence[MappedAccount], currency: str) -> dict[str, int] | None:
    """Sum by our accounts; one that the export does not name holds nothing there."""
    if not file.is_file():
        return None
    mapped = {x.code: x.account for x in accounts}
    found = dict.fromkeys(mapped.values(), 0)
    for row in rows(file, BALANCES):
        code, amount = row.text("account"), row.money("balance", currency)
        if code in mapped:
            found[mapped[code]] += amount
        elif amount:
            raise row.bad(
                "account", f"{code} is mapped to none of ours: take it over with its account, or leave it out"
            )
    return found


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.iterdir()):
        if file.suffix in {".csv", ".toml"}:
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:DIGEST_CHARACTERS]
