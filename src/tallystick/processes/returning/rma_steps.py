"""The decisions of a return under a policy: allowed, labelled, here, looked at, credited, refurbished, never come."""

import hashlib
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.returning.kept import Fees
from tallystick.decisions.view import View
from tallystick.messages.returning.policies import Verdict
from tallystick.messages.returning.reports import (
    ReturnInspected,
    ReturnLabelled,
    ReturnRefundApproved,
    ReturnRefurbished,
)
from tallystick.messages.returning.tells import (
    HoldReturned,
    LapseReturn,
    ParcelArrived,
    ReturnAllowed,
    ReturnedHeld,
    ReturnRefused,
    ReturnSettledUp,
    SentAgainUnits,
)
from tallystick.messages.stock import HeldLine
from tallystick.processes.orders.returns.ruled_returns import fees_of
from tallystick.processes.repeats import booked_already
from tallystick.processes.returning.rma_data import RmaData, SetAside
from tallystick.processes.returning.sorting import DAMAGED, QUARANTINE, SENT_AGAIN, Judged, Sorting, together
from tallystick.processes.table import Break, Decision, Step

ORDER: Final = "order"
DAY_SECONDS: Final = 86400
DIGEST_BYTES: Final = 8
REFURBISH: Final[Verdict] = "refurbish"
CHARGED: Final = "charged"


def allow(_: None, step: Step, view: View) -> Decision:
    """The goods may come; what was paid ahead of them is remembered."""
    told: ReturnAllowed = step.data
    policy = told.policy
    data = RmaData(
        _order(step),
        told.rma,
        told.currency,
        told.channel,
        policy.name,
        expected=told.lines,
        advanced=told.advanced,
        paid_ahead=told.advanced,
        fees=Fees() if told.is_free else fees_of(policy),
        approval_above=policy.approval_above,
        send_back_days=policy.send_back_days,
        if_nothing_comes=policy.if_nothing_comes,
        disposals=policy.disposals,
    )
    answer = {"policy": policy.name, "send_back_days": policy.send_back_days, "refunded_ahead": told.advanced}
    return _within(data, Decision("authorised", data, answer=answer))


def refuse(_: None, step: Step, view: View) -> Decision:
    """The policy does not allow it; the customer is told why."""
    told: ReturnRefused = step.data
    data = RmaData(_order(step), told.rma, told.currency, told.channel, told.policy, refused=told.because)
    answer: dict[str, Any] = {"policy": told.policy, "because": told.because}
    if told.until is not None:
        answer["until"] = told.until.isoformat()
    return Decision("refused", data, answer=answer)


def label(data: RmaData, step: Step, view: View) -> Decision:
    """The customer can send the goods; the time to do so begins now."""
    report: ReturnLabelled = step.data
    return _within(data, Decision("labelled", replace(data, carrier=report.carrier, tracking=report.tracking)))


def cancel(data: RmaData, step: Step, view: View) -> Decision:
    """The customer keeps the goods; who has been paid for them already cannot just say so."""
    if data.advanced:
        return too_late(data, step, view)
    return Decision("cancelled", replace(data, expected=()), tells=(_lapse(data, 0),))


def too_late(data: RmaData, step: Step, view: View) -> Decision:
    """Goods or money have moved."""
    return Decision("too_late", data, answer={"refunded_ahead": data.advanced})


def arrive(data: RmaData, step: Step, view: View) -> Decision:
    """Goods are here, whether they were allowed or not: the order books them as waiting for inspection."""
    told: ParcelArrived = step.data
    lines = tuple(HeldLine(x.line, x.sku, x.quantity) for x in told.lines)
    found = Break(
        "return_not_allowed", f"{data.order}: {data.rma} was refused ({data.refused}), and its goods are here"
    )
    hold = HoldReturned(data.rma, told.location, lines, data.expected)
    return Decision("arrived", data, tells=((ORDER, hold),), breaks=(found,) if data.refused else (), passes_on=True)


def held(data: RmaData, step: Step, view: View) -> Decision:
    """They are on the shelf."""
    told: ReturnedHeld = step.data
    after = data.came(told.lines)
    return Decision("awaiting" if data.accepted else "received", after)


def inspect(data: RmaData, step: Step, view: View) -> Decision:
    """Sort what was looked at, ask the order to credit what is taken in, and tell of what should not have been.

    Where nothing of it is here, nothing moves: somebody wrote the wrong number down, or a parcel was never reported.
    """
    report: ReturnInspected = step.data
    digest = digest_of(report)
    known = data.inspections.get(report.inspection)
    if known is not None:
        return booked_already(data, known == digest, f"{data.order}: inspection {report.inspection} of {data.rma}")
    sorting = Sorting(view, report.location, QUARANTINE)
    judged = _Judging(data, report.location)
    for x in together(report.lines):
        units = judged.takes(x)
        if units:
            sorting.sort(replace(x, quantity=units))
    noted = {**data.inspections, report.inspection: digest}
    breaks = _surprises(data, report, (sorting, judged.beyond))
    if not judged.units:
        return Decision("nothing_there", replace(data, inspections=noted), breaks=breaks)
    after = replace(
        data,
        held=judged.left(),
        accepted=(*data.accepted, *judged.accepted),
        aside=_aside(data, judged.aside, report.location),
        rejected=data.rejected + sum(judged.rejected.values()),
        inspections=noted,
    )
    rejected = _with_cost(judged.rejected, sorting)
    tells = ((ORDER, replace(after.settles(), rejected=rejected)),)
    facts = sorting.facts(data, data.channel)
    return Decision("sorted", after, facts, tells=tells, breaks=breaks, passes_on=True)


class _Judging:
    """What an inspection takes of the units that wait at a location: those of the order before strange ones."""

    def __init__(self, data: RmaData, location: str) -> None:
        self.held = {(x.line, x.sku, x.location): x for x in data.held}
        self.location, self.units, self.beyond = location, 0, 0
        self.accepted: list[HeldLine] = []
        self.rejected: dict[tuple[int, str], int] = {}
        self.aside: list[Judged] = []

    def takes(self, x: Judged) -> int:
        """Count *x* off what waits; return how many units of it there are."""
        place = (x.line, x.sku, self.location)
        there = self.held.get(place)
        units = min(x.quantity, there.known + there.strange) if there else 0
        self.units, self.beyond = self.units + units, self.beyond + x.quantity - units
        if not there or not units:
            return 0
        known = min(units, there.known)
        self.held[place] = replace(there, known=there.known - known, strange=there.strange - (units - known))
        if known and x.verdict == SENT_AGAIN:
            self.rejected[x.line, x.sku] = self.rejected.get((x.line, x.sku), 0) + known
        elif known:
            self.accepted.append(HeldLine(x.line, x.sku, known))
        if x.verdict == REFURBISH:
            self.aside.append(replace(x, quantity=units))
        return units

    def left(self) -> tuple[Any, ...]:
        """What still waits."""
        return tuple(x for x in self.held.values() if x.known or x.strange)


def _with_cost(rejected: dict[tuple[int, str], int], sorting: Sorting) -> tuple[SentAgainUnits, ...]:
    """Return the order's own units that left again, with their share of the cost they left at."""
    found = []
    for (line, sku), units in rejected.items():
        gone = [x for x in sorting.sent_again if (x.line, x.sku) == (line, sku)]
        cost = sum(x.cost for x in gone) * units // sum(x.quantity for x in gone)
        found.append(SentAgainUnits(line, sku, units, cost))
    return tuple(found)


def _aside(data: RmaData, more: list[Judged], location: str) -> tuple[SetAside, ...]:
    units = {(x.line, x.sku, x.location): x.quantity for x in data.aside}
    for x in more:
        units[x.line, x.sku, location] = units.get((x.line, x.sku, location), 0) + x.quantity
    return tuple(SetAside(*place, n) for place, n in units.items())


def _surprises(data: RmaData, report: ReturnInspected, found: tuple[Sorting, int]) -> tuple[Break, ...]:
    sorting, beyond = found
    breaks = []
    if beyond:
        text = f"{data.order}: {report.inspection} looked at {beyond} units of {data.rma} that did not come"
        breaks.append(Break("inspection_exceeds_receipt", text))
    if sorting.missing:
        breaks.append(_not_there(data, sorting))
    strange = sorted({x.verdict for x in report.lines} - {*data.disposals, SENT_AGAIN}) if data.policy else []
    if strange and not data.refused:
        text = f"{data.order}: policy {data.policy} does not provide for {', '.join(strange)} of {data.rma}"
        breaks.append(Break("disposal_not_allowed", text))
    return tuple(breaks)


def _not_there(data: RmaData, sorting: Sorting) -> Break:
    text = (
        f"{data.order}: {sorting.missing} units of {data.rma} were not in {sorting.state}: taken from what is sellable"
    )
    return Break("returned_units_moved", text)


def settled_up(data: RmaData, step: Step, view: View) -> Decision:
    """The order has credited what was taken in, or somebody must agree first."""
    told: ReturnSettledUp = step.data
    if told.waits:
        text = f"{data.order}: {data.rma} would be refunded more than may be without another person's approval"
        found = Break("refund_needs_approval", text, told.refund, data.currency)
        is_new = told.refund != data.waits_for
        after = replace(data, waits_for=told.refund)
        answer = {"waits_for_approval": told.refund}
        return Decision("awaiting", after, breaks=(found,) if is_new else (), answer=answer)
    after = replace(
        data,
        accepted=(),
        waits_for=0,
        credited=data.credited + told.credited,
        kept=data.kept + told.kept,
        refunded=data.refunded + told.refund,
        advanced=data.advanced - told.from_advance,
        fees=replace(data.fees, minor=0, label=0) if told.credited else data.fees,
    )
    answer = {
        "credited": after.credited,
        "kept": after.kept,
        "refunded": after.refunded,
        "from_advance": told.from_advance,
    }
    explains = ("refund_needs_approval", "refund_waits") if data.waits_for else ()
    if after.held or after.expected or not after.advanced:
        return _within(after, Decision(standing(after), after, explains=explains, answer=answer))
    decision = _ended(after)
    tells = (_lapse(after, after.advanced),) if decision.outcome == CHARGED else ()
    return replace(decision, explains=explains, answer=answer, tells=tells)


def standing(data: RmaData) -> str:
    """Return where a return stands of which nothing waits for approval."""
    if data.held:
        return "received"
    if data.expected:
        return "partly"
    return "refunded" if data.credited else "rejected"


def approve(data: RmaData, step: Step, view: View) -> Decision:
    """Another person has agreed to a refund: credit what was taken in, if it comes to no more than that.

    The database guards approvals by the name they come under: under another nobody has agreed to anything.
    """
    report: ReturnRefundApproved = step.data
    if step.cause.id != f"proposal-{report.proposal}":
        text = f"{data.order}: {step.cause.id} says that a refund of {data.rma} was approved, and is no approval"
        return Decision(
            "unproven", data, breaks=(Break("approval_unproven", text, report.refund.amount, data.currency),)
        )
    asked = replace(data.settles(), approval_above=report.refund.amount)
    after = replace(data, proposals=(*data.proposals, report.proposal))
    return Decision("approved", after, tells=((ORDER, asked),), passes_on=True)


def refurbish(data: RmaData, step: Step, view: View) -> Decision:
    """Units that were set aside are good again, or not worth it."""
    report: ReturnRefurbished = step.data
    digest = digest_of(report)
    known = data.works.get(report.work)
    if known is not None:
        return booked_already(data, known == digest, f"{data.order}: work {report.work} on {data.rma}")
    sorting = Sorting(view, report.location, DAMAGED)
    aside = {(x.line, x.sku, x.location): x.quantity for x in data.aside}
    beyond = 0
    for x in together(report.lines):
        place = (x.line, x.sku, report.location)
        units = min(x.quantity, aside.get(place, 0))
        beyond += x.quantity - units
        if units:
            aside[place] -= units
            sorting.sort(replace(x, quantity=units))
    left = tuple(SetAside(*place, n) for place, n in aside.items() if n)
    after = replace(data, aside=left, works={**data.works, report.work: digest})
    text = f"{data.order}: {report.work} is about {beyond} units of {data.rma} that nobody set aside"
    breaks = [Break("work_exceeds_set_aside", text)] if beyond else []
    breaks += [_not_there(data, sorting)] if sorting.missing else []
    return Decision("worked", after, sorting.facts(data, data.channel), breaks=tuple(breaks))


def lapse(data: RmaData, step: Step, view: View) -> Decision:
    """Nothing, or no more, came in time."""
    after = replace(data, expected=())
    decision = _ended(after)
    told = _lapse(data, data.advanced if decision.outcome == CHARGED else 0)
    return replace(decision, tells=(told,))


def _ended(data: RmaData) -> Decision:
    """End a return: what was paid ahead and not covered stands as a claim, or the sale stands and is charged again."""
    if not data.advanced:
        outcome = standing(data) if data.inspections else "closed"
        return Decision(outcome, data)
    if data.if_nothing_comes == "charge":
        return Decision(CHARGED, replace(data, advanced=0))
    text = f"{data.order}: refunded ahead under {data.rma}, and not covered by what came"
    found = Break("advance_not_covered", text, data.advanced, data.currency)
    return Decision("claimed", replace(data, is_claimed=True), breaks=() if data.is_claimed else (found,))


def not_inspected(data: RmaData, step: Step, view: View) -> Decision:
    """Goods stand in quarantine, and the customer waits for the money."""
    units = sum(x.known + x.strange for x in data.held)
    return Decision(
        "told", data, breaks=(Break("inspection_overdue", f"{data.order}: {units} units of {data.rma} wait"),)
    )


def not_approved(data: RmaData, step: Step, view: View) -> Decision:
    """The customer waits, and nobody has said yes or no."""
    text = f"{data.order}: the refund of {data.rma} waits for approval"
    return Decision("told", data, breaks=(Break("refund_waits", text, data.waits_for, data.currency),))


def digest_of(report: Struct) -> str:
    """Return what tells a report said again from another under the same name."""
    return hashlib.blake2b(msgspec.json.encode(report), digest_size=DIGEST_BYTES).hexdigest()


def _lapse(data: RmaData, charge: int) -> tuple[str, LapseReturn]:
    return ORDER, LapseReturn(data.rma, data.expected, charge)


def _within(data: RmaData, decision: Decision) -> Decision:
    """Count the days in which the goods are to come."""
    return replace(decision, within_seconds=data.send_back_days * DAY_SECONDS) if data.send_back_days else decision


def _order(step: Step) -> str:
    return step.cause.subject.partition("/")[2]
