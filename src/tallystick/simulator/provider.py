"""The payment provider: holds, takes, lets go, pays back and settles; mostly as asked, sometimes not.

It may also say nothing, let a hold lapse, take less than it was asked, pay back twice or pay out too much.
"""

from functools import partial

from msgspec import Struct

from tallystick.messages.payments import (
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    PaymentAuthorised,
    PaymentDeclined,
    PayRefund,
    RefundFailed,
    RefundReported,
    SettlementReported,
    VoidPayment,
    VoidReported,
)
from tallystick.simulator.weather import DAY, HOUR, MINUTE
from tallystick.simulator.world import World


class Purse(Struct):
    """One customer's money for one order, as the provider knows it."""

    provider: str
    asked: int
    captured: int = 0
    refunded: int = 0
    settled: int = 0
    payouts: int = 0
    ended: bool = False
    lapsed: bool = False


class Provider:
    """All payment providers of the world. Idempotent by key, as they promise to be."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.done: dict[str, Struct] = {}
        self.purses: dict[str, Purse] = {}
        self.references = 0

    def take(self, key: str, command: Struct) -> None:
        """Do what a command says, once."""
        if key in self.done:
            return
        self.done[key] = command
        if isinstance(command, AuthorisePayment):
            self._authorise(command)
        elif isinstance(command, CapturePayment):
            self._collect(command)
        elif isinstance(command, VoidPayment):
            self._void(command.order, self._purse(command.order, command.provider))
        elif isinstance(command, PayRefund):
            self._refund(command)

    def _purse(self, order: str, provider: str) -> Purse:
        """Return the purse; an empty one where nothing was ever asked of us: refused, sent all the same, brought back."""
        return self.purses.setdefault(order, Purse(provider, 0))

    def _after(self, low: float, high: float, do: partial[None]) -> None:
        self.world.after(self.world.between(low * MINUTE, high * MINUTE), do)

    def _say(self, order: str, data: Struct) -> None:
        self.world.send(self.purses[order].provider, f"order/{order}", data)

    def _say_money(self, order: str, data: CaptureReported | RefundReported) -> None:
        if data.reference:
            self.world.send_named(self.purses[order].provider, f"order/{order}", data, amount=data.amount + 1)
        else:
            self._say(order, data)

    def _reference(self) -> str:
        """Most providers name what they did; one that does not cannot be compared, and so does not repeat itself."""
        self.references += 1
        return f"m{self.references}" if self.world.happens(0.9) else ""

    def _authorise(self, command: AuthorisePayment) -> None:
        world, order, amount = self.world, command.order, command.amount
        self.purses[order] = Purse(command.provider, amount)
        draw = world.chance.random()
        late = 60 if world.happens(0.10) else 0
        if draw < 0.75:
            self._after(1 + late, 10 + late, partial(self._answer, order, amount))
            self._acts_alone(order, amount, draw)
        elif draw < 0.78:
            self._after(1, 10, partial(self._answer, order, amount // 2))
        elif draw < 0.795:
            return  # Not a word, ever.
        elif draw < 0.83:
            self._after(1 + late, 10 + late, partial(self._capture, order, amount // 3 or 1))
            self._goes_on(order, amount, (draw - 0.795) * 28)
        elif draw < 0.86:
            self._after(1 + late, 10 + late, partial(self._capture, order, amount or 1))
        else:
            self._after(1 + late, 10 + late, partial(self._say, order, PaymentDeclined(order, "no funds")))
            self._changes_its_mind(order, amount, draw)

    def _acts_alone(self, order: str, amount: int, draw: float) -> None:
        """Take the held money without being asked, or let it go."""
        if draw < 0.03:
            self._after(30, 3000, partial(self._capture, order, max(1, amount // (1 + int(draw * 100)))))
        elif draw < 0.07:
            self._after(60, 3000, partial(self._lapse, order))

    def _changes_its_mind(self, order: str, amount: int, draw: float) -> None:
        """Hold or take the money after having declined it."""
        if draw > 0.97:
            self._after(20, 3000, partial(self._answer, order, amount))
        elif draw > 0.95:
            self._after(20, 9000, partial(self._capture, order, amount))
        elif draw > 0.91:
            self._collect_bit_by_bit(order)

    def _goes_on(self, order: str, amount: int, draw: float) -> None:
        """After a part of the money: hold the rest, too little of it, or none; or take the rest; or nothing."""
        if draw < 0.25:
            self._after(10, 40, partial(self._answer, order, amount))
        elif draw < 0.50:
            self._after(10, 40, partial(self._answer, order, amount // 7))
        elif draw < 0.75:
            self._after(10, 40, partial(self._say, order, PaymentDeclined(order, "no more funds")))
        elif draw < 0.90:
            self._after(10, 40, partial(self._capture, order, amount - amount // 3 or 1))

    def _lapse(self, order: str) -> None:
        """The hold expires, unless something was done with it; at times the customer is asked once more, and pays."""
        purse = self.purses[order]
        if purse.captured or purse.ended:
            return
        purse.lapsed = True
        self._say(order, VoidReported(order))
        if self.world.happens(0.4):
            self._after(60, 6000, partial(self._hold_anew, order))

    def _hold_anew(self, order: str) -> None:
        self.purses[order].lapsed = False
        self._answer(order, self.purses[order].asked)

    def _collect(self, command: CapturePayment) -> None:
        """Take what we are asked to take: all of it, at times less, and nothing where the hold has lapsed."""
        purse, amount = self._purse(command.order, command.provider), command.amount
        if purse.lapsed:
            return
        if self.world.happens(0.03):
            amount = amount // 2 or 1
        late = self.world.between(10, 120) * 60 if self.world.happens(0.08) else 0
        self._after(1 + late, 30 + late, partial(self._capture, command.order, amount))

    def _answer(self, order: str, amount: int) -> None:
        purse = self.purses[order]
        if purse.ended and self.world.happens(0.5):
            return
        self._say(order, PaymentAuthorised(order, purse.provider, amount))

    def _capture(self, order: str, amount: int) -> None:
        purse, world = self.purses[order], self.world
        parts = [amount]
        if amount > 1 and world.happens(0.15):
            parts = [amount // 2, amount - amount // 2]
        for n, part in enumerate(parts):
            purse.captured += part
            world.truth.captured[order] += part
            taken = CaptureReported(order, purse.provider, part, self._reference())
            self.world.after(n * 3 * DAY, partial(self._say_money, order, taken))
        world.after(world.between(6 * HOUR, 9 * DAY), partial(self._settle, order))

    def _void(self, order: str, purse: Purse) -> None:
        world = self.world
        was_ended, purse.ended = purse.ended, True
        draw = world.chance.random()
        if was_ended or draw < 0.80:
            self._after(1, 60, partial(self._say, order, VoidReported(order)))
        elif draw < 0.86:
            self._after(80 * 60, 90 * 60, partial(self._say, order, VoidReported(order)))
        elif draw < 0.93:
            self._after(1, 60, partial(self._say, order, PaymentDeclined(order, "expired")))
        else:
            self._after(1, 60, partial(self._capture, order, purse.asked // 2 or 1))
        if draw < 0.06 or draw > 0.97:
            self._after(60, 6000, partial(self._capture, order, purse.asked // 2 or 1))
        elif draw < 0.12:
            self._collect_bit_by_bit(order)

    def _collect_bit_by_bit(self, order: str) -> None:
        """The customer pays in small parts after all, each settled before the next."""
        for day in (2, 12, 22):
            self.world.after(day * DAY, partial(self._capture, order, self.purses[order].asked // 7 or 1))

    def _refund(self, command: PayRefund) -> None:
        purse, world = self._purse(command.order, command.provider), self.world
        draw = world.chance.random()
        if draw < 0.08 or command.amount > purse.captured - purse.refunded:
            failed = RefundFailed(command.order, command.number, "not possible")
            self._after(5, 60, partial(self._say, command.order, failed))
            if draw < 0.04 and command.amount <= purse.captured - purse.refunded:
                self._after(2000, 9000, partial(self._pay_back, command, command.amount))
        elif draw < 0.12 and command.amount > 1:
            self._after(5, 60, partial(self._pay_back, command, command.amount - 1))
        else:
            late = 15 * DAY // MINUTE if draw > 0.96 else 0
            self._after(5 + late, 60 + late, partial(self._pay_back, command, command.amount))

    def _pay_back(self, command: PayRefund, amount: int) -> None:
        purse, world, order = self.purses[command.order], self.world, command.order
        purse.refunded += amount
        world.truth.refunded[order] += amount
        self._say_money(order, RefundReported(order, command.number, purse.provider, amount, self._reference()))
        if world.happens(0.03):
            world.after(2 * DAY, partial(self._pay_back, command, amount))
        if purse.settled > 0 and world.happens(0.5):
            world.after(DAY, partial(self._pay_out, order, -amount))

    def _settle(self, order: str) -> None:
        purse, world = self.purses[order], self.world
        open_gross = purse.captured - purse.settled
        if open_gross <= 0:
            return
        if world.happens(0.25) and open_gross > 1:
            self._pay_out(order, open_gross // 2)
            world.after(world.between(HOUR, 5 * DAY), partial(self._settle, order))
        else:
            self._pay_out(order, open_gross + (7 if world.happens(0.02) else 0))
            if world.happens(0.06):
                # Contested: taken out of one payout, put back into a later one.
                world.after(4 * DAY, partial(self._pay_out, order, -open_gross))
                world.after(9 * DAY, partial(self._pay_out, order, open_gross))

    def _pay_out(self, order: str, gross: int) -> None:
        purse = self.purses[order]
        purse.settled += gross
        purse.payouts += 1
        self.world.truth.settled[order] += gross
        fee = gross * 3 // 100 if gross > 0 else 0
        payout = f"{order}.{purse.payouts}"
        settled = SettlementReported(order, purse.provider, payout, "main", gross, fee)
        self.world.send_named(purse.provider, f"order/{order}", settled, gross=gross + 1)
