"""A takeover in a folder: `takeover.toml` says from where, when and how accounts are mapped; CSV files hold the rest."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from tallystick.app.golive.cells import Cells, rows, wrong
from tallystick.messages.buying.reports import PurchaseLine, PurchasePlaced
from tallystick.messages.golive.reports import (
    MappedAccount,
    Opening,
    OpeningBalance,
    OpeningStock,
    OpenLine,
    OpenOrder,
    PostedBy,
)
from tallystick.model.product import ProductError, sku
from tallystick.processes.golive.approved import Takeover
from tallystick.reconciliation.golive.tie_out import OldBalance

PLAN: Final = "takeover.toml"
BALANCES: Final = ("account", "name", "balance")
STOCK: Final = ("location", "sku", "quantity", "value")
ORDERS: Final = ("order", "channel", "location", "provider", "line", "sku", "open", "net", "tax")
PURCHASES: Final = ("purchase", "supplier", "location", "expected_on", "line", "sku", "quantity", "net")


class _Account(Struct, forbid_unknown_fields=True):
    account: str
    by: PostedBy = "balance"


class _Plan(Struct, forbid_unknown_fields=True):
    ledger: Annotated[str, Meta(min_length=1)]
    day: date
    accounts: dict[str, str | _Account]
    reason: str = "taken over from the old system"


class Package(Struct, frozen=True):
    """What a folder says: the old trial balance as it stands there, and what of it is taken over."""

    balances: tuple[OldBalance, ...]
    takeover: Takeover


def read_package(folder: Path, currency: str) -> Package:
    """Read a takeover in *folder*, in amounts of *currency*. Raises a `Complaint` naming file, row and column."""
    plan = _plan(folder / PLAN)
    accounts = tuple(_mapped(code, to) for code, to in plan.accounts.items())
    balances = tuple(_balances(folder / "balances.csv", currency))
    orders = tuple(_orders(folder / "orders.csv", currency))
    known = {x.code: x for x in accounts}
    lines = [x for x in balances if x.amount and x.code in known and known[x.code].by == "balance"]
    opening = Opening(
        plan.ledger,
        currency,
        plan.day,
        plan.reason,
        accounts,
        tuple(OpeningBalance(n, known[x.code].account, x.code, x.amount) for n, x in enumerate(lines, 1)),
        tuple(_stock(folder / "stock.csv", currency)),
        len(orders),
    )
    purchases = tuple(_purchases(folder / "purchases.csv", currency))
    return Package(balances, Takeover(opening, orders, purchases))


def _plan(file: Path) -> _Plan:
    if not file.is_file():
        raise wrong(file, "it is not there", f"write {PLAN}; docs/going-live.md shows one")
    try:
        return msgspec.convert(tomllib.loads(file.read_text("utf-8")), _Plan)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as flaw:
        raise wrong(file, str(flaw), "docs/going-live.md shows a whole one") from flaw


def _mapped(code: str, to: str | _Account) -> MappedAccount:
    return MappedAccount(code, to) if isinstance(to, str) else MappedAccount(code, to.account, to.by)


def _balances(file: Path, currency: str) -> Iterator[OldBalance]:
    for row in _rows(file, BALANCES):
        yield OldBalance(row.text("account"), row.said("name"), row.money("balance", currency))


def _stock(file: Path, currency: str) -> Iterator[OpeningStock]:
    for n, row in enumerate(_rows(file, STOCK), 1):
        quantity, value = row.whole("quantity"), row.natural("value", currency)
        if quantity:
            yield OpeningStock(n, row.text("location"), product(row), quantity, value)
        elif value:
            raise row.bad("value", "stands beside no units: write it off in the old system first")


def product(row: Cells) -> str:
    """Return the product a row names."""
    try:
        return sku(row.text("sku"))
    except ProductError as flaw:
        raise row.bad("sku", str(flaw)) from flaw


def _orders(file: Path, currency: str) -> Iterator[OpenOrder]:
    grouped: dict[str, list[Cells]] = {}
    for row in _rows(file, ORDERS):
        grouped.setdefault(row.text("order"), []).append(row)
    for name, lines in grouped.items():
        head = lines[0]
        for row in lines[1:]:
            for column in (
                "channel",
                "location",
                "provider",
                "jurisdiction",
                "captured",
                "settled",
                "authorised",
                "asked",
            ):
                if row.said(column) != head.said(column):
                    raise row.bad(column, f"is another than in the first row of {name}")
        yield OpenOrder(
            *(name, head.text("channel"), head.text("location"), head.text("provider")),
            tuple(_line(row, currency) for row in lines),
            jurisdiction=head.said("jurisdiction") or "none",
            captured=head.natural("captured", currency),
            settled=head.natural("settled", currency),
            authorised=head.natural("authorised", currency),
            asked=head.flag("asked"),
        )


def _line(row: Cells, currency: str) -> OpenLine:
    money = {c: row.natural(c, currency) for c in ("net", "tax", "sent_net", "sent_tax", "sent_cost")}
    return OpenLine(row.whole("line"), product(row), row.whole("open"), sent=row.whole("sent"), **money)


def _purchases(file: Path, currency: str) -> Iterator[PurchasePlaced]:
    grouped: dict[str, list[Cells]] = {}
    for row in _rows(file, PURCHASES):
        grouped.setdefault(row.text("purchase"), []).append(row)
    for name, lines in grouped.items():
        head = lines[0]
        yield PurchasePlaced(
            *(name, head.text("supplier"), head.text("location"), currency, head.day("expected_on")),
            tuple(
                PurchaseLine(x.whole("line"), product(x), x.whole("quantity"), x.natural("net", currency))
                for x in lines
            ),
            head.said("jurisdiction") or "none",
        )


def _rows(file: Path, columns: Any) -> list[Cells]:
    """A file that is not there holds nothing."""
    return rows(file, columns) if file.is_file() else []
