"""A basket rung up at a till: its lines posted once, and a line that comes back changed reversed and posted anew."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.sales import (
    ReversedLine,
    SaleLine,
    SaleRecorded,
    SaleReported,
    SaleReversed,
    ScanLine,
    SoldLine,
)
from tallystick.messages.stock import ValuedLine
from tallystick.messages.tills import TakingsMoved
from tallystick.processes.members import CASH_UP
from tallystick.processes.records.recorded_sales import shortage_breaks, sold
from tallystick.processes.table import NEW, Break, Decision, Process, Row, Step

RECORDED: Final = "RECORDED"
GOODS, GIVEAWAYS, SCANS = "goods", "giveaways", "scans"


class KeptLine(Struct, frozen=True, array_like=True, gc=False):
    """A line as it was booked: which list of the sale it stood in, its figures, and the event that sold it."""

    line: int
    listed: str
    sku: str
    quantity: int
    net: int
    tax: int
    loyalty: int
    match: int
    coupon: int
    cost: int
    event: int

    @property
    def said(self) -> tuple[Any, ...]:
        """What its till said of it: all but what we made of it."""
        return (self.listed, self.sku, self.quantity, self.net, self.tax, self.loyalty, self.match, self.coupon)


class Basket(Struct, frozen=True):
    """What is booked of a basket."""

    tender: str
    customer: str | None
    lines: tuple[KeptLine, ...]


def decide(data: Basket | None, step: Step, view: View) -> Decision:
    """Post what is new, and the difference where a later journal says otherwise: the business key decides."""
    report: SaleReported = step.data
    said = _said(report)
    if data is None:
        return _Booking(step, view, Basket(report.tender, report.customer, ())).recorded(report)
    if report.whole:
        is_other = (report.tender, report.customer) != (data.tender, data.customer)
        wrong = [k for k in data.lines if is_other or said.get(k.line) != k.said]
    else:
        wrong = [k for k in data.lines if said.get(k.line, k.said) != k.said]
        report = replace(report, tender=data.tender, customer=data.customer)
    stays = {k.line for k in data.lines} - {k.line for k in wrong}
    if not wrong and not said.keys() - stays:
        return Decision("repeated", data)
    return _Booking(step, view, data).corrected(report, wrong)


def _said(report: SaleReported) -> Mapping[int, tuple[Any, ...]]:
    """Return what a report says of each line, to be compared with what was booked."""
    listed: tuple[tuple[str, Iterable[SaleLine]], ...] = ((GOODS, report.goods), (GIVEAWAYS, report.giveaways))
    found = {
        x.line: (name, x.sku, x.quantity, x.net, x.tax, x.loyalty, x.match, x.coupon)
        for name, lines in listed
        for x in lines
    }
    return found | {x.line: (SCANS, x.sku, 0, x.net, 0, x.loyalty, x.match, x.coupon) for x in report.scans}


class _Booking:
    """One report under way: what it takes from the shelf and puts back, and what the basket is afterwards."""

    def __init__(self, step: Step, view: View, before: Basket) -> None:
        self.step, self.view, self.before, self.shelf = step, view, before, Shelf(view)
        self.breaks: list[Break] = []

    def recorded(self, report: SaleReported) -> Decision:
        return self._decided("recorded", report, (self._sale(report),))

    def corrected(self, report: SaleReported, wrong: list[KeptLine]) -> Decision:
        """Take *wrong* lines back and post what *report* says in their place, and what it says anew."""
        movable = [k for k in wrong if self._is_still_with_the_customer(k)]
        if len(movable) < len(wrong):  # what stays has one tender and one customer, and the rest follows it
            report = replace(report, tender=self.before.tender, customer=self.before.customer)
        stays = [k for k in self.before.lines if k not in movable]
        fixed = {k.line for k in stays}
        fresh = replace(report, **{name: _without(getattr(report, name), fixed) for name in (GOODS, GIVEAWAYS, SCANS)})
        facts: list[SaleReversed | SaleRecorded] = []
        if movable:
            facts.append(self._reversal(report, movable))
            what = f"{report.sale}: {len(movable)} lines were booked otherwise and are corrected"
            self.breaks.append(Break("basket_changed", what, facts[0].taken, report.currency))
        if fresh.goods or fresh.giveaways or fresh.scans:
            facts.append(self._sale(fresh))
        self.before = Basket(self.before.tender, self.before.customer, tuple(stays))
        if not facts:
            return Decision("repeated", self.before, breaks=tuple(self.breaks))
        return self._decided("corrected" if movable else "recorded", fresh, tuple(facts))

    def _is_still_with_the_customer(self, kept: KeptLine) -> bool:
        """Units that came back meanwhile are no longer sold: such a line cannot be taken back a second time."""
        customer = self.before.customer
        if kept.listed != GOODS or customer is None:
            return True
        for sale in self.view.sales(customer, kept.sku):
            if (sale.event, sale.line) == (kept.event, kept.line) and sale.left == kept.quantity:
                return True
        what = f"line {kept.line} is reported otherwise after units of it came back"
        self.breaks.append(Break("conflicting_report", what, kept.net, self.step.data.currency))
        return False

    def _sale(self, report: SaleReported) -> SaleRecorded:
        shelf, at = self.shelf, report.location
        goods, gifts = sold(shelf, report.goods, at), sold(shelf, report.giveaways, at)
        return SaleRecorded(
            report.sale,
            report.channel,
            at,
            report.currency,
            report.tender,
            report.jurisdiction,
            0,
            goods,
            gifts,
            customer=report.customer,
            scans=report.scans,
            taken=_taken((*report.goods, *report.scans)),
        )

    def _reversal(self, report: SaleReported, lines: list[KeptLine]) -> SaleReversed:
        for k in lines:
            if k.quantity:
                self.shelf.put(ValuedLine(k.line, k.sku, k.quantity, k.cost), report.location)
        goods, gifts = (tuple(_reversed(k) for k in lines if k.listed == name) for name in (GOODS, GIVEAWAYS))
        scans = tuple(ScanLine(k.line, k.sku, k.net, k.loyalty, k.match, k.coupon) for k in lines if k.listed == SCANS)
        return SaleReversed(
            report.sale,
            report.channel,
            report.location,
            report.currency,
            self.before.tender,
            report.jurisdiction,
            _taken(k for k in lines if k.listed != GIVEAWAYS),
            goods,
            gifts,
            scans,
            self.before.customer,
        )

    def _decided(self, outcome: str, report: SaleReported, facts: tuple[SaleRecorded | SaleReversed, ...]) -> Decision:
        kept = tuple(k for fact in facts if isinstance(fact, SaleRecorded) for k in _kept(fact, self.step.event))
        lines = (*self.before.lines, *kept)
        return Decision(
            outcome,
            Basket(report.tender, report.customer, lines),
            self.shelf.facts(report.location, facts),
            tells=tuple((CASH_UP, moved) for moved in self._moved(facts)),
            breaks=(*self.breaks, *shortage_breaks(self.shelf, self.view)),
        )

    def _moved(self, facts: Iterable[SaleRecorded | SaleReversed]) -> Iterable[TakingsMoved]:
        """Tell the cash-up what changed in all, by tender: not what was taken back only to be posted again."""
        report, day = self.step.data, self.step.data.till_day
        amounts: Counter[str] = Counter()
        for fact in facts:
            amounts[fact.tender] += -fact.taken if isinstance(fact, SaleReversed) else fact.taken
        for tender, amount in amounts.items():
            yield TakingsMoved(report.sale, report.location, day, report.currency, tender, amount)


def _without(lines: tuple[Any, ...], numbers: set[int]) -> tuple[Any, ...]:
    return tuple(x for x in lines if x.line not in numbers)


def _taken(lines: Iterable[Any]) -> int:
    """What the customer paid: what was earned, less what a manufacturer pays."""
    return sum(x.net + getattr(x, "tax", 0) - x.coupon for x in lines)


def _reversed(k: KeptLine) -> ReversedLine:
    return ReversedLine(k.line, k.sku, k.quantity, k.net, k.tax, k.cost, k.event, k.loyalty, k.match, k.coupon)


def _kept(fact: SaleRecorded, event: int) -> Iterable[KeptLine]:
    sides: tuple[tuple[str, tuple[SoldLine, ...]], ...] = ((GOODS, fact.goods), (GIVEAWAYS, fact.giveaways))
    for name, lines in sides:
        for x in lines:
            figures = (x.quantity, x.net, x.tax, x.loyalty, x.match, x.coupon, x.cost)
            yield KeptLine(x.line, name, x.sku, *figures, event)
    for s in fact.scans:
        yield KeptLine(s.line, SCANS, s.sku, 0, s.net, 0, s.loyalty, s.match, s.coupon, 0, event)


BASKET: Final = Process(
    "basket",
    Basket,
    (
        Row(NEW, SaleReported, decide, "recorded", RECORDED, (TakingsMoved,)),
        Row(RECORDED, SaleReported, decide, "recorded", RECORDED, (TakingsMoved,)),
        Row(RECORDED, SaleReported, decide, "corrected", RECORDED, (TakingsMoved,)),
        Row(RECORDED, SaleReported, decide, "repeated", RECORDED, moves=False),
    ),
)
