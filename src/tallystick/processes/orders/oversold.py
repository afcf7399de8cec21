"""The decisions of an order that a shop has sold already: kept, ranked among others, or handled by the rule of oversells."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from msgspec.structs import replace

from tallystick.decisions.availability import Question
from tallystick.decisions.holding import Freed, Holding, freed_facts, kept_facts
from tallystick.decisions.promises.turns import expected_on
from tallystick.decisions.reservation import Promise, kept, promised, room_there
from tallystick.decisions.view import View
from tallystick.messages.oversells import OrderOversold, OversellRule, Policy
from tallystick.messages.reservations import KeptLine, OfferHeld, WantedLine
from tallystick.messages.sales import CancelLines, CancelOrder, OrderPlaced, RefuseOrder
from tallystick.messages.sourcing.policy import UNPLACED
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import proportion
from tallystick.processes.orders import order_steps
from tallystick.processes.orders.order_changes import trimmed
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.orders.waiting import paid_before
from tallystick.processes.sourcing import placing
from tallystick.processes.table import Decision, Step

NO_STOCK = "no stock"


def place(_: None, step: Step, view: View) -> Decision:
    """Promise the order or refuse it; one that a shop has sold already is ranked first, or goes by the shop's rule."""
    placed: OrderPlaced = step.data
    if placed.location in UNPLACED:
        return placing.place(None, step, view)
    if not placed.already_sold or placed.partial:
        decision = order_steps.place(None, step, view)
        # Most orders are owed nothing, and are told nothing beside their state.
        return _awaiting(decision, step.cause.recorded_at, step, view) if decision.answer else decision
    rule = view.rules(step.cause.recorded_at).oversell(placed.channel)
    if rule.rank_seconds:
        return _contends(placed, rule, step)
    decision = order_steps.place(None, step, view)
    if decision.outcome != "refused":
        return _awaiting(decision, step.cause.effective_at, step, view)
    return _by_rule(decision, rule.policy, step, view)


def place_offered(_: None, step: Step, view: View) -> Decision:
    """Take over what a reservation holds, and promise the rest."""
    told: OfferHeld = step.data
    there = Freed(view, Holding(told.placed.order, told.location, told.channel, told.lines))
    return _awaiting(order_steps.place_offered(None, step, view), step.cause.recorded_at, step, there)


def settle(data: OrderData, step: Step, view: View) -> Decision:
    """Its rank is known and those before it are served: hold what is there; what lacks goes by the shop's rule."""
    there = Freed(view, _holding(data))
    found = _held_now(data, step, there)
    lacking = tuple(HeldLine(x.line, x.sku, x.owed) for x in found if x.owed)
    after = replace(data, turn_at=None, secured=False, lines=_as_kept(data.lines, found))
    policy = view.rules(step.cause.recorded_at).oversell(data.channel).policy if lacking else "backorder"
    if policy == "refuse" or (policy == "cancel" and not any(x.held for x in found)):
        decision = _ended(policy, data, lacking)
    else:
        facts = (*freed_facts(_holding(data)), *kept_facts(_holding(after)))
        decision = Decision("reserved", after, facts, tells=paid_before(data))
        if policy == "cancel":
            decision = _cut(decision, lacking)
        decision = _awaiting(decision, data.since, step, there)
        if any(x.sent for x in data.lines):
            decision = replace(decision, outcome=f"{decision.outcome}_ahead")
    return _told(decision, data, (policy, lacking)) if lacking else decision


def _contends(placed: OrderPlaced, rule: OversellRule, step: Step) -> Decision:
    """Claim all units for as long as earlier sales may still come: nobody else is promised them meanwhile."""
    lines = tuple(KeptLine(x.line, x.sku, owed=x.quantity) for x in placed.lines)
    decision = order_steps.placed_with(placed, Promise(lines), lines)
    until = step.cause.recorded_at + timedelta(seconds=rule.rank_seconds)
    assert isinstance(decision.data, OrderData)  # noqa: S101 - an order that owes all its lines is one
    data = replace(decision.data, since=step.cause.effective_at, turn_at=until)
    return replace(decision, outcome="ranked", data=data, answer={"ranked_until": until.isoformat()})


def _by_rule(refused: Decision, policy: Policy, step: Step, view: View) -> Decision:
    placed: OrderPlaced = step.data
    there = promised(placed.lines, order_steps.place_of(placed, step), view, partial=True)
    both = list(zip(placed.lines, there.lines, strict=True))
    lacking = tuple(
        HeldLine(x.line, x.sku, x.quantity - k.held - k.owed) for x, k in both if k.held + k.owed < x.quantity
    )
    decision = refused
    if policy == "backorder":
        lines = tuple(replace(k, owed=x.quantity - k.held) for x, k in both)
        decision = order_steps.placed_with(placed, Promise(lines), lines)
    elif policy == "cancel":
        decision = order_steps.placed_with(replace(placed, partial=True), there, there.lines)
        command = CancelLines(placed.order, placed.channel, lacking, NO_STOCK)
        outcome = "cut"
        if decision.outcome == "refused":
            outcome, command = "cancelled", CancelOrder(placed.order, NO_STOCK, placed.channel)  # type: ignore[assignment]
        decision = replace(decision, outcome=outcome, commands=(command,))
    decision = _awaiting(decision, step.cause.effective_at, step, view)
    whole = order_steps.order_of(placed, [OpenLine(x.line, x.sku, x.quantity, x.net, x.tax) for x in placed.lines])
    return _told(decision, replace(whole, since=step.cause.effective_at), (policy, lacking))


def _held_now(data: OrderData, step: Step, view: View) -> list[KeptLine]:
    """Return what of each line can be reserved now, the rest as owed."""
    at = step.cause.recorded_at
    lookup, question = view.rules(at), Question(data.channel, at.date())
    rooms = {}
    for sku in {x.sku for x in data.lines if x.open}:
        rooms[sku] = room_there(
            view.layer(sku, data.location), lookup.terms(data.channel, sku, data.location), question
        )
    found = [kept(WantedLine(x.line, x.sku, x.open), rooms[x.sku]) for x in data.lines if x.open]
    opened = [x.open for x in data.lines if x.open]
    return [replace(k, owed=units - k.held) for k, units in zip(found, opened, strict=True)]


def _as_kept(lines: Iterable[OpenLine], found: Sequence[KeptLine]) -> tuple[OpenLine, ...]:
    by_line = {(k.line, k.sku): k for k in found}
    both = [(x, by_line.get((x.line, x.sku), KeptLine(x.line, x.sku))) for x in lines]
    return tuple(replace(x, owed=k.owed, fenced=k.fenced) for x, k in both)


def _ended(policy: Policy, data: OrderData, lacking: Sequence[HeldLine]) -> Decision:
    """Let go of all of it; with goods that left ahead, the order ends as sent."""
    decision = order_steps.let_go("cancelled", data, NO_STOCK)
    if any(x.sent for x in data.lines):
        decision = replace(decision, outcome="some_left")
    elif policy == "refuse":
        command = RefuseOrder(data.order, NO_STOCK, tuple(x.line for x in lacking), data.channel)
        decision = replace(decision, outcome="refused", commands=(command,))
    return replace(decision, tells=(order_steps.released(data),))


def _cut(decision: Decision, lacking: Sequence[HeldLine]) -> Decision:
    """Take off what lacks: it was owed for the length of this decision only."""
    assert isinstance(decision.data, OrderData)  # noqa: S101 - an order that is kept in part is one
    gone = trimmed("cut", decision.data, {(x.line, x.sku): x.quantity for x in lacking}, NO_STOCK)
    return replace(gone, facts=(*decision.facts, *gone.facts), tells=(*gone.tells, *decision.tells))


def _awaiting(decision: Decision, since: datetime | None, step: Step, view: View) -> Decision:
    """Give an order that is owed goods its rank among those that wait, and the day promised for them."""
    data = decision.data
    if not isinstance(data, OrderData) or not data.owed:
        return decision
    day = _promised_day(data, step, view)
    expected = day.isoformat() if day else None
    answer = {**(decision.answer or {}), "expected_on": expected}
    return replace(decision, data=replace(data, since=since, expected_on=day), answer=answer)


def _promised_day(data: OrderData, step: Step, view: View) -> date | None:
    """Return the day by which announced goods cover all that is owed of each product; *view* is before the promise."""
    at = step.cause.recorded_at
    days = list[date]()
    for sku in {x.sku for x in data.lines if x.owed}:
        mine = [x.kept() for x in data.lines if x.sku == sku]
        layer = view.layer(sku, data.location)
        owed = layer.owed + sum(x.owed for x in mine)
        left = layer.sellable - sum(x.held - x.fenced for x in mine)
        safety = view.rules(at).terms("", sku, data.location).safety
        day = expected_on(replace(layer, owed=owed, sellable=left), safety, at.date())
        if day is None:
            return None
        days.append(day)
    return max(days)


def _told(decision: Decision, data: OrderData, what: tuple[Policy, tuple[HeldLine, ...]]) -> Decision:
    """Say what was oversold, and what it is worth."""
    policy, lacking = what
    by_line = {(x.line, x.sku): x for x in data.lines}
    prices = [(by_line[x.line, x.sku], x.quantity) for x in lacking]
    amount = sum(proportion(x.net, n, x.open) + proportion(x.tax, n, x.open) for x, n in prices)
    expected = decision.data.expected_on if isinstance(decision.data, OrderData) and policy == "backorder" else None
    assert data.since is not None  # noqa: S101 - whoever was sold already has a time
    place = (data.order, data.channel, data.location, data.currency)
    fact = OrderOversold(*place, amount, policy, data.since, lacking, expected)
    return replace(decision, facts=(*decision.facts, fact))


def _holding(data: OrderData) -> Holding:
    return Holding(data.order, data.location, data.channel, data.kept_lines())
