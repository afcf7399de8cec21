"""A parallel day: an old system's export beside the book. What differs is named by key; what is known of it, beside it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from msgspec import Struct

from tallystick.model.amount import units
from tallystick.reconciliation.golive.sides import Export, OldOrder, OurOrder, OurSide
from tallystick.reconciliation.matching import Difference, MatchingRule, Record, match

STOCK: Final = MatchingRule("legacy_stock", "legacy_stock_differs", "legacy_stock_differs", "legacy_stock_differs")
MONEY: Final = MatchingRule("legacy_money", "legacy_money_differs", "legacy_money_differs", "legacy_money_differs")
ORDER: Final = "legacy_order"
RULES: Final = (STOCK.name, MONEY.name, ORDER)


class Finding(Struct, frozen=True):
    """A difference, and why it is none that anybody must look for; empty where nobody knows."""

    difference: Difference
    explained: str = ""


class Compared(Struct, frozen=True):
    """What came of a day: how many keys are the same, and what differs."""

    same: int
    findings: tuple[Finding, ...]

    @property
    def explained(self) -> int:
        """How many differences are explained."""
        return sum(bool(f.explained) for f in self.findings)

    @property
    def unexplained(self) -> int:
        """How many are not."""
        return len(self.findings) - self.explained


def compare(export: Export, ours: OurSide) -> Compared:
    """Lay an export beside the book; every part of it that was exported is looked at in full."""
    on = export.at.date()
    same, found = 0, list[Finding]()
    if export.stock is not None:
        part = match(_shelves(export, ours, on), _counted(export, on), STOCK, on)
        same += part.matched
        found += [Finding(d, _near(d, export, ours)) for d in part.differences]
    if export.balances is not None:
        theirs = (Record(export.ledger, a, ours.currency, n, on, export.digest) for a, n in export.balances.items())
        mine = (Record(export.ledger, a, ours.currency, ours.balances.get(a, 0), on) for a in export.balances)
        part = match(mine, theirs, MONEY, on)
        same += part.matched
        found += [Finding(d) for d in part.differences]
    if export.orders is not None:
        orders = list(_orders(export.orders, ours.orders, (export, ours.currency, on)))
        same += len(export.orders.keys() | ours.orders.keys()) - len(orders)
        found += orders
    return Compared(same, tuple(found))


def _shelves(export: Export, ours: OurSide, on: date) -> Iterator[Record]:
    covered = frozenset(export.locations)
    for (location, sku), level in ours.stock.items():
        if location in covered and level.units:
            yield Record(export.ledger, f"{location}/{sku}", units(sku), level.units, on)


def _counted(export: Export, on: date) -> Iterator[Record]:
    for (location, sku), number in (export.stock or {}).items():
        if number:
            yield Record(export.ledger, f"{location}/{sku}", units(sku), number, on, export.digest)


def _near(d: Difference, export: Export, ours: OurSide) -> str:
    """A movement of the same minutes may stand on either side of the export."""
    location, _, sku = d.key.partition("/")
    level = ours.stock.get((location, sku))
    if level is not None and level.explains(d.theirs):
        return f"goods moved within minutes of {export.at:%Y-%m-%d %H:%M}"
    return ""


About = tuple[Export, str, date]


def _orders(theirs: dict[str, OldOrder], ours: dict[str, OurOrder], about: About) -> Iterator[Finding]:
    for name in sorted(theirs.keys() | ours.keys()):
        old, our = theirs.get(name), ours.get(name)
        difference = _order((name, old, our), about)
        if difference is not None:
            moved = our is not None and our.moved_at > about[0].at
            why = f"moved since the export, by event {our.event}" if moved and our is not None else ""
            yield Finding(difference, why)


def _order(pair: tuple[str, OldOrder | None, OurOrder | None], about: About) -> Difference | None:
    """Say what is most wrong with an order: that one side has none, its state, its open units, its worth."""
    name, old, our = pair
    export, currency, on = about

    def differs(kind: str, mine: int, other: int, commodity: str = currency) -> Difference:
        return Difference(ORDER, kind, export.ledger, name, commodity, mine, other, on, (export.digest,))

    if old is None or our is None:
        kind = "legacy_order_missing" if our is None else "legacy_order_unknown"
        return differs(kind, our.total if our else 0, old.total if old else 0)
    if (old.state, old.open) != (our.state, our.open):
        return differs("legacy_order_state_differs", our.open, old.open, "units")
    if old.total != our.total:
        return differs("legacy_order_amount_differs", our.total, old.total)
    return None


def explained_also(compared: Compared, known: Iterable[tuple[str, str]]) -> Compared:
    """Add what is *known* of differences, by their names: a letter that waits, a person's word."""
    why = dict(known)
    found = (Finding(f.difference, f.explained or why.get(f.difference.name, "")) for f in compared.findings)
    return Compared(compared.same, tuple(found))
