"""Who has to do with a return: the customer, the returns desk, the workshop, and those who declare and approve."""

from collections import Counter
from functools import partial
from typing import Any, Final

from msgspec import Struct

from tallystick.messages.returning import reports
from tallystick.messages.returning.policies import ReturnPoliciesDeclared, ReturnPolicy, Verdict
from tallystick.messages.returns import ReturnedLine, ReturnReceived, ReturnRequested
from tallystick.messages.stock import HeldLine
from tallystick.processes.family import data_of
from tallystick.processes.folded import Folded
from tallystick.processes.members import RETURN_POLICIES_SUBJECT
from tallystick.simulator.customers import LOCATIONS
from tallystick.simulator.warehouse import Parcel
from tallystick.simulator.weather import DAY, HOUR
from tallystick.simulator.world import Call, World

APPROVALS: Final = "tallystick/approvals"
OURS: Final = "M"
"""How the numbers begin of returns whose goods we know of; what a customer brings besides has others."""
REASONS: Final = ("regret", "broken", "bored")
VERDICTS: Final[tuple[Verdict, ...]] = ("resell", "resell", "refurbish", "scrap", "supplier", "reject")
_TERMS: Final[dict[str, Any]] = {"window_days": 20, "send_back_days": 10, "free_reasons": ("broken",)}
STRICT: Final = ReturnPolicy(
    "strict", fee_per_mille=150, label="customer", label_minor=99, approval_above=1200, reasons=("regret",), **_TERMS
)
EASY: Final = ReturnPolicy("easy", ("market",), advance_up_to=9_000, fee_minor=120, approval_above=4_000, **_TERMS)
CHARGING: Final = ReturnPolicy(
    "charging", advance_up_to=9_000, if_nothing_comes="charge", disposals=("resell",), **_TERMS
)
DECLARED: Final = ((STRICT, EASY), (EASY,), (CHARGING,), (STRICT, EASY))
"""What may be declared: with EASY alone, what is bought on the web goes by no policy."""


class ReturnsTruth(Struct):
    """What came, whatever was reported of it: units by order, return, line and product."""

    came: Counter[tuple[str, str, int, str]]
    policies: dict[str, ReturnPolicy]


class ReturnsDesk:
    """Everybody who has to do with returns."""

    def __init__(self, world: World) -> None:
        """Live in *world*."""
        self.world = world
        self.true = ReturnsTruth(Counter(), {p.name: p for p in (STRICT, EASY, CHARGING)})
        self.made = 0
        self.busy: set[tuple[str, str, str]] = set()
        self.asked: dict[tuple[str, str], str] = {}

    # ------------------------------------------------------------ who declares and approves
    def declares(self) -> None:
        """Put policies in force."""
        policies = DECLARED[int(self.world.chance.random() * len(DECLARED))]
        self.world.send("controller", RETURN_POLICIES_SUBJECT, ReturnPoliciesDeclared(policies))

    def _approves(self, order: str, rma: str) -> None:
        """Another person looks at what waits, and agrees: at times to too little, and then once more."""
        data = self._data(order, rma)
        self.busy.discard((order, rma, "approve"))
        if data is None or not data.waits_for:
            return
        if self.world.happens(0.15):
            self.forges(order, rma)
        amount = data.waits_for - 1 if self.world.happens(0.15) else data.waits_for
        self.made += 1
        refund = reports.RefundProposed(order, rma, "EUR/2", max(1, amount), "looked at")
        report = reports.ReturnRefundApproved(self.made, refund, 1, 2)
        call = Call(APPROVALS, f"proposal-{self.made}", f"order/{order}", report, self.world.moment())
        for seconds in self.world.weather.deliveries():
            self.world.after(seconds, partial(self.world.deliver, call))
        self._again_soon(order, rma, "approve", (HOUR * 30, DAY * 4))

    def forges(self, order: str, rma: str) -> None:
        """Say that a refund was approved which nobody approved."""
        refund = reports.RefundProposed(order, rma, "EUR/2", 99_999, "never approved")
        self._say(order, reports.ReturnRefundApproved(self.made, refund, 1, 1))

    # ------------------------------------------------------------ the customer
    def holds(self, order: str, location: str, lines: Parcel) -> None:
        """A parcel arrived: the customer keeps it, or wants to send some of it back, in one request or two."""
        world = self.world
        for _ in range(1 + world.happens(0.25)):
            if world.happens(0.75):
                days = 25 if world.happens(0.08) else world.between(0, 6)
                world.after(days * DAY + HOUR, partial(self._wants, order, location, lines))

    def _wants(self, order: str, location: str, lines: Parcel) -> None:
        world, chance = self.world, self.world.chance
        self.made += 1
        rma = f"{OURS}{self.made}"
        line = lines[int(chance.random() * len(lines))]
        units = 1 + int(chance.random() * (line.quantity + 0.2))
        reason = REASONS[int(chance.random() * 2.4)]
        wanted = (HeldLine(line.line, line.sku, units),)
        self._say(order, ReturnRequested(order, rma, wanted, reason, delivered_on=world.moment().date()))
        for share in (0.5, 0.1):
            if world.happens(share):
                self._later(partial(self._say, order, reports.ReturnLabelled(order, rma, "dhl", rma)), 2)
        if world.happens(0.3):
            self._later(partial(self._say, order, reports.ReturnCancelled(order, rma)), 24)
        if world.happens(0.25):
            self._later(partial(self._mistakes, order, rma), 40)
        self._sends(ReturnReceived(order, rma, location, ()), HeldLine(line.line, line.sku, units))

    def _sends(self, to: ReturnReceived, line: HeldLine) -> None:
        """Send the goods: not at all, in time or late, in one parcel or two, to where they came from or a shop, or others."""
        world = self.world
        draw = world.chance.random()
        if draw < 0.2:
            return
        place = LOCATIONS[int(world.chance.random() * 2)] if world.happens(0.25) else to.location
        parts = [line.quantity]
        if line.quantity > 1 and draw < 0.5:
            parts = [line.quantity - 1, 1]
        for part in parts:
            sku = "BULB" if world.happens(0.08) else line.sku
            late = 14 if world.happens(0.15) else 0
            came = ReturnedLine(line.line, sku, part, "sellable")
            self.made += 1
            parcel = ReturnReceived(to.order, to.rma, place, (came,), f"P{self.made}")
            world.after((late + 1) * DAY + world.between(0, 6 * DAY), partial(self._arrives, parcel))

    def _arrives(self, parcel: ReturnReceived) -> None:
        for x in parcel.lines:
            self.world.truth.units[x.sku, parcel.location] += x.quantity
            self.true.came[parcel.order, parcel.rma, x.line, x.sku] += x.quantity
        self.world.send_named(parcel.location, f"order/{parcel.order}", parcel, location="elsewhere")

    # ------------------------------------------------------------ the desk and the workshop
    def committed(self, folded: Folded) -> None:
        """See what of an order waits for the desk, the workshop or another person, and let each begin when they find time."""
        subject = folded.message.subject
        if not subject.startswith("order/"):
            return
        order, said = subject.removeprefix("order/"), folded.message.data
        if isinstance(said, reports.ReturnInspected):
            self._heard(order, said.rma, said.inspection)
        elif isinstance(said, reports.ReturnRefurbished):
            self._heard(order, said.rma, said.work)
        for name in [n for n in self.world.book.loaded.families[subject] if n.startswith("rma/")]:
            data = self._data(order, name.removeprefix("rma/"))
            for is_due, what in ((data.held, "inspect"), (data.aside, "work"), (data.waits_for, "approve")):
                if is_due:
                    self._again_soon(order, data.rma, what, (HOUR, 2 * DAY))

    def _again_soon(self, order: str, rma: str, what: str, seconds: tuple[int, int]) -> None:
        key = (order, rma, what)
        if key in self.busy:
            return
        self.busy.add(key)
        late = 8 * DAY if self.world.happens(0.25 if what == "approve" else 0.1) else 0
        does = {"inspect": self._looks, "work": self._works, "approve": self._approves}[what]
        self.world.after(late + self.world.between(*seconds), partial(does, order, rma))

    def _looks(self, order: str, rma: str) -> None:
        """Look at what stands at one place: at all of it or a part; and write down, at times, what was not there."""
        self.busy.discard((order, rma, "inspect"))
        data, world = self._data(order, rma), self.world
        if data is None or not data.held or (order, rma) in self.asked:
            return
        place = data.held[0].location
        lines = []
        for x in [x for x in data.held if x.location == place]:
            units = x.known + x.strange
            seen = 1 + int(world.chance.random() * units)
            verdict = VERDICTS[int(world.chance.random() * len(VERDICTS))]
            lines.append(reports.InspectedLine(x.line, x.sku, seen, verdict))
            if verdict in {"scrap", "reject"}:
                world.truth.units[x.sku, place] -= seen
        if world.happens(0.05):
            lines.append(reports.InspectedLine(9, "SHADE", 1, "scrap"))
        self.made += 1
        told = reports.ReturnInspected(order, rma, f"I{self.made}", place, tuple(lines))
        # Nobody looks at the same goods again before the book has heard of the first time.
        self.asked[order, rma] = told.inspection
        self._reports(order, told)

    def _mistakes(self, order: str, rma: str) -> None:
        """Look at what nobody sent, or say that a refund was approved which nobody approved."""
        self.made += 1
        line = reports.InspectedLine(9, "SHADE", 1, "scrap")
        self._reports(order, reports.ReturnInspected(order, rma, f"I{self.made}", LOCATIONS[0], (line,)))
        self.forges(order, rma)

    def _works(self, order: str, rma: str) -> None:
        """Refurbish all that was set aside at one place."""
        self.busy.discard((order, rma, "work"))
        data, world = self._data(order, rma), self.world
        if data is None or not data.aside or (order, rma) in self.asked:
            return
        x = data.aside[0]
        verdict: Verdict = "resell" if world.happens(0.6) else "scrap"
        if verdict == "scrap":
            world.truth.units[x.sku, x.location] -= x.quantity
        self.made += 1
        beyond = 1 if world.happens(0.1) else 0
        line = reports.RefurbishedLine(x.line, x.sku, x.quantity + beyond, verdict)
        told = reports.ReturnRefurbished(order, rma, f"K{self.made}", x.location, (line,))
        self.asked[order, rma] = told.work
        self._reports(order, told)

    def _reports(self, order: str, told: Struct) -> None:
        """Report what was done; a backfill may say it once more under another id, as it was or otherwise."""
        self.world.send_named("desk", f"order/{order}", told, location="elsewhere")

    def _heard(self, order: str, rma: str, name: str) -> None:
        """The book knows what was done: go on with what is left."""
        if self.asked.get((order, rma)) == name:
            del self.asked[order, rma]
            for kind in ("inspect", "work"):
                self._again_soon(order, rma, kind, (HOUR, DAY))

    def _data(self, order: str, rma: str) -> Any:
        family = self.world.book.loaded.families.get(f"order/{order}", {})
        return data_of(family, f"rma/{rma}") if f"rma/{rma}" in family else None

    def _say(self, order: str, told: Struct) -> None:
        self.world.send("service", f"order/{order}", told)

    def _later(self, do: partial[None], days: int) -> None:
        self.world.after(self.world.between(HOUR, days * DAY), do)
