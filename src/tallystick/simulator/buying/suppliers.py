"""Suppliers, the dock and the payables desk: what they order, send, invoice, credit and pay, and what they truly did."""

from collections import Counter
from datetime import date, timedelta
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.buying import reports as buying
from tallystick.messages.stock import AdjustmentLine, AdjustmentReported
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import BEGIN, World

SKUS = ("LAMP", "SHADE", "BULB")
PLACE = "WH1"
MATCHINGS: tuple[buying.Matching, ...] = ("three_way", "invoice_first", "two_way")
CONDITIONS: tuple[buying.Condition, ...] = ("sellable", "sellable", "quarantine", "damaged")
SPREADS: tuple[buying.Spread, ...] = ("value", "quantity", "weight")


class BuyingTruth(Struct):
    """What happened, whatever was reported of it: units here by product, and what each payee is owed, in minor units."""

    units: Counter[str]
    owed: Counter[str]
    purchases: list[str]


class Suppliers:
    """Everybody who has to do with a purchase."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.true = BuyingTruth(Counter(), Counter(), [])
        self.made = 0

    def orders(self) -> None:
        """Order goods; what follows of it, follows in any order."""
        world, chance = self.world, self.world.chance
        name = f"P{len(self.true.purchases) + 1}"
        self.true.purchases.append(name)
        lines = tuple(
            buying.PurchaseLine(n, SKUS[int(chance.random() * 3)], 1 + int(chance.random() * 9), self._money(5_000))
            for n in range(1, 2 + int(chance.random() * 3))
        )
        placed = buying.PurchasePlaced(
            name,
            f"s{int(chance.random() * 2)}",
            PLACE,
            "EUR/2",
            self._day(5),
            lines,
            "GB",
            MATCHINGS[int(chance.random() * 3)],
            buying.Tolerance(200, 50, int(chance.random() * 2), 1_000),
        )
        self._say(placed, expected_on=self._day(9))
        self._goods(placed)
        for does, share in (
            (self._acknowledges, 0.5),
            (self._advises, 0.5),
            (self._invoices, 0.9),
            (self._sends_back, 0.35),
            (self._credits, 0.3),
            (self._freight, 0.4),
            (self._revises, 0.25),
            (self._cancels, 0.2),
        ):
            if world.happens(share):
                self._later(partial(does, placed), 12)

    def loses(self) -> None:
        """Units are gone: what comes later finds less of what it has to be spread over."""
        sku = SKUS[int(self.world.chance.random() * 3)]
        self.made += 1
        name = f"a{self.made}"
        self.true.units[sku] -= 1
        line = AdjustmentLine(1, sku, -1, "broken")
        self.world.send("dock", f"count/{name}", AdjustmentReported(name, PLACE, "EUR/2", (line,)))

    def _goods(self, placed: buying.PurchasePlaced) -> None:
        """Send everything at once, in two parts, too much of it, a part only, or nothing."""
        draw = self.world.chance.random()
        if draw < 0.5:
            self._later(partial(self._receives, placed, 100), 9)
        elif draw < 0.85:
            self._later(partial(self._receives, placed, 50), 9)
            self._later(partial(self._receives, placed, 50 + int(draw * 100) % 40), 14)
        elif draw < 0.90:
            self._later(partial(self._receives, placed, 60, final=True), 9)
        elif draw < 0.97:
            self._later(partial(self._turns_away, placed), 9)

    def _receives(self, placed: buying.PurchasePlaced, per_cent: int, *, final: bool = False) -> None:
        chance = self.world.chance
        lines = []
        for x in placed.lines:
            came = -(-x.quantity * per_cent // 100)
            rejected = int(chance.random() * 2) if chance.random() < 0.2 else 0
            lines.append(
                buying.PurchaseReceiptLine(x.line, x.sku, came, CONDITIONS[int(chance.random() * 4)], rejected)
            )
            self.true.units[x.sku] += came
        if self.world.happens(0.08):
            lines.append(buying.PurchaseReceiptLine(0, "VASE", 2, "quarantine"))
            self.true.units["VASE"] += 2
        asn = "A1" if self.world.happens(0.5) else ""
        told = buying.PurchaseReceiptReported(placed.purchase, self._name("R"), "EUR/2", tuple(lines), asn, final)
        self._say(told, lines=tuple(lines[:1]))

    def _turns_away(self, placed: buying.PurchasePlaced) -> None:
        """Let nothing in."""
        lines = tuple(buying.PurchaseReceiptLine(x.line, x.sku, 0, rejected=x.quantity) for x in placed.lines)
        told = buying.PurchaseReceiptReported(placed.purchase, self._name("R"), "EUR/2", lines)
        self._say(told, lines=lines[:1], final=True)
        if self.world.happens(0.7):
            self._later(partial(self._cancels, placed), 4)

    def _acknowledges(self, placed: buying.PurchasePlaced) -> None:
        short = int(self.world.chance.random() * 2)
        lines = tuple(buying.AcknowledgedLine(x.line, x.quantity - short, self._day(6)) for x in placed.lines)
        self._say(buying.PurchaseAcknowledged(placed.purchase, lines))

    def _advises(self, placed: buying.PurchasePlaced) -> None:
        lines = tuple(buying.AdvisedLine(x.line, x.quantity) for x in placed.lines[:2])
        self._say(buying.ShipmentAdvised(placed.purchase, "A1", self._day(3), lines))

    def _invoices(self, placed: buying.PurchasePlaced) -> None:
        """Ask for the agreed price, more or less; then wait for the money, or for a person to agree."""
        dearer = int(self.world.chance.random() * 3) * 400
        lines = tuple(buying.InvoicedLine(x.line, x.quantity, max(0, x.net + dearer - 200)) for x in placed.lines)
        net = sum(x.net for x in lines)
        told = buying.SupplierInvoiceReported(placed.purchase, self._name("I"), "EUR/2", lines, net // 5)
        self.true.owed[placed.supplier] += net + told.tax
        self._say(told, tax=told.tax + 1)
        if self.world.happens(0.5):
            self._later(partial(self._say, buying.InvoiceReleased(placed.purchase, told.invoice, "agreed")), 8)
        elif self.world.happens(0.5):
            self._later(partial(self._gives_in, placed, told), 8)
        if self.world.happens(0.8):
            days = 1 if self.world.happens(0.3) else 25
            self._later(partial(self._pays, placed, told, (net + told.tax) // 2), days)
            self._later(partial(self._pays, placed, told, net + told.tax - (net + told.tax) // 2), days)
            if self.world.happens(0.1):
                self._later(partial(self._pays, placed, told, 5), 40)

    def _pays(self, placed: buying.PurchasePlaced, told: buying.SupplierInvoiceReported, amount: int) -> None:
        if amount <= 0:
            return
        self.true.owed[placed.supplier] -= amount
        paid = buying.SupplierPaymentReported(placed.purchase, told.invoice, self._name("Z"), "main", "EUR/2", amount)
        self._say(paid, amount=amount + 1)

    def _gives_in(self, placed: buying.PurchasePlaced, told: buying.SupplierInvoiceReported) -> None:
        """Credit the difference in price, in whole or in part."""
        lines = tuple(buying.CreditNoteLine(x.line, x.quantity, 300, "price") for x in told.lines)
        self._credited(placed, lines, told.invoice)

    def _credits(self, placed: buying.PurchasePlaced) -> None:
        """Credit a unit that went back, at about its price."""
        x = placed.lines[0]
        net = max(0, x.net // x.quantity + int(self.world.chance.random() * 40) - 20)
        self._credited(placed, (buying.CreditNoteLine(x.line, 1, net, "returned"),), "")

    def _credited(self, placed: buying.PurchasePlaced, lines: tuple[buying.CreditNoteLine, ...], invoice: str) -> None:
        told = buying.SupplierCreditReported(placed.purchase, self._name("C"), "EUR/2", lines, 10, invoice)
        self.true.owed[placed.supplier] -= sum(x.net for x in lines) + told.tax
        self._say(told, tax=told.tax + 1)

    def _sends_back(self, placed: buying.PurchasePlaced) -> None:
        x = placed.lines[0]
        condition = CONDITIONS[1 + int(self.world.chance.random() * 3)]
        units = 1 + self.world.happens(0.4)
        back = buying.SentBackLine(x.line, x.sku, units, condition)
        self.true.units[x.sku] -= units
        told = buying.GoodsSentBackReported(placed.purchase, self._name("B"), "EUR/2", (back,))
        self._say(told, lines=(back, back))

    def _freight(self, placed: buying.PurchasePlaced) -> None:
        amount = self._money(900) - 100 or 1
        weights = tuple(buying.Weighed(x.line, 100 * x.line) for x in placed.lines)
        spread = SPREADS[int(self.world.chance.random() * 3)]
        told = buying.LandedCostReported(
            placed.purchase, self._name("F"), "hauler", "EUR/2", amount, spread, weights, 7
        )
        self.true.owed["hauler"] += amount + 7
        self._say(told, amount=amount + 1000)

    def _revises(self, placed: buying.PurchasePlaced) -> None:
        lines = tuple(replace(x, quantity=x.quantity + 1, net=x.net + 50) for x in placed.lines[:2])
        self._say(replace(placed, lines=lines, revision=2, expected_on=self._day(4)))

    def _cancels(self, placed: buying.PurchasePlaced) -> None:
        self._say(buying.PurchaseCancelled(placed.purchase, "too dear"))

    def _say(self, told: Struct, **otherwise: object) -> None:
        subject = f"purchase/{told.purchase}"  # type: ignore[attr-defined]
        if otherwise:
            self.world.send_named("buyer", subject, told, **otherwise)
        else:
            self.world.send("buyer", subject, told)

    def _later(self, do: partial[None], days: int) -> None:
        self.world.after(self.world.between(HOUR, days * DAY), do)

    def _name(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def _money(self, most: int) -> int:
        return int(self.world.chance.random() * most)

    def _day(self, days: int) -> date:
        return (BEGIN + timedelta(seconds=self.world.now, days=days)).date()
