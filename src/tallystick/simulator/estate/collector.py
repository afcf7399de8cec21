"""Who collects money for us: the payment provider, and each marketplace. Lines on a statement, parts of a payout, and lies."""

from collections.abc import Callable
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    ChargebackReported,
    PaymentAuthorised,
    PaymentDeclined,
    PayRefund,
    RefundFailed,
    RefundReported,
    SettlementReported,
    VoidPayment,
    VoidReported,
)
from tallystick.messages.statements import ProviderLine, ProviderStatementReported
from tallystick.simulator.estate.faults import Fault, difference
from tallystick.simulator.estate.town import Town
from tallystick.simulator.weather import HOUR, MINUTE

CURRENCY = "EUR/2"
Pays = Callable[[str, str, int], None]
"""(who pays, the payout's name, how much) to the bank."""


class Purse(Struct):
    """One order's money, as it truly is."""

    asked: int
    captured: int = 0
    refunded: int = 0
    settled: int = 0
    is_believed: bool = True


class Collector:
    """One provider or marketplace. It is idempotent by key, pays out what it truly took, and states it."""

    def __init__(self, town: Town, name: str, kept_in_thousand: int, pays: Pays) -> None:
        """Live in *town* under *name*, keep a share of every capture, and pay out to the bank."""
        self.town, self.name, self.kept_in_thousand, self.pays = town, name, kept_in_thousand, pays
        self.done: dict[str, Struct] = {}
        self.purses: dict[str, Purse] = {}
        self.lines: list[ProviderLine] = []
        self.payouts = 0

    def take(self, key: str, command: Struct) -> None:
        """Do what a command says, once."""
        if key in self.done:
            return
        self.done[key] = command
        if isinstance(command, AuthorisePayment):
            self._is_asked(command)
        elif isinstance(command, CapturePayment):
            self._soon(partial(self.captures, command.order, command.amount))
        elif isinstance(command, VoidPayment):
            self._soon(partial(self._say, command.order, VoidReported(command.order)))
        elif isinstance(command, PayRefund):
            self.town.after(self.town.between(HOUR, 20 * HOUR), partial(self._refunds, command))

    def _is_asked(self, command: AuthorisePayment) -> None:
        """A provider asks the customer's bank."""
        order, amount = command.order, command.amount
        self.purses[order] = Purse(amount)
        if self.town.happens(0.06):
            self._soon(partial(self._say, order, PaymentDeclined(order, "no funds")))
        else:
            self._soon(partial(self._say, order, PaymentAuthorised(order, self.name, amount)))

    def captures(self, order: str, amount: int) -> None:
        """Take money; now and then without a word, or say so without taking it."""
        town = self.town
        purse = self.purses.setdefault(order, Purse(amount))
        lie = self._lie(order, ("capture_unreported", "capture_made_up"))
        if lie != "capture_made_up":
            purse.captured += amount
            self._line(ProviderLine("", "capture", amount, town.today, order))
        if lie != "capture_unreported":
            self._say(order, CaptureReported(order, self.name, amount, f"{self.name}-c-{order}"))
        if lie == "capture_made_up":
            town.log.lied(lie, {("capture_not_at_provider", difference("capture", self.name, order)): -amount}, order)
        elif lie:
            purse.is_believed = False
            expects = {
                ("capture_not_booked", difference("capture", self.name, order)): amount,
            }
            town.log.lied(lie, expects, order)

    def _refunds(self, command: PayRefund) -> None:
        order, town = command.order, self.town
        purse, amount = self.purses.setdefault(order, Purse(0)), command.amount
        if amount > purse.captured - purse.refunded:
            self._say(order, RefundFailed(order, command.number, "nothing was taken"))
            return
        lie = self._lie(order, ("refund_unreported", "refund_made_up", "refund_doubled"))
        times = {"refund_made_up": 0, "refund_doubled": 2}.get(lie, 1)
        for _ in range(times):
            purse.refunded += amount
            self._line(ProviderLine("", "refund", amount, town.today, order))
        if lie != "refund_unreported":
            name = f"{self.name}-r-{order}-{command.number}"
            self._say(order, RefundReported(order, command.number, self.name, amount, name))
        if lie:
            kind = {
                "refund_unreported": "refund_not_booked",
                "refund_made_up": "refund_not_at_provider",
                "refund_doubled": "refund_differs",
            }[lie]
            off = -amount if lie == "refund_made_up" else amount
            town.log.lied(lie, {(kind, difference("refund", self.name, order)): off}, order)

    def charged_back(self, order: str) -> None:
        """The customer's bank takes the money back; the house hears of it or, now and then, does not."""
        purse, town = self.purses.get(order), self.town
        if purse is None or not purse.captured or purse.refunded or order in town.log.lied_orders:
            return
        amount = purse.captured
        self._line(ProviderLine("", "chargeback", amount, town.today, order, fee=1500))
        if self._lie(order, ("chargeback_unreported",)):
            expects = {("chargeback_not_booked", difference("chargeback", self.name, order)): amount}
            town.log.lied("chargeback_unreported", expects, order)
            return
        town.log.happenings["chargeback", f"order/{order}"] = amount
        dispute = ChargebackReported(order, self.name, amount, 1500, f"{self.name}-d-{order}")
        subject = f"order/{order}"
        if town.lies:
            town.send_and_contradict(self.name, subject, dispute, replace(dispute, fee=1400))
            return
        self._say(order, dispute)
        if town.happens(0.4):
            town.after(HOUR, partial(self._say, order, dispute))  # Disputes are told by call and by file.

    def pays_out(self) -> None:
        """Once a day: every order's open money in one payout, and each part reported by itself."""
        parts = {o: p.captured - p.settled for o, p in self.purses.items() if p.captured > p.settled}
        if not parts:
            return
        self.payouts += 1
        payout, net = f"{self.name}-{self.payouts}", 0
        for order, gross in parts.items():
            self.purses[order].settled += gross
            net += gross - self._settles(payout, order, gross)
        self._line(ProviderLine("", "payout", net, self.town.today, payout=payout))
        self.pays(self.name, payout, net)

    def _settles(self, payout: str, order: str, gross: int) -> int:
        """Settle one part and return the fee that was truly kept."""
        told = kept = gross * self.kept_in_thousand // 1000
        key = f"{payout}/{order}"
        lie = self._lie(order, ("settlement_unreported", "fee_raised"))
        if lie == "fee_raised":
            kept += 50
            expects = {("fee_differs", difference("fee", self.name, key)): 50}
            self.town.log.lied(lie, expects, order)
        elif lie or not self.purses[order].is_believed:
            # What was never told as taken cannot be told as settled either: both are missing.
            expects = {("settlement_not_booked", difference("settlement", self.name, key)): gross}
            if lie:
                self.town.log.lied(lie, expects, order)
            else:
                self._earlier_lie(order).expects.update(expects)
        if lie != "settlement_unreported" and self.purses[order].is_believed:
            self._say(order, SettlementReported(order, self.name, payout, "main", gross, told))
        self._line(ProviderLine("", "settlement", gross, self.town.today, order, payout, kept))
        return kept

    def states(self, night: int) -> None:
        """Send all lines since the last statement."""
        lines, self.lines = tuple(self.lines), []
        name = f"{self.name}/{night}"
        report = ProviderStatementReported(name, self.name, CURRENCY, self.town.today, lines)
        self.town.send(self.name, f"statement/provider/{name}", report)

    def _lie(self, order: str, kinds: tuple[str, ...]) -> str:
        """Draw a lie about an order nobody has lied about yet; none, mostly."""
        log = self.town.log
        if order in log.lied_orders or not self.town.lies:
            return ""
        return kinds[int(self.town.chance.random() * len(kinds))]

    def _earlier_lie(self, order: str) -> Fault:
        subject = f"order/{order}"
        return next(f for f in self.town.log.faults if subject in f.subjects and f.expects)

    def _line(self, line: ProviderLine) -> None:
        """Put a line on the next statement, under a key of its own."""
        self.lines.append(replace(line, key=f"{line.kind}-{len(self.lines)}-{self.town.now}"))

    def _soon(self, do: Callable[[], None]) -> None:
        self.town.after(self.town.between(MINUTE, 8 * MINUTE), do)

    def _say(self, order: str, data: Struct) -> None:
        self.town.send(self.name, f"order/{order}", data)


class Marketplace(Collector):
    """A marketplace has taken its customer's money already; it says so once the order is on its way to us."""

    def _is_asked(self, command: AuthorisePayment) -> None:
        """Nothing is to be held: it has been paid."""
