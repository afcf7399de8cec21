"""A shop in memory, with a verb for everything that happens in one."""

from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from tallystick.engine.answer import Answer
from tallystick.messages.envelope import Message
from tallystick.messages.fulfilment import DispatchRefused, DispatchReported
from tallystick.messages.oversells import TurnCame
from tallystick.messages.payments import (
    CaptureReported,
    PaymentAuthorised,
    PaymentDeclined,
    PayRefund,
    RefundFailed,
    RefundReported,
    SettlementReported,
    VoidReported,
)
from tallystick.messages.returns import Disposition, ReturnedLine, ReturnReceived
from tallystick.messages.sales import (
    BadDebtLine,
    BadDebtReported,
    CreditReported,
    DeadlinePassed,
    OrderCancellationRequested,
    OrderLine,
    OrderLineCancellationRequested,
    OrderPlaced,
    SaleLine,
    SaleReported,
    ServiceLine,
)
from tallystick.messages.stock import (
    AdjustmentLine,
    AdjustmentReported,
    DeclaredCost,
    HeldLine,
    ReceiptLine,
    ReceiptReported,
)
from tallystick.processes.folded import Folded, Timer
from tallystick.simulator.invariants import StepCheck, Violation, final_violations
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.money import check_money
from tallystick.simulator.tenders.proving import check_cards
from tests.scenarios.book_text import amount_of, shown

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
Bought = tuple[int, str, str]
"""(units, product, price a unit)"""


class Shop:
    """One shop, one warehouse, one provider. `told` collects the kinds of breaks, `asked` the commands sent."""

    def __init__(self) -> None:
        """Open with an empty book."""
        self.book = MemoryBook()
        self.check = StepCheck(self.book)
        self.book.on_commit = self._committed
        self.now = BEGIN
        self.told: list[str] = []
        self.asked: list[Struct] = []
        self.placed: dict[str, OrderPlaced] = {}
        self.leaves_waiting = False
        self._timers: list[tuple[str, Timer]] = []
        self._count = 0

    # ------------------------------------------------------------ goods
    def receives(self, quantity: int, sku: str, cost: str, at: str = "WH1") -> Answer:
        """Goods come from the supplier at *cost* a unit."""
        line = ReceiptLine(1, sku, quantity, quantity * amount_of(cost))
        name = self._new("r")
        return self.hears(f"stock/{name}", ReceiptReported(name, at, "EUR/2", "supplier", (line,)))

    def declares(self, quantity: int, sku: str, cost: str) -> Answer:
        """Goods were there before the book began, at a *cost* a unit that somebody says they had."""
        name, unit = self._new("r"), amount_of(cost)
        lines = (ReceiptLine(1, sku, quantity, quantity * unit),) if quantity else ()
        report = ReceiptReported(name, "WH1", "EUR/2", "opening", lines, (DeclaredCost(sku, unit),))
        return self.hears(f"stock/{name}", report)

    def counts(self, difference: int, sku: str) -> Answer:
        """Somebody counted, and found *difference* units more than the book."""
        name = self._new("a")
        lines = (AdjustmentLine(1, sku, difference, "count"),)
        return self.hears(f"count/{name}", AdjustmentReported(name, "WH1", "EUR/2", lines))

    # ------------------------------------------------------------ orders
    def writes(self, *lines: Bought) -> str:
        """A customer orders, and we have not heard of it yet. Returns the order's name."""
        name = self._new("W")
        bought = tuple(
            OrderLine(n, sku, quantity, quantity * amount_of(price))
            for n, (quantity, sku, price) in enumerate(lines, 1)
        )
        self.placed[name] = OrderPlaced(name, "web", "WH1", "EUR/2", "stripe", bought)
        return name

    def orders(self, *lines: Bought) -> str:
        """A customer orders; nothing is paid yet. Returns the order's name."""
        name = self.writes(*lines)
        self.says(name, self.placed[name])
        return name

    def follows(self, order: str) -> None:
        """The channel of an order that we have not heard of yet wants to be told of its parcels."""
        self.placed[order] = replace(self.placed[order], follows_parcels=True)

    def sells(self, quantity: int, sku: str, price: str) -> str:
        """A customer orders, and the money is held."""
        name = self.orders((quantity, sku, price))
        self.pays(name)
        return name

    def pays(self, order: str, amount: str | None = None) -> Answer:
        """The provider holds the money: all of it, unless an *amount* is named."""
        held = amount_of(amount) if amount else sum(x.net + x.tax for x in self.placed[order].lines)
        return self.says(order, PaymentAuthorised(order, "stripe", held))

    def declines(self, order: str) -> Answer:
        """The provider will not hold the money."""
        return self.says(order, PaymentDeclined(order, "no funds"))

    def ships(self, order: str, quantity: int | None = None, line: int = 1) -> Answer:
        """A parcel leaves: the whole order, or *quantity* units of one *line*."""
        lines = self.placed[order].lines
        parcel = tuple(HeldLine(x.line, x.sku, x.quantity) for x in lines)
        if quantity is not None:
            parcel = tuple(HeldLine(x.line, x.sku, quantity) for x in lines if x.line == line)
        return self.says(order, DispatchReported(order, self._new("S"), parcel))

    def ships_instead(self, order: str, quantity: int, sku: str, line: int = 1) -> Answer:
        """The picker took another product for a line of the order."""
        return self.says(order, DispatchReported(order, self._new("S"), (HeldLine(line, sku, quantity),)))

    def will_not_ship(self, order: str) -> Answer:
        """The warehouse will not send what is still open."""
        return self.says(order, DispatchRefused(order, "not found"))

    def cancels(self, order: str) -> Answer:
        """The customer wants the order stopped."""
        return self.says(order, OrderCancellationRequested(order, "regret"))

    def cancels_line(self, order: str, units: int, line: int = 1) -> Answer:
        """The customer does not want so many units of a line."""
        return self.says(order, OrderLineCancellationRequested(order, line, units, "regret"))

    def captures(self, order: str, amount: str, reference: str = "") -> Answer:
        """The provider took money, and may give the capture a *reference*."""
        return self.says(order, CaptureReported(order, "stripe", amount_of(amount), reference))

    def voids(self, order: str) -> Answer:
        """The provider let the money go."""
        return self.says(order, VoidReported(order))

    def settles(self, order: str, gross: str, fee: str, payout: str | None = None) -> Answer:
        """The provider pays out, less its fee."""
        name = payout or self._new("p")
        return self.says(order, SettlementReported(order, "stripe", name, "main", amount_of(gross), amount_of(fee)))

    def refunds(self, order: str, amount: str | None = None, reference: str = "") -> Answer:
        """The provider pays back what it was last asked to pay back, or another *amount*."""
        asked = [c for c in self.asked if isinstance(c, PayRefund) and c.order == order][-1]
        paid = amount_of(amount) if amount else asked.amount
        return self.says(order, RefundReported(order, asked.number, "stripe", paid, reference))

    def fails_to_refund(self, order: str) -> Answer:
        """The provider cannot pay back."""
        return self.says(order, RefundFailed(order, 1, "card closed"))

    def takes_back(self, order: str, quantity: int = 1, disposition: Disposition = "sellable") -> Answer:
        """Units of the first line come back in the state somebody found them in."""
        first = self.placed[order].lines[0]
        line = ReturnedLine(first.line, first.sku, quantity, disposition)
        return self.says(order, ReturnReceived(order, self._new("R"), "WH1", (line,)))

    def backfills(self, order: str, *reports: Struct) -> list[str]:
        """Somebody pulls again what was said of an order, under ids of its own. Returns what each came to."""
        return [self.says(order, data).outcome for data in reports]

    # ------------------------------------------------------------ the till
    def rings_up(self, *goods: Bought, customer: str | None = None, tender: str = "account") -> Answer:
        """The till sold something; it has happened."""
        name = self._new("T")
        report = SaleReported(name, "till", "WH1", "EUR/2", tender, _sold(goods), customer=customer)
        return self.hears(f"sale/till/{name}", report)

    def sells_voucher(self, value: str) -> Answer:
        """The till sold a gift voucher for cash."""
        name = self._new("T")
        voucher = ServiceLine(1, "GIFT", "gift", 1, amount_of(value))
        return self.hears(f"sale/till/{name}", SaleReported(name, "till", "WH1", "EUR/2", "cash", vouchers=(voucher,)))

    def credits(self, *goods: Bought, customer: str | None = None) -> Answer:
        """The till took something back and credited it."""
        name = self._new("C")
        report = CreditReported(name, "till", "WH1", "EUR/2", "account", _sold(goods), customer=customer)
        return self.hears(f"credit/till/{name}", report)

    def gives_up(self, amount: str) -> Answer:
        """The bookkeeper writes a claim off; a negative amount revives it."""
        name = self._new("B")
        line = BadDebtLine(1, "DEBT", 1, amount_of(amount))
        return self.hears(f"baddebt/{name}", BadDebtReported(name, "till", "EUR/2", (line,)))

    # ------------------------------------------------------------ time and proof
    def waits(self, hours: int = 0, minutes: int = 0) -> None:
        """Time passes, and deadlines with it."""
        self.now += timedelta(hours=hours, minutes=minutes)
        due = [(subject, t) for subject, t in self._timers if t.due <= self.now]
        self._timers = [(subject, t) for subject, t in self._timers if t.due > self.now]
        for subject, timer in due:
            self.hears(subject, DeadlinePassed(timer.member, timer.version, timer.due))
        self._takes_turns()

    def says(self, order: str, data: Struct) -> Answer:
        """Somebody reports something of an order."""
        return self.hears(f"order/{order}", data)

    def hears(self, subject: str, data: Struct, again: str | None = None, at: datetime | None = None) -> Answer:
        """Deliver a report of what happened now, or *at* another time; the same *again* is the same message.

        Then whoever waits has his turn, if it has come.
        """
        name, when = again or self._new("m"), at or self.now
        answer = self.book.deliver(Message("test", name, subject, data, b"", when, when.date(), self.now))
        self._takes_turns()
        return answer

    def state(self, order: str, member: str = "order") -> str:
        """Where an order, or another process of it, stands."""
        return self.book.loaded.families[f"order/{order}"][member].state

    def asks(self, kind: type[Any]) -> list[Any]:
        """The commands of one kind sent so far."""
        return [command for command in self.asked if isinstance(command, kind)]

    def book_shows(self, table: str) -> None:
        """Compare the accounts that *table* lists with the book."""
        expected, actual = shown(table, (p for folded in self.book.entries for p in folded.postings))
        assert expected == actual

    def tie_out(self) -> list[Violation]:
        """Prove stock, value, money and reservations, and that nothing waits; a story may leave something waiting."""
        final_violations(self.check)
        check_money(self.check)
        check_cards(self.check, at_rest=False)
        undelivered = {"stuck", "parked"} if self.leaves_waiting else set()
        return [v for v in self.check.violations if v.kind not in undelivered and "commands not" not in v.detail]

    def _takes_turns(self) -> None:
        while turns := self.book.turns(self.now):
            before = len(self.book.entries)
            for turn in turns:
                report = TurnCame(turn.subject.partition("/")[2], turn.most)
                key = f"{turn.subject}/{turn.key}"
                self.book.deliver(Message("clock", key, turn.subject, report, b"", self.now, self.now.date(), self.now))
            if len(self.book.entries) == before:
                break

    def _new(self, letter: str) -> str:
        self._count += 1
        return f"{letter}{self._count}"

    def _committed(self, folded: Folded) -> None:
        self.check.committed(folded)
        self.told += [b.kind for b in folded.breaks]
        self.asked += folded.commands
        self._timers += [(folded.message.subject, t) for t in folded.timers]


def _sold(goods: tuple[Bought, ...]) -> tuple[SaleLine, ...]:
    return tuple(
        SaleLine(n, sku, quantity, quantity * amount_of(price)) for n, (quantity, sku, price) in enumerate(goods, 1)
    )
