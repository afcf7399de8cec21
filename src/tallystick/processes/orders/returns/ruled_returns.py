"""Returns under a policy, seen from the order: what may come back, what is here, what is credited, what never came."""

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from tallystick.decisions.returning.kept import Fees, kept_of
from tallystick.decisions.returning.policies import NOT_SENT, Asked, Objection, objection, policy_at
from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.payments import CollectPayment, CreditPayment
from tallystick.messages.returning.facts import (
    AdvanceCharged,
    CreditedLine,
    HeldReturnLine,
    RefundAdvanced,
    ReturnCredited,
    ReturnFee,
    ReturnHeld,
)
from tallystick.messages.returning.policies import ReturnPolicy
from tallystick.messages.returning.tells import (
    HoldReturned,
    LapseReturn,
    ReturnAllowed,
    ReturnedHeld,
    ReturnedUnits,
    ReturnRefused,
    ReturnSettledUp,
    ReturnUnruled,
    SettleReturn,
    WeighReturn,
)
from tallystick.messages.stock import HeldLine, ValuedLine
from tallystick.processes.members import return_member, rma_member
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.table import Break, Decision, Step

Key = tuple[int, str]
"""Line and product."""


def weigh(data: OrderData, step: Step, view: View) -> Decision:
    """Hold a request against the policy of the channel; what is allowed is kept for this return, and may be paid ahead."""
    told: WeighReturn = step.data
    policy = policy_at(view.return_policies(), step.cause.recorded_at, data.channel)
    # What a marketplace, a kit or several tax offices have a say in, no policy rules yet: it is refunded as its goods are booked.
    if policy is None or data.marketplace is not None or data.kits or data.jurisdictions:
        return Decision("unruled", data, tells=((return_member(told.rma), ReturnUnruled()),), passes_on=True)
    asked = Asked(told.reason, told.condition, told.asked_on, told.delivered_on)
    wanted = _summed(told.lines)
    found = _objection(data, policy, asked, wanted)
    if found is not None:
        place = (data.channel, data.currency)
        refused = ReturnRefused(told.rma, policy.name, found.because, found.until, *place)
        return Decision("weighed", data, tells=((rma_member(told.rma), refused),), passes_on=True)
    is_free = asked.reason in policy.free_reasons
    ahead = _ahead(data, policy, wanted, is_free=is_free)
    lines = tuple(replace(x, returning=x.returning + wanted.get((x.line, x.sku), 0)) for x in data.lines)
    after = replace(data, lines=lines, advanced=data.advanced + ahead, refunds=data.refunds + (ahead > 0))
    allowed = ReturnAllowed(
        told.rma,
        policy,
        tuple(HeldLine(line, sku, n) for (line, sku), n in wanted.items()),
        is_free,
        ahead,
        data.channel,
        data.currency,
    )
    fact = RefundAdvanced(data.order, told.rma, data.channel, data.currency, ahead)
    paid = ((data.payer, CreditPayment(after.refunds, ahead)),) if ahead else ()
    tells = ((rma_member(told.rma), allowed), *paid)
    return Decision("weighed", after, (fact,) if ahead else (), tells=tells, passes_on=True)


def _objection(data: OrderData, policy: ReturnPolicy, asked: Asked, wanted: dict[Key, int]) -> Objection | None:
    by_line = {(x.line, x.sku): x for x in data.lines}
    for key, units in wanted.items():
        line = by_line.get(key)
        if line is None or units > line.away - line.returning:
            return Objection(NOT_SENT)
    sent = [on for key in wanted if (on := by_line[key].sent_on) is not None]
    earliest: date | None = min(sent) if sent else None
    return objection(policy, asked, earliest)


def _ahead(data: OrderData, policy: ReturnPolicy, wanted: dict[Key, int], *, is_free: bool) -> int:
    """Return what is paid before the goods are here: all that they will come to, or nothing."""
    lines = [_credit(x.credits(wanted[x.line, x.sku]), x) for x in data.lines if (x.line, x.sku) in wanted]
    due = _due(lines, Fees() if is_free else fees_of(policy))
    most = policy.advance_up_to if policy.approval_above is None else min(policy.advance_up_to, policy.approval_above)
    return due if 0 < due <= most else 0


def fees_of(policy: ReturnPolicy) -> Fees:
    """Return what *policy* keeps of a refund."""
    return Fees(policy.fee_minor, policy.fee_per_mille, policy.label_minor if policy.label == "customer" else 0)


def _credit(found: tuple[OpenLine, tuple[int, int]], line: OpenLine) -> CreditedLine:
    after, (net, tax) = found
    return CreditedLine(line.line, line.sku, line.sent - after.sent, net, tax)


def _due(lines: list[CreditedLine], fees: Fees) -> int:
    return _worth(lines) - _worth(kept_of(lines, fees))


def _worth(lines: Iterable[CreditedLine | ReturnFee]) -> int:
    return sum(x.net + x.tax for x in lines)


def hold(data: OrderData, step: Step, view: View) -> Decision:
    """Goods are here: on the shelf for inspection, at the cost they left with. Nothing is credited, and nothing refused."""
    told: HoldReturned = step.data
    by_line = {(x.line, x.sku): x for x in data.lines}
    expected = _summed(told.expected)
    shelf, held, units, strange = Shelf(view), [], [], 0
    for (number, sku), quantity in _summed(told.lines).items():
        line = by_line.get((number, sku)) or OpenLine(number, sku, 0, 0, 0)
        known = min(quantity, line.away)
        cost = 0
        if known:
            line, cost = line.arrives(known)
            kept_for = min(known, expected.get((number, sku), 0), line.returning)
            by_line[number, sku] = replace(line, returning=line.returning - kept_for)
        if quantity > known:
            cost += shelf.known_cost(sku, told.location, quantity - known)
            strange += quantity - known
        shelf.put(ValuedLine(number, sku, quantity, cost), told.location, "quarantine")
        held.append(HeldReturnLine(number, sku, quantity, cost))
        units.append(ReturnedUnits(number, sku, told.location, known, quantity - known))
    place = (data.channel, told.location, data.currency)
    fact = ReturnHeld(data.order, told.rma, *place, tuple(held))
    found = Break("return_exceeds_sale", f"{data.order}: {strange} units came back that never left under it")
    return Decision(
        "held",
        replace(data, lines=tuple(by_line.values())),
        (fact,),
        tells=((rma_member(told.rma), ReturnedHeld(tuple(units))),),
        breaks=(found,) if strange else (),
        passes_on=True,
    )


def settle(data: OrderData, step: Step, view: View) -> Decision:
    """Credit what was taken in, less what is kept; more than may be paid without another person is not booked yet."""
    told: SettleReturn = step.data
    data = _sent_again(data, told)
    by_line = {(x.line, x.sku): x for x in data.lines}
    lines = []
    for key, quantity in _summed(told.accepted).items():
        line = by_line[key]
        by_line[key], values = line.credits(quantity)
        by_line[key] = replace(by_line[key], back=line.back - quantity)
        lines.append(CreditedLine(*key, quantity, *values))
    fees = kept_of(lines, Fees(told.fee_minor, told.fee_per_mille, told.label_minor))
    credited, kept = _worth(lines), _worth(fees)
    from_advance = min(credited - kept, told.advanced)
    refund = credited - kept - from_advance
    waits = told.approval_above is not None and refund > told.approval_above
    answer = (rma_member(told.rma), ReturnSettledUp(credited, kept, from_advance, refund, waits))
    if waits or not lines:
        return Decision("waits" if waits else "settled", data, tells=(answer,), passes_on=True)
    after = replace(
        data,
        lines=tuple(by_line.values()),
        earned=data.earned + kept,
        advanced=data.advanced - from_advance,
        refunds=data.refunds + (refund > 0),
    )
    place = (data.channel, data.jurisdiction, data.currency)
    fact = ReturnCredited(data.order, told.rma, *place, tuple(lines), fees, from_advance)
    paid = ((data.payer, CreditPayment(after.refunds, refund)),) if refund else ()
    return Decision("settled", after, (fact,), tells=(answer, *paid), passes_on=True)


def _sent_again(data: OrderData, told: SettleReturn) -> OrderData:
    """Units that were not taken are the customer's again, at the cost they left with this time."""
    by_line = {(x.line, x.sku): x for x in data.lines}
    for x in told.rejected:
        line = by_line[x.line, x.sku]
        by_line[x.line, x.sku] = replace(line, back=line.back - x.quantity, sent_cost=line.sent_cost + x.cost)
    return replace(data, lines=tuple(by_line.values())) if told.rejected else data


def lapse(data: OrderData, step: Step, view: View) -> Decision:
    """Nothing more comes of a return: its units are the customer's, and what was advanced may be charged again."""
    told: LapseReturn = step.data
    gone = _summed(told.lines)
    lines = tuple(replace(x, returning=max(0, x.returning - gone.get((x.line, x.sku), 0))) for x in data.lines)
    after = replace(data, lines=lines, advanced=data.advanced - told.charge)
    if not told.charge:
        return Decision("lapsed", after)
    fact = AdvanceCharged(data.order, told.rma, data.channel, data.currency, told.charge)
    asked = CollectPayment(data.channel, data.provider, data.currency, told.charge)
    return Decision("lapsed", after, (fact,), tells=((data.payer, asked),))


def _summed(lines: Iterable[HeldLine]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for x in lines:
        found[x.line, x.sku] = found.get((x.line, x.sku), 0) + x.quantity
    return found
