"""The cash desk of a shop: baskets of a day, now and then corrected or late, and the count when it closes.

It keeps an account of its own of what was told last, to be laid beside the book at the end.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from tallystick.messages.sales import SaleLine, SaleReported, ScanLine
from tallystick.messages.tills import CashUpReported, TenderCount
from tallystick.processes.folded import Folded
from tallystick.simulator.customers import LOCATIONS, SKUS
from tallystick.simulator.invariants import StepCheck
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import World

# Nobody of these brings anything back: what is corrected after a return is a story of its own.
PEOPLE = ("person:8", "person:9", None)
TENDERS = ("cash", "card")
FIRST_DAY = date(2026, 11, 2)
MISCOUNTS = (-2000, -3, 3, 2000)


class CashDesk:
    """Rings up baskets and counts the drawers; `told` and `counted` are what the house was told last, by shop's day."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.made = 0
        self.told: defaultdict[str, dict[str, dict[int, Any]]] = defaultdict(lambda: defaultdict(dict))
        self.counted: dict[str, Counter[str]] = {}

    def opens(self) -> None:
        """Live through one day: some baskets, some of them corrected, and counts."""
        world, self.made = self.world, self.made + 1
        day, location = FIRST_DAY + timedelta(days=self.made), LOCATIONS[self.made % 2]
        subject = f"till/{location}/{day}"
        for n in range(1 + int(world.chance.random() * 3)):
            basket = self._basket(f"{self.made}-{n}", location, day)
            world.after(world.between(0, 12 * HOUR), partial(self._rings_up, subject, basket))
        for hours in (9, 20, 4 * 24):
            if world.happens(0.7):
                world.after(hours * HOUR, partial(self._counts, subject, location, day))

    def committed(self, folded: Folded) -> None:
        """Note what the house was told, in the order in which it took it."""
        data, subject = folded.message.data, folded.message.subject
        if isinstance(data, SaleReported) and data.till_day:
            self._note(self.told[subject][data.sale], data)
        elif isinstance(data, CashUpReported):
            counted = Counter({x.tender: x.amount for x in data.counted})
            if data.supplement:
                counted.update(self.counted.get(subject, Counter()))
            self.counted[subject] = counted

    def _note(self, lines: dict[int, Any], report: SaleReported) -> None:
        rows: tuple[Any, ...] = (*report.goods, *report.giveaways, *report.scans)
        now = {x.line: (x, report) for x in rows}
        after = now if report.whole else lines | now
        for kept, sign in ((lines, 1), (after, -1)):
            for x, told in kept.values():
                if hasattr(x, "quantity"):
                    self.world.truth.units[x.sku, told.location] += sign * x.quantity
        lines.clear()
        lines.update(after)

    def _rings_up(self, subject: str, basket: SaleReported) -> None:
        world = self.world
        world.send("till", subject, basket)
        if world.happens(0.2):
            dearer = tuple(replace(x, quantity=x.quantity + 1, net=x.net + 990) for x in basket.goods)
            changed = replace(basket, goods=dearer, scans=())
            world.after(world.between(HOUR, DAY), partial(world.send, "till", subject, changed))
        if world.happens(0.2):
            line = SaleLine(80, SKUS[0], 1, 700 if world.happens(0.5) else 300)
            more = replace(basket, goods=(line,), giveaways=(), scans=(), whole=False)
            world.after(world.between(HOUR, DAY), partial(world.send, "till", subject, more))
        if world.happens(0.1):
            world.after(HOUR, partial(world.send, "backfill", subject, basket))

    def _counts(self, subject: str, location: str, day: date) -> None:
        """Count what the desk has told by now, at times wrongly, at times twice, at times with a note found later."""
        world = self.world
        counted = tuple(TenderCount(tender, n) for tender, n in sorted(self.taken(subject).items()))
        if world.happens(0.3) and counted:
            off = MISCOUNTS[int(world.chance.random() * len(MISCOUNTS))]
            counted = (replace(counted[0], amount=counted[0].amount + off), *counted[1:])
        report = CashUpReported(location, day, "EUR/2", counted, tuple(sorted(self.told[subject])))
        world.send("till", subject, report)
        if world.happens(0.3):
            world.after(60, partial(world.send, "backfill", subject, report))
        if world.happens(0.1):
            found = CashUpReported(location, day, "EUR/2", (TenderCount("cash", 700),), supplement=True)
            world.after(HOUR, partial(world.send, "till", subject, found))

    def taken(self, subject: str) -> Counter[str]:
        """Return what the baskets of a shop's day took, by tender."""
        found: Counter[str] = Counter()
        for lines in self.told[subject].values():
            # A part that was added takes the tender of the basket it belongs to.
            tender = next((told.tender for _, told in lines.values() if told.whole), TENDERS[0])
            found[tender] += sum(x.net + getattr(x, "tax", 0) - x.coupon for x, _ in lines.values())
        return found

    def _basket(self, number: str, location: str, day: date) -> SaleReported:
        chance = self.world.chance
        goods = tuple(
            SaleLine(n, sku, 1 + int(chance.random() * 3), 900 + int(chance.random() * 200), 0, 100, 20, 40)
            for n, sku in enumerate(SKUS[: 1 + int(chance.random() * 2)], 1)
        )
        gift = (SaleLine(70, SKUS[1], 1, 0),) if chance.random() < 0.2 else ()
        scans = (ScanLine(71, "COUPON", coupon=50),) if chance.random() < 0.3 else ()
        tender, person = TENDERS[int(number.partition("-")[2]) % 2], PEOPLE[int(chance.random() * 3)]
        basket = SaleReported(number, "shop", location, "EUR/2", tender, goods, gift, customer=person, scans=scans)
        return replace(basket, till_day=day, whole=True)


def check_tills(check: StepCheck, desk: CashDesk) -> None:
    """Each shop's day: counted, it stands at zero and its difference is known; uncounted, all it took still waits."""
    waits, off = Counter[str](), Counter[str]()
    for folded in check.book.entries:
        subject = folded.message.subject
        for p in folded.postings:
            for address, sign in ((p.debit, 1), (p.credit, -1)):
                waits[subject] += sign * p.number * address.startswith("till_takings:")
                off[subject] += sign * p.number * address.startswith("over_short:")
    for subject in sorted({*desk.told, *desk.counted}):
        taken, counted = desk.taken(subject).total(), desk.counted.get(subject)
        expected = (taken, 0) if counted is None else (0, taken - counted.total())
        if (waits[subject], off[subject]) != expected:
            found = f"{waits[subject]} waits and {off[subject]} is short"
            check.found("till_off", f"{subject}: {found}, where {expected[0]} and {expected[1]} should be")
