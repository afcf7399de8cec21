"""Counting lines and invoices in facts."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from tallystick.messages.sales import BadDebtAdjusted, SaleCredited, SaleRecorded, SaleReversed
from tallystick.messages.stock import StockAdjusted
from tallystick.storage.reading.facts import decode_facts


class Counted(Struct):
    """Lines and distinct invoice numbers of one month; an invoice may have given several facts."""

    lines: int = 0
    sale_lines: int = 0
    canc_lines: int = 0
    adj_out: int = 0
    adj_in: int = 0
    invoices: set[str] = set()
    sale_invoices: set[str] = set()
    canc_invoices: set[str] = set()

    @classmethod
    def all(cls, months: Iterable["Counted"]) -> "Counted":
        """Add up; an invoice that stands in two months is one invoice."""
        total = cls()
        for month in months:
            for name in cls.__struct_fields__:
                value = getattr(month, name)
                setattr(
                    total,
                    name,
                    getattr(total, name) | value if isinstance(value, set) else getattr(total, name) + value,
                )
        return total


def count_facts(stored: bytes, into: Counted) -> None:
    """Count the facts of one event. What is neither sold, credited, counted nor given up (a receipt) has no lines here."""
    for fact in decode_facts(stored):
        count = _COUNTS.get(type(fact))
        if count is not None:
            count(fact, into)


def _sale(fact: SaleRecorded, into: Counted) -> None:
    unstocked = (*fact.services, *fact.charges, *fact.vouchers)
    sold = _priced(fact) + sum(line.net > 0 for line in unstocked)
    into.lines += len(fact.goods) + len(fact.giveaways) + len(fact.scans) + len(unstocked)
    into.sale_lines += sold
    into.invoices.add(fact.sale)
    if sold:
        into.sale_invoices.add(fact.sale)


def _reversed(fact: SaleReversed, into: Counted) -> None:
    """A corrected line was counted when it was booked first; what replaces it is counted as well, so this takes one off."""
    into.lines -= len(fact.goods) + len(fact.giveaways) + len(fact.scans)
    into.sale_lines -= _priced(fact)


def _priced(fact: SaleRecorded | SaleReversed) -> int:
    return sum(line.net > 0 for line in fact.goods) + sum(line.net > 0 for line in fact.scans)


def _credit(fact: SaleCredited, into: Counted) -> None:
    """A line whose units came from several sales was cut into parts, and is one line all the same."""
    goods = {line.line for line in (*fact.matched, *fact.blind)}
    lines = len(goods) + len(fact.services) + len(fact.charges) + len(fact.vouchers)
    into.lines += lines
    into.canc_lines += lines
    into.invoices.add(fact.credit)
    if lines:
        into.canc_invoices.add(fact.credit)


def _bad_debt(fact: BadDebtAdjusted, into: Counted) -> None:
    into.lines += len(fact.lines)
    into.invoices.add(fact.adjustment)


def _count(fact: StockAdjusted, into: Counted) -> None:
    found, lost = len(fact.found) + len(fact.found_unstocked), len(fact.lost) + len(fact.lost_unstocked)
    into.lines += found + lost
    into.adj_in += found
    into.adj_out += lost
    into.invoices.add(fact.adjustment)


_COUNTS: dict[type[Struct], Any] = {
    SaleRecorded: _sale,
    SaleCredited: _credit,
    SaleReversed: _reversed,
    BadDebtAdjusted: _bad_debt,
    StockAdjusted: _count,
}
