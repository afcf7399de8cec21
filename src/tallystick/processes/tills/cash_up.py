"""The cash-up of a shop's day: what its baskets took by tender, what was counted, and every difference in sight.

Takings wait in `till_takings` until a cash-up clears them: what was counted goes to the safe or to who settles the
tender, the rest to `over_short`. What moves afterwards posts the difference at once, so that a cashed-up day stands
at zero whatever comes late.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.tills import CashCounted, CashUpReported, CountedLine, TakingsMoved
from tallystick.processes.limits import OVER_SHORT_MINOR_MAX
from tallystick.processes.table import NEW, Break, Decision, Process, Row, Step

OPEN, AGREED, DIFFERS = "OPEN", "AGREED", "DIFFERS"
CASH: Final = "cash"
NAMED_MAX: Final = 5


class CashUp(Struct, frozen=True, omit_defaults=True):
    """A shop's day, money by tender in minor units: *taken* by its baskets, *counted*, and posted as *short*.

    *baskets* are booked, *listed* by the cash-up; *till* is the family's subject.
    """

    till: str
    location: str
    day: date
    currency: str
    taken: dict[str, int] = {}
    counted: dict[str, int] = {}
    short: dict[str, int] = {}
    baskets: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    cashed_up: bool = False


def take(data: CashUp | None, step: Step, view: View) -> Decision:
    """A basket took money, or gave some back; after the cash-up that is a difference to it."""
    told: TakingsMoved = step.data
    before = data or CashUp(step.cause.subject, told.location, told.day, told.currency)
    known = before.baskets if told.basket in before.baskets else (*before.baskets, told.basket)
    return _settled(before, replace(before, taken=_plus(before.taken, {told.tender: told.amount}), baskets=known))


def count(data: CashUp | None, step: Step, view: View) -> Decision:
    """The tills were counted, for the first time or again; a supplement is counted on top."""
    report: CashUpReported = step.data
    before = data or CashUp(step.cause.subject, report.location, report.day, report.currency)
    counted, listed = {x.tender: x.amount for x in report.counted}, report.baskets
    if report.supplement:
        counted = _plus(before.counted, counted)
        listed = (*before.listed, *(b for b in listed if b not in before.listed))
    if before.cashed_up and (_nonzero(counted), listed) == (_nonzero(before.counted), before.listed):
        return Decision("repeated", before)
    return _settled(before, replace(before, counted=counted, listed=listed, cashed_up=True))


def _settled(before: CashUp, after: CashUp) -> Decision:
    """Post what changed between *before* and *after*, open the breaks that are new, and explain those that are gone."""
    if not after.cashed_up:
        return Decision("taken", after)
    short = _plus(after.taken, after.counted, -1)
    counted = _plus(after.counted, before.counted if before.cashed_up else {}, -1)
    lines = [
        CountedLine(tender, counted.get(tender, 0), short.get(tender, 0) - before.short.get(tender, 0))
        for tender in sorted(short.keys() | counted.keys() | before.short.keys())
    ]
    lines = [x for x in lines if x.counted or x.short]
    after = replace(after, short=_nonzero(short))
    was, now = (_differences(before) if before.cashed_up else {}), _differences(after)
    cash, cashless = tuple(x for x in lines if x.tender == CASH), tuple(x for x in lines if x.tender != CASH)
    fact = CashCounted(after.location, after.day, after.currency, cash, cashless)
    return Decision(
        "differs" if now else "agrees",
        after,
        (fact,) if lines else (),
        breaks=tuple(b for kind, b in now.items() if was.get(kind) != b),
        explains=tuple(kind for kind, b in was.items() if now.get(kind) != b),
    )


def _differences(day: CashUp) -> Mapping[str, Break]:
    """Return what does not fit between the count and the book, by kind of break."""
    found = []
    if any(abs(n) > OVER_SHORT_MINOR_MAX for n in day.short.values()):
        told = ", ".join(f"{tender} {'short' if n > 0 else 'over'} by {abs(n)}" for tender, n in day.short.items())
        found.append(Break("cash_differs", f"{day.till}: {told}", sum(day.short.values()), day.currency))
    booked, listed = set(day.baskets), set(day.listed)
    if missing := sorted(listed - booked):
        found.append(Break("missing_basket", _named(day, missing, "named by the cash-up, not in the book")))
    if unlisted := sorted(booked - listed):
        found.append(Break("unlisted_basket", _named(day, unlisted, "in the book, not named by the cash-up")))
    if len(listed) < len(day.listed):
        twice = sorted({b for b in day.listed if day.listed.count(b) > 1})
        found.append(Break("duplicate_basket", _named(day, twice, "named twice by the cash-up")))
    return {b.kind: b for b in found}


def _named(day: CashUp, baskets: Sequence[str], what: str) -> str:
    more = f" and {len(baskets) - NAMED_MAX} more" if len(baskets) > NAMED_MAX else ""
    return f"{day.till}: {', '.join(baskets[:NAMED_MAX])}{more}: {what}"


def _plus(a: Mapping[str, int], b: Mapping[str, int], sign: int = 1) -> dict[str, int]:
    return {key: a.get(key, 0) + sign * b.get(key, 0) for key in sorted(a.keys() | b.keys())}


def _nonzero(amounts: Mapping[str, int]) -> dict[str, int]:
    return {key: n for key, n in amounts.items() if n}


CASH_UP: Final = Process(
    "cash_up",
    CashUp,
    (
        Row(NEW, TakingsMoved, take, "taken", OPEN),
        Row(OPEN, TakingsMoved, take, "taken", OPEN),
        *(
            Row(state, TakingsMoved, take, outcome, to_state)
            for state in (AGREED, DIFFERS)
            for outcome, to_state in (("agrees", AGREED), ("differs", DIFFERS))
        ),
        *(
            Row(state, CashUpReported, count, outcome, to_state)
            for state in (NEW, OPEN, AGREED, DIFFERS)
            for outcome, to_state in (("agrees", AGREED), ("differs", DIFFERS))
        ),
        *(Row(state, CashUpReported, count, "repeated", state, moves=False) for state in (AGREED, DIFFERS)),
    ),
)
