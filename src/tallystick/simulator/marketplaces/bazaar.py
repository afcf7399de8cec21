"""A marketplace, its buyers, and the dock that sends for it: what they do, and what they truly did."""

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

from msgspec import Struct, field

from tallystick.messages.channels import TellShipment
from tallystick.messages.fulfilment import (
    DispatchRefused,
    DispatchReported,
    RecallLines,
    RecallShipment,
    RedirectShipment,
    ShipOrder,
)
from tallystick.messages.marketplaces.reports import (
    MarketplaceChargeReported,
    MarketplaceRefundReported,
    MarketplaceSettlementReported,
)
from tallystick.messages.marketplaces.terms import MarketplaceTerms
from tallystick.messages.payments import (
    AuthorisationRequested,
    AuthorisePayment,
    CapturePayment,
    CaptureReported,
    CaptureRequested,
    ChargebackReported,
    PayRefund,
    VoidPayment,
    VoidRequested,
)
from tallystick.messages.returns import ReturnedLine, ReturnReceived
from tallystick.messages.sales import (
    CancelLines,
    CancelOrder,
    OrderCancellationRequested,
    OrderLine,
    OrderLineCancellationRequested,
    OrderPlaced,
    RefundRequested,
    RefuseOrder,
    ServiceLine,
)
from tallystick.messages.stock import HeldLine, ReceiptLine, ReceiptReported
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import BEGIN, World

NAME, PLACE, BANK, SKUS = "bazaar", "WH1", "main", ("LAMP", "SHADE", "BULB")
COMMANDS = (ShipOrder, RecallShipment, RecallLines, RedirectShipment)
HEARD = (RefuseOrder, CancelOrder, CancelLines, TellShipment, PayRefund)
NOT_ITS_OWN = (AuthorisePayment, CapturePayment, VoidPayment)
"""What a marketplace must not be asked for: it hears it and does nothing."""
COMMISSION = 15


class Deal(Struct):
    """An order as the marketplace knows it; prices are of a unit. *left* counts units sent and not back, by line.

    *back* is what the buyer was paid back, *due* what he is to have at most. *late*: the dock had something to send on its day.
    """

    placed: OrderPlaced
    left: Counter[int] = field(default_factory=Counter)
    asked: dict[int, int] = field(default_factory=dict)
    stopped: bool = False
    served: bool = False
    changed: bool = False
    late: bool = False
    lowered: bool = False
    back: int = 0
    due: int = 0
    parts: int = 0

    def worth(self, line: int) -> tuple[int, int]:
        """Return net and tax of a unit."""
        found = next(x for x in self.placed.lines if x.line == line)
        return found.net // found.quantity, found.tax // found.quantity

    def collects(self, line: int) -> bool:
        """Say whether the tax of a line is the marketplace's."""
        return self.placed.marketplace is not None and line in self.placed.marketplace.collects_tax_of


class BazaarTruth(Struct):
    """Minor units that moved, whatever was reported: taken, paid back, charged back, settled, kept, withheld, charged; and tax."""

    taken: int = 0
    back: int = 0
    disputed: int = 0
    settled: int = 0
    kept: int = 0
    withheld: int = 0
    charged: int = 0
    held: int = 0
    their_tax: int = 0
    our_tax: int = 0


class Bazaar:
    """Everybody who has to do with the marketplace's orders."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world, self.true = world, BazaarTruth()
        self.deals: dict[str, Deal] = {}
        self.made = 0
        self.done: dict[str, Struct] = {}
        world.partners.update(dict.fromkeys((*COMMANDS, *HEARD, *NOT_ITS_OWN), self))

    def opens(self, sku: str) -> None:
        """Goods come from the supplier."""
        line = ReceiptLine(1, sku, 12, 12 * 500)
        self.world.send("dock", f"stock/{sku}", ReceiptReported(f"R-{sku}", PLACE, "EUR/2", "supplier", (line,)))

    def sells(self) -> None:
        """A buyer orders and pays there; more than there is, at times, and tax-free what may be made cheaper later."""
        chance, name = self.world.chance, f"B{len(self.deals) + 1}"
        rate = 0 if self.world.happens(0.3) else 19
        lines = []
        for n in range(1, 2 + int(chance.random() * 2)):
            units, net = 1 + int(chance.random() * 3), 100 * (5 + int(chance.random() * 20))
            units += 40 * self.world.happens(0.04)
            lines.append(OrderLine(n, SKUS[int(chance.random() * 3)], units, units * net, units * net * rate // 100))
        number = len(lines) + 1
        shipping = (ServiceLine(number, "shipping", "shipping", 1, 500, 5 * rate),) if self.world.happens(0.5) else ()
        collected = tuple(n for n in range(1, number + len(shipping)) if self.world.happens(0.7))
        by = BEGIN + timedelta(seconds=self.world.now + self.world.between(DAY, 5 * DAY))
        place = (name, NAME, PLACE, "EUR/2", NAME)
        placed = OrderPlaced(
            *place, tuple(lines), "US-CA", services=shipping, already_sold=self.world.happens(0.5),
            follows_parcels=True, marketplace=MarketplaceTerms(by, collected),
        )  # fmt: skip
        deal = self.deals[name] = Deal(placed)
        self._say(name, placed)
        self.world.after((by - BEGIN).total_seconds() - self.world.now, partial(self._day_passes, deal))
        for does, share in (
            (self._cancels, 0.12),
            (self._cuts, 0.15),
            (self._asks_what_cannot_be, 0.3),
            (self._takes_early, 0.04),
        ):
            if self.world.happens(share):
                self._later(partial(does, deal), 4)

    def take(self, key: str, command: Any) -> None:
        """Take a command; the same key again has no further effect."""
        if key in self.done:
            return
        self.done[key] = command
        deal = self.deals[command.order]
        if isinstance(command, ShipOrder):
            deal.asked = {x.line: x.quantity for x in command.lines}
            self._later(partial(self._sends, deal), 6)
        elif isinstance(command, RecallShipment | RecallLines):
            self._keeps(deal, command)
        elif isinstance(command, PayRefund):
            self._later(partial(self._pays_back, deal, command.amount), 9)

    def charges(self) -> None:
        """A payout is smaller by a subscription, or by what is held back."""
        self.made += 1
        is_reserve, amount = self.world.happens(0.5), 100 + int(self.world.chance.random() * 900)
        if is_reserve:
            self.true.held += amount
        else:
            self.true.charged += amount
        charge = f"C{self.made}"
        told = MarketplaceChargeReported(charge, NAME, NAME, f"P{charge}", BANK, "EUR/2", "monthly", amount, is_reserve)
        self.world.send_named("bazaar", f"marketplace_charge/{NAME}/{charge}", told, amount=amount + 1)

    def _sends(self, deal: Deal) -> None:
        """Send all that is asked for, a part now and the rest later, or none of it."""
        if deal.stopped or not deal.asked:
            return
        draw = self.world.chance.random()
        if draw < 0.08:
            deal.asked = {}
            self._say(deal.placed.order, DispatchRefused(deal.placed.order, "not found"))
            return
        units = dict(deal.asked)
        if draw < 0.4 and sum(units.values()) > 1:
            line = min(units)
            units = {line: 1}
            self._later(partial(self._sends, deal), 8)
        for line, n in units.items():
            deal.asked[line] -= n
        deal.asked = {line: n for line, n in deal.asked.items() if n}
        self._left(deal, units)

    def _left(self, deal: Deal, units: dict[int, int]) -> None:
        skus = {x.line: x.sku for x in deal.placed.lines}
        self.made += 1
        lines = tuple(HeldLine(line, skus[line], n) for line, n in units.items())
        order = deal.placed.order
        self.world.send_named("dock", f"order/{order}", DispatchReported(order, f"S{self.made}", lines))
        gross = theirs = 0
        for line, n in units.items():
            net, tax = deal.worth(line)
            deal.left[line] += n
            gross += n * (net + tax)
            theirs += self._taxed(deal, line, n * tax)
        if not deal.served:
            deal.served = True
            for x in deal.placed.services:
                gross += x.net + x.tax
                theirs += self._taxed(deal, x.line, x.tax)
        if not self.world.happens(0.04):  # Else it forgets to, and somebody is told.
            self._later(partial(self._takes, deal, gross, theirs), 5)
        self._later(partial(self._comes_back, deal), 20)

    def _taxed(self, deal: Deal, line: int, tax: int) -> int:
        """Note whose tax it is; return the marketplace's."""
        if deal.collects(line):
            self.true.their_tax += tax
            return tax
        self.true.our_tax += tax
        return 0

    def _keeps(self, deal: Deal, command: RecallShipment | RecallLines) -> None:
        """What has not left is kept, and refused."""
        order = deal.placed.order
        if isinstance(command, RecallShipment):
            deal.stopped, deal.asked = True, {}
            return self._say(order, DispatchRefused(order, "recalled"))
        kept = tuple(
            HeldLine(x.line, x.sku, min(x.quantity, deal.asked[x.line]))
            for x in command.lines
            if deal.asked.get(x.line)
        )
        for x in kept:
            deal.asked[x.line] -= x.quantity
        deal.asked = {line: n for line, n in deal.asked.items() if n}
        return self._say(order, DispatchRefused(order, "recalled", kept)) if kept else None

    def _takes(self, deal: Deal, gross: int, withheld: int) -> None:
        """The buyer is charged; the payout follows, less commission and tax."""
        order = deal.placed.order
        self.made += 1
        self.true.taken += gross
        told = CaptureReported(order, NAME, gross, f"take-{self.made}")
        self._named(order, told, amount=gross + 1)
        self._later(partial(self._settles, deal, gross, withheld), 10)
        if self.world.happens(0.04):
            self.true.disputed += 200 + 15
            self._named(order, ChargebackReported(order, NAME, 200, 15, f"d-{self.made}"), amount=201)

    def _settles(self, deal: Deal, gross: int, withheld: int) -> None:
        deal.parts += 1
        kept = gross * COMMISSION // 100
        self.true.settled += gross
        self.true.kept += kept
        self.true.withheld += withheld
        order = deal.placed.order
        told = MarketplaceSettlementReported(order, NAME, f"P{deal.parts}", BANK, gross, kept, withheld)
        self._named(order, told, commission=kept + 1)

    def _comes_back(self, deal: Deal) -> None:
        """A unit comes back, is paid back before it comes, or never comes; or the price is lowered afterwards."""
        draw, here = self.world.chance.random(), [line for line, n in deal.left.items() if n]
        if draw > 0.5 or not here:
            return
        line = here[int(self.world.chance.random() * len(here))]
        amount = sum(deal.worth(line))
        if draw < 0.2:
            self._returns(deal, line)
        elif draw < 0.35:
            self._pays_back(deal, amount)
            self._later(partial(self._returns, deal, line), 25)
        elif draw < 0.4:
            self._pays_back(deal, amount)
            deal.due += amount
        elif not (any(x.tax for x in deal.placed.lines) or any(x.tax for x in deal.placed.services)):
            self._say(deal.placed.order, RefundRequested(deal.placed.order, 50, "scratched"))
            deal.lowered, deal.due = True, deal.due + 50

    def _returns(self, deal: Deal, line: int) -> None:
        net, tax = deal.worth(line)
        deal.due += net + tax
        if deal.left[line] < 1 or deal.lowered:
            return
        deal.left[line] -= 1
        self._taxed(deal, line, -tax)
        order, sku = deal.placed.order, next(x.sku for x in deal.placed.lines if x.line == line)
        self.made += 1
        back = (ReturnedLine(line, sku, 1, "sellable"),)
        self.world.send(
            "dock", f"order/{order}", ReturnReceived(order, f"RMA{self.made}", PLACE, back, f"RMA{self.made}")
        )

    def _pays_back(self, deal: Deal, amount: int) -> None:
        order = deal.placed.order
        self.made += 1
        deal.back += amount
        self.true.back += amount
        self._named(order, MarketplaceRefundReported(order, NAME, amount, f"back-{self.made}"), amount=amount + 1)

    def _day_passes(self, deal: Deal) -> None:
        deal.late = bool(deal.asked)

    def _takes_early(self, deal: Deal) -> None:
        """A buyer is charged a little too much, and it is settled: he may have it back."""
        deal.due += 10
        self._takes(deal, 10, 0)

    def _cancels(self, deal: Deal) -> None:
        deal.changed = True
        self._say(deal.placed.order, OrderCancellationRequested(deal.placed.order, "regret"))

    def _cuts(self, deal: Deal) -> None:
        deal.changed = True
        self._say(deal.placed.order, OrderLineCancellationRequested(deal.placed.order, 1, 1, "one too many"))

    def _asks_what_cannot_be(self, deal: Deal) -> None:
        """A clerk asks of the payment what only a provider could do."""
        order = deal.placed.order
        for told in (AuthorisationRequested(order), CaptureRequested(order, 1), VoidRequested(order)):
            if self.world.happens(0.6):
                self._say(order, told)

    def _say(self, order: str, told: Struct) -> None:
        self.world.send("bazaar", f"order/{order}", told)

    def _named(self, order: str, told: Struct, **otherwise: object) -> None:
        self.world.send_named("bazaar", f"order/{order}", told, **otherwise)

    def _later(self, do: partial[None], days: int) -> None:
        self.world.after(self.world.between(HOUR, days * DAY), do)
