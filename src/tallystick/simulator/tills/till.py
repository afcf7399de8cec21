"""The till and the stockroom: sales and credits that have happened, goods that came in, counts, debts given up."""

from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.sales import (
    BadDebtLine,
    BadDebtReported,
    CreditReported,
    SaleLine,
    SaleReported,
    ServiceLine,
)
from tallystick.messages.stock import (
    AdjustmentLine,
    AdjustmentReported,
    DeclaredCost,
    ReceiptLine,
    ReceiptReported,
)
from tallystick.simulator.customers import LOCATIONS, SKUS
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import World

PEOPLE = ("person:1", "person:2", None)
TENDERS = ("account", "cash")


class Till:
    """Reports what cannot be refused any more, each line once or, at times, again under another id."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.made = 0

    def opens(self, sku: str, location: str) -> None:
        """Declare or receive the first stock of a product."""
        chance = self.world.chance
        self.made += 1
        quantity = int(chance.random() * 14)
        lines = (ReceiptLine(1, sku, quantity, quantity * 400 + int(chance.random() * 7)),) if quantity else ()
        origin = "opening" if chance.random() < 0.5 else "supplier"
        declared = (DeclaredCost(sku, 390),) if chance.random() < 0.3 else ()
        report = ReceiptReported(f"r{self.made}", location, "EUR/2", origin, lines, declared)
        self._happens(f"stock/r{self.made}", report, {sku: quantity}, location)

    def acts(self) -> None:
        """Do one of the things that happen in a shop."""
        draw = self.world.chance.random()
        self.made += 1
        if draw < 0.55:
            self._sells()
        elif draw < 0.70:
            self._credits()
        elif draw < 0.82:
            self._receives()
        elif draw < 0.92:
            self._counts()
        else:
            self._gives_up()

    def _sells(self) -> None:
        chance, n = self.world.chance, self.made
        lines = self._lines(3)
        gift = (SaleLine(90, SKUS[n % 3], 1, 0),) if n % 7 == 0 else ()
        location, channel, tender = self._where()
        report = SaleReported(
            str(n),
            channel,
            location,
            "EUR/2",
            tender,
            lines,
            gift,
            (ServiceLine(91, "POST", "postage", 1, 390, 74),) if n % 3 == 0 else (),
            (ServiceLine(92, "FEE", "fees", 1, 50),) if n % 11 == 0 else (),
            (ServiceLine(93, "GIFT_20", "gift", 1, 2000),) if n % 5 == 0 else (),
            "DE",
            PEOPLE[int(chance.random() * 3)],
        )
        self.world.truth.till_net[channel] += sum(x.net for x in lines)
        units = {sku: -sum(x.quantity for x in (*lines, *gift) if x.sku == sku) for sku in SKUS}
        self._happens(f"sale/{channel}/{n}", report, units, location)

    def _credits(self) -> None:
        lines, n = self._lines(2), self.made
        location, channel, tender = self._where()
        report = CreditReported(
            f"C{n}",
            channel,
            location,
            "EUR/2",
            tender,
            lines,
            (ServiceLine(91, "POST", "postage", 1, 390, 74),) if n % 3 == 0 else (),
            jurisdiction="DE",
            customer=PEOPLE[int(self.world.chance.random() * 3)],
        )
        units = {sku: sum(x.quantity for x in lines if x.sku == sku) for sku in SKUS}
        self._happens(f"credit/{channel}/C{n}", report, units, location)

    def _receives(self) -> None:
        lines, n = self._lines(5), self.made
        location = self._where()[0]
        cost = 350 + int(self.world.chance.random() * 100)
        received = tuple(ReceiptLine(x.line, x.sku, x.quantity, x.quantity * cost + x.line) for x in lines)
        report = ReceiptReported(f"r{n}", location, "EUR/2", "supplier", received)
        units = {sku: sum(x.quantity for x in lines if x.sku == sku) for sku in SKUS}
        self._happens(f"stock/r{n}", report, units, location)

    def _counts(self) -> None:
        chance, n = self.world.chance, self.made
        location, sku = self._where()[0], SKUS[int(chance.random() * 3)]
        off = int(chance.random() * 7) - 3 or 1
        lines = (AdjustmentLine(1, sku, off, "count"), AdjustmentLine(2, sku, 1, "found"))
        unstocked = (AdjustmentLine(91, "POST", -1 if n % 2 else 2),) if n % 4 == 0 else ()
        report = AdjustmentReported(f"a{n}", location, "EUR/2", lines, unstocked)
        self._happens(f"count/a{n}", report, {sku: off + 1}, location)

    def _gives_up(self) -> None:
        n = self.made
        lost = -700 if n % 2 else 700
        lines = (BadDebtLine(1, "DEBT", 1, lost), BadDebtLine(2, "DEBT", 1, 50))
        report = BadDebtReported(f"b{n}", "web", "EUR/2", lines)
        self._happens(f"baddebt/b{n}", report, {}, "")

    def _lines(self, most: int) -> tuple[SaleLine, ...]:
        chance = self.world.chance
        lines = []
        for n in range(1, 2 + int(chance.random() * 2)):
            quantity = 1 + int(chance.random() * most)
            # Few prices, so that a credit often finds the sale it belongs to.
            net = quantity * (900, 1000, 1100)[int(chance.random() * 3)]
            lines.append(SaleLine(n, SKUS[int(chance.random() * 3)], quantity, net, net * 19 // 100))
        return tuple(lines)

    def _where(self) -> tuple[str, str, str]:
        draw = self.world.chance.random()
        return LOCATIONS[int(draw * 2)], ("till1", "till2")[int(draw * 100) % 2], TENDERS[int(draw * 1000) % 2]

    def _happens(self, subject: str, report: Struct, units: dict[str, int], location: str) -> None:
        """It has happened; tell the house, at times once more under another id, or only in part before."""
        world = self.world
        for sku, moved in units.items():
            world.truth.units[sku, location] += moved
        if world.happens(0.06):
            world.after(HOUR, partial(world.send, "backfill", subject, report))
        first = _first_line_only(report) if world.happens(0.05) else None
        if first is not None:
            world.send("till", subject, first)
            world.after(world.between(HOUR, DAY), partial(world.send, "till", subject, report))
        else:
            world.send("till", subject, report)


def _first_line_only(report: Struct) -> Struct | None:
    """The same report as it looked when only its first line was known; None where it has but one."""
    for name in ("goods", "lines"):
        lines = getattr(report, name, ())
        if len(lines) > 1:
            return replace(report, **{name: lines[:1]})
    return None
