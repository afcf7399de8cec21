"""A web shop's real cancellations of merchandise, run as returns under a policy: refunds come to the mill of the outside figure.

The data set names no order that a cancellation takes back. By a declared rule each cancelled invoice is the return of an
order of its own lines, at the credited prices, with one tender, all of it sent and paid. What the data does say, what came
back of which product for how much, comes through the connector as it does into the book.
"""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from tallystick.connectors.online_retail.connector import OnlineRetail
from tallystick.connectors.online_retail.reports import CURRENCY
from tallystick.engine.answer import Answer, Status
from tallystick.journal.posting import balances
from tallystick.messages.envelope import Message
from tallystick.messages.fulfilment import DispatchReported
from tallystick.messages.payments import CaptureReported, PaymentAuthorised, PayRefund, RefundReported
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy
from tallystick.messages.returning.reports import InspectedLine, ReturnInspected
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.sales import CreditReported, OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.simulator.memory_book import MemoryBook
from tests.scenarios.shop import BEGIN

REFUNDED = Decimal("279586.880")
"""Merchandise cancelled from December 2010 to October 2011, as the data set's control totals have it (GBP)."""
SCALE = 1000


class Desk:
    """A book in memory to which a cancelled invoice is told as an order and its return."""

    def __init__(self) -> None:
        self.book = MemoryBook()
        self.book.loaded.currency = CURRENCY
        self.told = self.refunded = 0
        self.hears("rules/returns", ReturnPoliciesDeclared((ReturnPolicy("usual"),)))

    def hears(self, subject: str, data: Struct) -> Answer:
        """Deliver a report; it must be taken."""
        self.told += 1
        answer = self.book.deliver(Message("test", f"m{self.told}", subject, data, b"", BEGIN, BEGIN.date(), BEGIN))
        assert answer.status is Status.ACCEPTED, answer
        return answer

    def lives(self, credit: CreditReported) -> None:
        """Sell, send and have paid what was cancelled; then take it back, look at it, and pay the refund asked for."""
        name, place = credit.credit, credit.location
        lines = tuple(OrderLine(x.line, x.sku, x.quantity, x.net) for x in credit.goods)
        here = tuple(ReceiptLine(x.line, x.sku, x.quantity, x.net // 2) for x in credit.goods)
        self.hears(f"stock/{name}", ReceiptReported(name, place, CURRENCY, "opening", here))
        held = tuple(HeldLine(x.line, x.sku, x.quantity) for x in lines)
        total = sum(x.net for x in lines)
        self._says(name, OrderPlaced(name, credit.channel, place, CURRENCY, "card", lines))
        self._says(name, PaymentAuthorised(name, "card", total))
        self._says(name, DispatchReported(name, "S", held))
        if total:
            self._says(name, CaptureReported(name, "card", total, "c"))
        assert self._says(name, ReturnRequested(name, "R", held)).outcome == "authorised"
        back = tuple(ReturnedLine(x.line, x.sku, x.quantity, "sellable") for x in held)
        self._says(name, ReturnReceived(name, "R", place, back, "P"))
        looked = tuple(InspectedLine(x.line, x.sku, x.quantity, "resell") for x in held)
        assert self._says(name, ReturnInspected(name, "R", "I", place, looked)).outcome == "refunded"
        asked = [c for c in self.book.entries[-1].commands if isinstance(c, PayRefund)]
        assert sum(c.amount for c in asked) == total
        for command in asked:
            self._says(name, RefundReported(name, command.number, "card", command.amount, "r"))
            self.refunded += command.amount

    def _says(self, name: str, data: Struct) -> Answer:
        return self.hears(f"order/{name}", data)

    def balance(self, stem: str) -> int:
        """What all accounts of a family have, debits above zero."""
        ledger = balances(p for folded in self.book.entries for p in folded.postings)
        return sum(n for (account, _), n in ledger.items() if account.startswith(f"{stem}:"))


def cancellations(file: Path) -> Iterator[CreditReported]:
    """The cancellations of merchandise that the connector reads in the file."""
    feed = OnlineRetail(lambda source, person: f"{source}~{person}")
    for delivery in feed.deliveries(file):
        if delivery.subject.startswith("credit/"):
            for report in feed.parse(delivery).reports:
                if isinstance(report.data, CreditReported) and report.data.goods:
                    yield msgspec.structs.replace(report.data, services=(), charges=(), vouchers=())


@pytest.fixture(scope="module")
def lived(online_retail_file: Path) -> Desk:
    """Every cancellation of the file, lived through; without the data set the test is left out, loudly."""
    desk = Desk()
    for credit in cancellations(online_retail_file):
        desk.lives(credit)
    return desk


def test_refunds_are_what_was_cancelled(lived: Desk) -> None:
    """What the provider paid back, what was credited and what the control totals say are one figure."""
    assert Decimal(lived.refunded) / SCALE == REFUNDED
    assert Decimal(lived.balance("sales_credits")) / SCALE == REFUNDED
    assert lived.balance("receivable") == lived.balance("psp_clearing") == lived.balance("return_claims") == 0
    assert lived.balance("revenue") == -lived.refunded


def test_every_unit_is_on_the_shelf_again(lived: Desk) -> None:
    """Nothing is left in quarantine or with customers, and cost has followed the goods both ways."""
    assert lived.balance("stock:quarantine") == 0
    assert lived.balance("outside:customer") == 0
    assert lived.balance("cost_of_sales") == 0
