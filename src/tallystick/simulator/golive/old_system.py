"""The old system and everybody around it: what it had, what it goes on doing, and what it hands over."""

from collections import Counter
from datetime import timedelta
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.fulfilment import DispatchRefused, DispatchReported, RecallShipment, ShipOrder
from tallystick.messages.golive.reports import (
    ChannelPutBack,
    ChannelSwitched,
    MappedAccount,
    Opening,
    OpeningBalance,
    OpeningStock,
    OpenLine,
    OpenOrder,
    OrderTakenOver,
    ParallelDayCompared,
    ShadowBegun,
    TakeoverApproved,
    TakeoverReversalApproved,
)
from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentAuthorised,
    PayRefund,
    RefundReported,
    VoidPayment,
    VoidReported,
)
from tallystick.messages.sales import OrderCancellationRequested, OrderLine, OrderPlaced
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.processes.folded import Folded
from tallystick.processes.golive.orders_taken import open_worth, sent_worth
from tallystick.processes.members import CHANNELS_SUBJECT
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import BEGIN, World

LEDGER, CHANNEL, PLACE, MONEY = "old", "web", "WH1", "EUR/2"
SKUS = ("LAMP", "SHADE")
ORDERS, FRESH = 6, 4
SWITCH_DAY = 6
DAY_ZERO = BEGIN.date()


class OldSystem:
    """Hands its stock, balances and orders over; goes on carrying out what we keep; and ends with the switch."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.units: Counter[str] = Counter()
        self.orders: list[OpenOrder] = []
        self.done: set[str] = set()
        self.references = 0
        self.opening = self._opening()
        self.asked = {x.order for x in self.orders if x.asked}

    def begins(self) -> None:
        """Let the channel run beside it, and hand over."""
        self.world.send("desk", CHANNELS_SUBJECT, ShadowBegun(CHANNEL, LEDGER, "user:1", 2))

    def committed(self, folded: Folded) -> None:
        """Go on from what the book has taken: one step of the way after the other."""
        report, outcome = folded.message.data, folded.outcome
        if isinstance(report, ShadowBegun) and outcome == "begun":
            self._hands_over()
        elif isinstance(report, TakeoverApproved) and outcome == "declared" and report.proposal == 1:
            self._taken()
        elif isinstance(report, TakeoverReversalApproved) and outcome == "reversed":
            again = TakeoverApproved(LEDGER, report.proposal + 1, self.opening, 1, 2)
            self.world.send("approvals", f"takeover/{LEDGER}", again)
        elif isinstance(report, OrderTakenOver) and outcome != "ignored":
            self._goes_on(report.taken)
        elif isinstance(report, ChannelSwitched) and outcome in {"refused", "switched"}:
            self.world.after(HOUR, self._switches if outcome == "refused" else self._thinks_again)
        elif isinstance(report, ChannelPutBack) and outcome == "put_back":
            self.world.after(DAY, self._switches)

    def take(self, key: str, command: Struct) -> None:
        """Do what a partner does on a command, once: whoever sent it, the old system or we."""
        if key in self.done:
            return
        self.done.add(key)
        later = partial(self.world.after, self.world.between(HOUR, DAY))
        if isinstance(command, ShipOrder):
            later(partial(self._sends, command.order, command.lines))
        elif isinstance(command, RecallShipment):
            later(partial(self._says, command.order, DispatchRefused(command.order, "recalled")))
        elif isinstance(command, AuthorisePayment):
            held = PaymentAuthorised(command.order, "psp", command.amount)
            later(partial(self._says, command.order, held))
        elif isinstance(command, CapturePayment):
            later(partial(self._captures, command.order, command.amount))
        elif isinstance(command, VoidPayment):
            later(partial(self._says, command.order, VoidReported(command.order)))
        elif isinstance(command, PayRefund):
            back = RefundReported(command.order, command.number, "psp", command.amount, self._reference())
            later(partial(self._says, command.order, back))

    def _opening(self) -> Opening:
        """Draw stock, orders and the balances that go with them: all of it ties out."""
        chance = self.world.chance
        stock = []
        for n, sku in enumerate(SKUS, 1):
            units = 2 + int(chance.random() * 9)
            self.units[sku] = units
            stock.append(OpeningStock(n, PLACE, sku, units, units * (100 + int(chance.random() * 50))))
        self.orders = [self._order(n) for n in range(1, ORDERS + 1)]
        by_orders = sum(sent_worth(x) - x.settled for x in self.orders)
        rest = by_orders + sum(x.value for x in stock)
        bank = 1 + int(chance.random() * 9000)
        balances = (
            OpeningBalance(1, "bank:main", "1000", bank),
            OpeningBalance(2, "tax_payable:GB", "2100", -120),
            OpeningBalance(3, "receivable:web", "1410", 120),
            OpeningBalance(4, "equity:capital", "3000", -bank - rest),
        )
        kept = tuple(x for x in balances if x.amount)
        accounts = tuple(MappedAccount(x.code, x.account) for x in kept)
        return Opening(LEDGER, MONEY, DAY_ZERO, "ends", accounts, kept, tuple(stock), len(self.orders))

    def _order(self, number: int) -> OpenOrder:
        """An order in one of the states that old systems leave them in."""
        chance = self.world.chance
        sku, opened, sent = SKUS[int(chance.random() * 2)], int(chance.random() * 3), int(chance.random() * 2)
        opened = opened or (0 if sent else 1)
        line = OpenLine(1, sku, opened, 500 * opened, 100 * opened, sent, 500 * sent, 100 * sent, 110 * sent)
        total = 600 * (opened + sent)
        captured = (0, 0, 600 * sent, total, total // 2)[int(chance.random() * 5)]
        settled = captured if chance.random() < 0.4 else 0
        authorised = total - captured if chance.random() < 0.7 else 0
        asked = bool(opened) and chance.random() < 0.4
        money = {"captured": captured, "settled": settled, "authorised": authorised}
        return OpenOrder(f"O{number}", CHANNEL, PLACE, "psp", (line,), "GB", **money, asked=asked)

    def _hands_over(self) -> None:
        """Have the takeover approved; then its orders come, and the old system goes on with them."""
        world = self.world
        told = TakeoverApproved(LEDGER, 1, self.opening, 1, 2)
        world.send("approvals", f"takeover/{LEDGER}", told)
        for day in range(1, SWITCH_DAY):
            world.after(day * DAY, partial(self._compares, day))
        world.after(SWITCH_DAY * DAY, partial(self._switches, 0))
        for number in range(FRESH):
            world.after(world.between(DAY, 2 * SWITCH_DAY * DAY), partial(self._sells, f"N{number}"))
        world.after(9 * DAY, self._receives)

    def _taken(self) -> None:
        for order in self.orders:
            told = OrderTakenOver(LEDGER, 1, MONEY, order)
            self.world.send("approvals", f"order/{order.order}", told)
        if self.world.happens(0.4):
            # The balances were wrong: they are taken back and declared anew, the stock is not.
            back = TakeoverReversalApproved(LEDGER, 2, replace(self.opening, stock=(), orders=0, reverses=1), 1, 2)
            self._later(partial(self.world.send, "approvals", f"takeover/{LEDGER}", back))

    def _goes_on(self, order: OpenOrder) -> None:
        """What it had asked for before comes to pass; what waits for money is paid, or given up."""
        world, line = self.world, order.lines[0]
        total = open_worth(order) + sent_worth(order)
        if order.asked:
            self._later(partial(self._sends, order.order, (HeldLine(1, line.sku, line.open),)))
        if order.captured + order.authorised < total:
            if world.happens(0.6):
                self._later(partial(self._captures, order.order, total - order.captured))
            elif line.open:
                self._later(partial(self._says, order.order, OrderCancellationRequested(order.order, "given up")))
        elif sent_worth(order) > order.captured:
            self._later(partial(self._captures, order.order, sent_worth(order) - order.captured))

    def _sells(self, name: str) -> None:
        """The channel takes a new order: ours to book, and its partners' to be told of by whoever runs it."""
        sku = SKUS[int(self.world.chance.random() * 2)]
        placed = OrderPlaced(name, CHANNEL, PLACE, MONEY, "psp", (OrderLine(1, sku, 1, 500, 100),), "GB")
        self.world.send("shop", f"order/{name}", placed)

    def _receives(self) -> None:
        """Goods come: whoever was owed some is served."""
        lines = tuple(ReceiptLine(n, sku, 12, 1300) for n, sku in enumerate(SKUS, 1))
        for sku in SKUS:
            self.units[sku] += 12
        self.world.send("dock", "stock/R1", ReceiptReported("R1", PLACE, MONEY, "supplier", lines))

    def _compares(self, day: int) -> None:
        on = DAY_ZERO + timedelta(days=day)
        unexplained = int(self.world.chance.random() * 2) if day < SWITCH_DAY - 2 else 0
        told = ParallelDayCompared(LEDGER, on, self.world.moment(), f"x{day}", 9, 0, unexplained)
        self.world.send("desk", f"parallel/{LEDGER}", told)
        if self.world.happens(0.3):
            self.world.send("desk", f"parallel/{LEDGER}", replace(told))

    def _switches(self, clean: int = 2) -> None:
        """Switch: too early first, then in time."""
        self.world.send("desk", CHANNELS_SUBJECT, ChannelSwitched(CHANNEL, "user:1", clean))

    def _thinks_again(self) -> None:
        """Now and then put back at once."""
        if self.world.happens(0.3):
            self.world.send("desk", CHANNELS_SUBJECT, ChannelPutBack(CHANNEL, "user:1", "cold feet"))

    def _sends(self, order: str, lines: tuple[HeldLine, ...]) -> None:
        for x in lines:
            self.units[x.sku] -= x.quantity
        self._says(order, DispatchReported(order, f"S{self._reference()}", lines))

    def _captures(self, order: str, amount: int) -> None:
        self._says(order, CaptureReported(order, "psp", amount, self._reference()))

    def _says(self, order: str, told: Struct) -> None:
        self.world.send("partner", f"order/{order}", told)

    def _later(self, do: partial[None]) -> None:
        self.world.after(self.world.between(HOUR, 8 * DAY), do)

    def _reference(self) -> str:
        self.references += 1
        return str(self.references)
