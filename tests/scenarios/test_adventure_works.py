"""AdventureWorks' purchase orders, all 4,012 of them, from order to match: GR/IR comes to what outside figures say.

Microsoft's sample (MIT) has orders, receipts and rejections and no supplier invoices. They are made by a declared rule:
each order is invoiced in one document for the units that went into stock, at the ordered price.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from tallystick.journal.posting import balances
from tallystick.messages.buying import reports as buying
from tallystick.messages.envelope import Message
from tallystick.processes.family import data_of
from tallystick.simulator.memory_book import MemoryBook
from tests.conftest import shared_data
from tests.scenarios.shop import BEGIN

MONEY = "USD/4"
SCALE = 10_000
ORDERS, LINES = 4_012, 8_845
# Independent figures of the data set, in its own money: price times units ordered, received, rejected, stocked.
ORDERED = Decimal("63791994.8380")
RECEIVED = Decimal("63240545.8440")
REJECTED = Decimal("2028853.1130")
STOCKED = Decimal("61211692.7310")
SHORT_LINES = 380


class Bought(Struct, frozen=True):
    """A line of the data set: units, and the price of one in ten thousandths."""

    line: int
    sku: str
    ordered: int
    price: int
    received: int
    rejected: int


@pytest.fixture(scope="module")
def orders() -> dict[str, list[Bought]]:
    """The purchase orders; where the data set is missing the test is left out, loudly."""
    file = shared_data() / "adventureworks" / "oltp" / "PurchaseOrderDetail.csv"
    if not file.is_file():
        pytest.skip("needs the real data set adventureworks, which lies beside a full checkout")
    found: dict[str, list[Bought]] = defaultdict(list)
    for order, row in _rows(file):
        found[order].append(row)
    return found


def _rows(file: Path) -> Iterator[tuple[str, Bought]]:
    with file.open(newline="", encoding="utf-8") as lines:
        for order, line, _, quantity, product, price, _, received, rejected, *_ in csv.reader(lines, delimiter="\t"):
            yield (
                order,
                Bought(
                    int(line),
                    product,
                    int(quantity),
                    int(Decimal(price) * SCALE),
                    int(Decimal(received)),
                    int(Decimal(rejected)),
                ),
            )


class Works:
    """A buyer's book that hears of everything in order."""

    def __init__(self) -> None:
        """Open an empty book that counts in ten thousandths of a dollar."""
        self.book = MemoryBook()
        self.book.loaded.currency = MONEY
        self.count = 0

    def hears(self, order: str, data: Struct) -> None:
        """Deliver a report."""
        self.count += 1
        message = Message("works", str(self.count), f"purchase/{order}", data, b"", BEGIN, BEGIN.date(), BEGIN)
        self.book.deliver(message)

    def lives(self, order: str, lines: list[Bought]) -> None:
        """Order, receive what came less what was rejected, and take the invoice for what stayed."""
        ordered = tuple(buying.PurchaseLine(x.line, x.sku, x.ordered, x.ordered * x.price) for x in lines)
        self.hears(order, buying.PurchasePlaced(order, "vendor", "WH1", MONEY, date(2026, 12, 1), ordered, "US"))
        came = tuple(
            buying.PurchaseReceiptLine(x.line, x.sku, x.received - x.rejected, rejected=x.rejected)
            for x in lines
            if x.received
        )
        if came:
            self.hears(order, buying.PurchaseReceiptReported(order, f"R{order}", MONEY, came))
        kept = [x for x in lines if x.received > x.rejected]
        if kept:
            asked = tuple(
                buying.InvoicedLine(x.line, x.received - x.rejected, (x.received - x.rejected) * x.price) for x in kept
            )
            self.hears(order, buying.SupplierInvoiceReported(order, f"I{order}", MONEY, asked))

    def purchases(self) -> Iterator[tuple[str, Any]]:
        """Each purchase's state, and what it knows."""
        for family in self.book.loaded.families.values():
            yield family["purchase"].state, data_of(family, "purchase")

    def balance(self, account: str) -> Decimal:
        """What the ledger has, debits above zero."""
        ledger = balances(p for folded in self.book.entries for p in folded.postings)
        return Decimal(ledger[account, MONEY]) / SCALE


def test_from_order_to_match(orders: dict[str, list[Bought]]) -> None:
    """What was ordered, came, was rejected, went into stock and is short: to the ten thousandth of a dollar."""
    works = Works()
    for order, lines in orders.items():
        works.lives(order, lines)
    known = list(works.purchases())
    counted = [x for _, data in known for x in data.lines]
    assert (len(known), len(counted)) == (ORDERS, LINES)
    assert _worth(counted, "quantity") == ORDERED
    assert _worth(counted, "received", "rejected") == RECEIVED
    assert _worth(counted, "rejected") == REJECTED
    assert works.balance("inventory:WH1") == STOCKED
    assert works.balance("payable:vendor") == -STOCKED
    assert works.balance("goods_received:WH1") == 0
    short = [x for x in counted if x.received + x.rejected < x.quantity]
    assert len(short) == SHORT_LINES
    assert not [data for _, data in known if data.waiting]


def _worth(lines: list[Any], *fields: str) -> Decimal:
    return sum((Decimal(x.net * sum(getattr(x, f) for f in fields)) / x.per for x in lines), Decimal()) / SCALE
