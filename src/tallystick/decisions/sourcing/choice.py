"""The choice: which locations send an order, by which rule; and of every location looked at, why it won or lost.

One location that can send everything goes before several. Of several, the one that can send most goes first, until
nothing is left: the fewest parcels nearly always, and never more than the rule allows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from tallystick.decisions.sourcing.atlas import (
    Atlas,
    belongs,
    has_capacity,
    opens_within,
    over,
    slots,
)
from tallystick.messages.sourcing.decided import Candidate, NotFrom, Sought, Verdict, WorkTaken
from tallystick.messages.sourcing.policy import METRES_MAX, Action, SourceLocation, SourcingRule
from tallystick.messages.stock import HeldLine

Given = dict[int, int]
"""Units by line."""


class Shelves(Protocol):
    """What is there: to be promised of each product at a location, and the work taken there already."""

    def units(self, sku: str, location: str) -> int:
        """Return the units that may be promised now."""

    def work(self, location: str) -> Mapping[str, int]:
        """Return how many orders were sourced from it by day and hour of its clock."""


class Choice(Struct, frozen=True):
    """Who sends what, by which rule; or what is done instead, once no rule finds anybody."""

    routing: str = ""
    rule: str = ""
    action: Action = "cancel"
    hold_minutes: int = 0
    parts: tuple[tuple[str, tuple[HeldLine, ...]], ...] = ()
    candidates: tuple[Candidate, ...] = ()
    work: tuple[WorkTaken, ...] = ()


class _Seen(Struct):
    """A location while rules are gone through."""

    of: SourceLocation
    metres: int | None
    units: dict[str, int]
    day: int = 0
    hour: int = 0
    verdict: Verdict = "not_asked"
    rule: str = ""

    def gives(self, lines: Mapping[int, HeldLine], *, split: bool) -> Given:
        """Return what it can send of *lines*, in their order; whole lines only, unless they may be *split*."""
        left, given = {sku: max(0, units - self.of.safety) for sku, units in self.units.items()}, Given()
        for x in lines.values():
            units = min(x.quantity, left[x.sku])
            if units and (split or units == x.quantity):
                given[x.line] = units
                left[x.sku] -= units
        return given


def choose(sought: Sought, atlas: Atlas, shelves: Shelves, at: datetime) -> Choice:
    """Go through the rules for what is *sought* at *at* (UTC)."""
    routing = atlas.routing(sought)
    if routing is None:
        return Choice()
    seen = [_looked_at(atlas.locations[name], sought, (atlas, shelves, at)) for name in atlas.shortlist(sought)]
    rule = routing.rules[-1]
    for rule in routing.rules:
        parts = _by_rule(rule, sought, seen, (atlas, at))
        if parts or rule.otherwise != "next":
            break
    else:
        parts = []
    action: Action = "cancel" if rule.otherwise == "next" else rule.otherwise
    return Choice(
        routing.routing,
        rule.rule,
        "next" if parts else action,
        0 if parts else rule.hold_minutes,
        tuple((one.of.location, lines) for one, lines in parts),
        tuple(_told(one) for one in seen),
        tuple(
            work
            for one, _ in parts
            if one.of.location not in sought.sending
            for work in _taken(one.of, shelves.work(one.of.location), at)
        ),
    )


def _looked_at(location: SourceLocation, sought: Sought, by: tuple[Atlas, Shelves, datetime]) -> _Seen:
    atlas, shelves, at = by
    units = {sku: shelves.units(sku, location.location) for sku in dict.fromkeys(x.sku for x in sought.lines)}
    found = _Seen(location, atlas.metres(sought.area, location.location), units)
    if has_capacity(location):
        work, (day, hour) = shelves.work(location.location), slots(location, at)
        found.day, found.hour = work.get(day, 0), work.get(hour, 0)
    return found


def _by_rule(
    rule: SourcingRule, sought: Sought, seen: Iterable[_Seen], by: tuple[Atlas, datetime]
) -> list[tuple[_Seen, tuple[HeldLine, ...]]]:
    """Return who sends what by one rule, nothing where it finds nobody; note of each location what the rule made of it."""
    atlas, at = by
    lines = {x.line: x for x in sought.lines}
    able = []
    for one in seen:
        if belongs(one.of, rule):
            one.rule, one.verdict = rule.rule, _barred(one, rule, sought, at) or "lacks"
            if one.verdict == "lacks":
                able.append(one)
    able.sort(key=lambda one: _rank(one, rule, atlas))
    found = _shared_out(able, lines, rule)
    for one in able:
        if one in [chosen for chosen, _ in found]:
            one.verdict = "chosen"
        elif len(one.gives(lines, split=False)) == len(lines):
            one.verdict = "beaten"
    return [(one, _lines(lines, given)) for one, given in found]


def _shared_out(able: Sequence[_Seen], lines: Mapping[int, HeldLine], rule: SourcingRule) -> list[tuple[_Seen, Given]]:
    for one in able:
        given = one.gives(lines, split=False)
        if len(given) == len(lines):
            return [(one, given)]
    left, found, free = dict(lines), list[tuple[_Seen, Given]](), list(able)
    while left and free and len(found) < rule.places_max:
        offers = [(one, one.gives(left, split=rule.lines_split)) for one in free]
        one, given = max(offers, key=lambda offer: sum(offer[1].values()))
        if sum(given.values()) < rule.parcel_units_min:
            return []
        free.remove(one)
        found.append((one, given))
        left = {
            n: HeldLine(n, x.sku, x.quantity - given.get(n, 0)) for n, x in left.items() if x.quantity > given.get(n, 0)
        }
    return [] if left else found


def _barred(one: _Seen, rule: SourcingRule, sought: Sought, at: datetime) -> Verdict | None:
    """Say why *rule* cannot take this location, whatever is on its shelves."""
    of = one.of
    if any(NotFrom(of.location, x.sku) in sought.refused for x in sought.lines):
        return "refused"
    if rule.metres_max is not None and (one.metres is None or one.metres > rule.metres_max):
        return "unknown_distance" if one.metres is None else "too_far"
    if rule.open_within_hours is not None and not opens_within(of, at, rule.open_within_hours):
        return "closed"
    if of.location in sought.sending:
        return None
    if of.day_orders_max is not None and one.day >= of.day_orders_max:
        return "full"
    return "full" if of.hour_orders_max is not None and one.hour >= of.hour_orders_max else None


def _rank(one: _Seen, rule: SourcingRule, atlas: Atlas) -> tuple[int, ...]:
    """Return a location's rank by what the rule sorts by; what is equal goes as listed."""
    by = {
        "distance": METRES_MAX + 1 if one.metres is None else one.metres,
        "cost": one.of.parcel_cost,
        "stock": -sum(one.units.values()),
        "load": one.day,
        "listed": atlas.listed[one.of.location],
    }
    return (*(by[name] for name in rule.sort), by["listed"])


def _lines(lines: Mapping[int, HeldLine], given: Given) -> tuple[HeldLine, ...]:
    return tuple(HeldLine(n, lines[n].sku, units) for n, units in given.items())


def _taken(location: SourceLocation, work: Mapping[str, int], at: datetime) -> Iterable[WorkTaken]:
    """Return what an order takes of a location's day and hour; what was counted of days long over is put away."""
    day, hour = slots(location, at)
    if location.day_orders_max is not None:
        yield WorkTaken(location.location, day, 1)
    if location.hour_orders_max is not None:
        yield WorkTaken(location.location, hour, 1)
    if has_capacity(location):
        before = over(location, at)
        yield from (WorkTaken(location.location, slot, -n) for slot, n in work.items() if slot < before)


def _told(one: _Seen) -> Candidate:
    return Candidate(one.of.location, one.verdict, one.rule, one.metres, one.units, one.day, one.hour)
