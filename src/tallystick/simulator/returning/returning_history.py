"""One history of returns, with what must hold at its end: nothing refunded beyond what was paid, each unit in one place."""

from collections import Counter, defaultdict
from functools import partial
from typing import Any

from msgspec.structs import replace

from tallystick.messages.payments import PayRefund
from tallystick.messages.returning import facts
from tallystick.messages.returns import GoodsReturned
from tallystick.processes.family import data_of
from tallystick.processes.fold import Watch
from tallystick.processes.folded import Folded
from tallystick.simulator.customers import LOCATIONS, SKUS
from tallystick.simulator.history import Run, Story, lived
from tallystick.simulator.returning.desk import OURS, ReturnsDesk
from tallystick.simulator.weather import DAY, HOUR, USUAL, Profile

ORDERS = 6
SAID_AGAIN = 0.3
"""Desks and docks say things twice, by message and by nightly file, far more often than a shop."""


class ReturningRun(Run):
    """The shop's world without tills, in which everybody sends goods back."""

    def __init__(self, seed: int, profile: Profile, watch: Watch | None = None) -> None:
        """Set the scene."""
        super().__init__(seed, profile, watch)
        self.returns = ReturnsDesk(self.world)
        self.cast.warehouse.on_parcel = self.returns.holds

    def committed(self, *batch: Folded) -> None:
        """Let the returns desk see what was committed."""
        super().committed(*batch)
        for folded in batch:
            self.returns.committed(folded)

    def live(self) -> None:
        """Let the days pass."""
        world = self.world
        for sku in SKUS:
            for location in LOCATIONS:
                self.cast.till.opens(sku, location)
        self.returns.declares()
        for number in range(ORDERS):
            world.after(world.between(HOUR, 4 * DAY), partial(self.cast.customers.order, number))
        if world.happens(0.5):
            world.after(world.between(2 * DAY, 9 * DAY), self.returns.declares)
        world.run()

    def tell(self) -> Story:
        """Check what must hold of returns too."""
        check_returns(self)
        return super().tell()


def returning_history(seed: int, profile: Profile = USUAL, watch: Watch | None = None) -> Story:
    """Run the history of *seed*: no real time, no chance but the seed's."""
    return lived(ReturningRun(seed, replace(profile, backfilled=SAID_AGAIN), watch))


def check_returns(run: ReturningRun) -> None:
    """Hold what the book says of each return against what came, what the policy keeps, and what was paid."""
    told, refunds = _told(run), Counter[str]()
    for _, command in run.book.commands():
        if isinstance(command, PayRefund):
            refunds[command.order] += command.amount
    for subject, family in run.book.loaded.families.items():
        if not subject.startswith("order/"):
            continue
        order = subject.removeprefix("order/")
        for name in [n for n in family if n.startswith("rma/")]:
            data: Any = data_of(family, name)
            _check_units(run, data, told[order, data.rma])
            _check_fees(run, data, told[order, data.rma])
        asked, captured = refunds[order], run.world.truth.captured[order]
        if asked > captured:
            run.check.found("refunded_beyond", f"{order}: {asked} asked back of {captured} paid")
        _check_lines(run, family, order)


class _Told:
    """What the facts of one return add up to."""

    def __init__(self) -> None:
        self.held: Counter[tuple[int, str]] = Counter()
        self.sorted: Counter[tuple[int, str]] = Counter()
        self.credited: Counter[tuple[int, str]] = Counter()
        self.sent_again: Counter[tuple[int, str]] = Counter()
        self.credit = self.kept = self.from_advance = self.advanced = self.charged = 0

    def follow(self, fact: Any) -> None:
        if isinstance(fact, facts.ReturnHeld):
            for x in fact.lines:
                self.held[x.line, x.sku] += x.quantity
        elif isinstance(fact, facts.ReturnSorted):
            self._sorted(fact)
        elif isinstance(fact, facts.ReturnCredited):
            for taken in fact.lines:
                self.credited[taken.line, taken.sku] += taken.quantity
            self.credit += sum(x.net + x.tax for x in fact.lines)
            self.kept += sum(x.net + x.tax for x in fact.fees)
            self.from_advance += fact.advanced
        elif isinstance(fact, facts.RefundAdvanced):
            self.advanced += fact.amount
        elif isinstance(fact, facts.AdvanceCharged):
            self.charged += fact.amount

    def _sorted(self, fact: facts.ReturnSorted) -> None:
        for each in (fact.moved, fact.scrapped, fact.sent_again):
            for x in each:
                if x.state == "quarantine":
                    self.sorted[x.line, x.sku] += x.quantity
        for gone in fact.sent_again:
            self.sent_again[gone.line, gone.sku] += gone.quantity


def _told(run: ReturningRun) -> Any:
    found: Any = defaultdict(_Told)
    for folded in run.book.entries:
        for fact in folded.facts:
            rma = getattr(fact, "rma", None)
            if rma is not None and not isinstance(fact, GoodsReturned):
                found[fact.order, rma].follow(fact)  # type: ignore[attr-defined]
    return found


def _check_units(run: ReturningRun, data: Any, told: _Told) -> None:
    """Every unit that came is in exactly one place: waits, was put somewhere, or has left again."""
    waits: Counter[tuple[int, str]] = Counter()
    for x in data.held:
        waits[x.line, x.sku] += x.known + x.strange
    for key in sorted({*told.held, *told.sorted, *waits}):
        if told.held[key] != waits[key] + told.sorted[key]:
            what = f"{told.held[key]} came, {waits[key]} wait and {told.sorted[key]} were sorted"
            run.check.found("return_units_off", f"{data.order} {data.rma} {key}: {what}")
        came = run.returns.true.came[data.order, data.rma, *key]
        if told.held[key] != came and data.rma.startswith(OURS):
            run.check.found("return_units_off", f"{data.order} {data.rma} {key}: {came} came, {told.held[key]} booked")


def _check_fees(run: ReturningRun, data: Any, told: _Told) -> None:
    """Fee and refund are what was credited; the fee is the policy's; what was paid ahead is covered, charged or claimed."""
    if (told.credit, told.kept) != (data.credited, data.kept):
        run.check.found(
            "return_credit_off", f"{data.order} {data.rma}: {told.credit} less {told.kept}, it knows {data}"
        )
    if told.credit != told.kept + data.refunded + told.from_advance:
        parts = f"{told.kept} kept, {data.refunded} refunded, {told.from_advance} refunded before"
        run.check.found("fee_and_refund_off", f"{data.order} {data.rma}: {told.credit} credited, {parts}")
    if told.advanced != told.from_advance + told.charged + data.advanced:
        run.check.found("advance_off", f"{data.order} {data.rma}: {told.advanced} paid ahead, {data}")
    policy = run.returns.true.policies.get(data.policy)
    most = told.credit
    if policy and not data.refused:
        most = policy.fee_minor + policy.label_minor + told.credit * policy.fee_per_mille // 1000
    if not 0 <= told.kept <= most:
        run.check.found("fee_off", f"{data.order} {data.rma}: {told.kept} kept, its policy keeps {most} at most")
    limit = policy.approval_above if policy and not data.refused else None
    if limit is not None and not data.proposals and data.refunded > limit * max(1, len(data.inspections)):
        run.check.found(
            "not_approved", f"{data.order} {data.rma}: {data.refunded} paid above {limit}, and nobody agreed"
        )
    if not told.charged and told.from_advance != min(told.advanced, told.credit - told.kept):
        run.check.found(
            "paid_twice", f"{data.order} {data.rma}: {told.advanced} paid ahead, {told.from_advance} counted"
        )


def _check_lines(run: ReturningRun, family: Any, order: str) -> None:
    """No more units of an order are credited than left; those back and not settled are what its returns hold."""
    data: Any = data_of(family, "order") if "order" in family else None
    if data is None:
        return
    back: Counter[tuple[int, str]] = Counter()
    for name in [n for n in family if n.startswith("rma/")]:
        rma: Any = data_of(family, name)
        for x in rma.held:
            back[x.line, x.sku] += x.known
        for y in rma.accepted:
            back[y.line, y.sku] += y.quantity
    for x in data.lines:
        if x.back != back[x.line, x.sku] or not 0 <= x.back <= x.sent or x.sent_cost < 0:
            run.check.found("back_off", f"{order}: {x}, returns hold {back[x.line, x.sku]}")
        if not x.sent and x.sent_cost:
            run.check.found("cost_left", f"{order}: {x} is not sold any more, and has a cost")
