"""The policy of sourcing, indexed: which locations an order looks at, how far they lie, and when they are open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from tallystick.decisions.sourcing.distance import Point, metres_between
from tallystick.messages.sourcing.decided import Sought
from tallystick.messages.sourcing.policy import (
    CANDIDATES_MAX,
    DAYS,
    METRES_MAX,
    Policy,
    Routing,
    SourceLocation,
    SourcingRule,
)

NO_PRODUCT: Final = ""
"""The shelf of no product is a location's calendar: how many orders were sourced from it, by day and hour."""
KEPT_DAYS: Final = 2


class PolicyVersion(Struct, frozen=True, omit_defaults=True):
    """A policy with its version and the moment (UTC) from which it is in force."""

    version: int
    effective_from: datetime
    policy: Policy


class Atlas:
    """One version of the policy, looked up. What it says of an order depends on the order alone, never on stock."""

    def __init__(self, policy: Policy, version: int) -> None:
        """Index *policy*."""
        self.policy, self.version = policy, version
        self.locations: dict[str, SourceLocation] = {x.location: x for x in policy.locations}
        self.listed = {name: place for place, name in enumerate(self.locations)}
        self._points = sorted(policy.areas, key=lambda x: len(x.area), reverse=True)
        self._said = sorted(policy.distances, key=lambda x: len(x.area), reverse=True)
        self._runs = {x.run: x.routings for x in policy.runs}

    def metres(self, area: str, location: str) -> int | None:
        """Return how far *location* lies from *area*: as it is declared, or as the crow flies; None where nobody knows."""
        if not area:
            return None
        for said in self._said:
            if said.location == location and area.startswith(said.area):
                return said.metres
        there = self.locations[location]
        here = next((x for x in self._points if area.startswith(x.area)), None)
        if here is None or there.latitude is None or there.longitude is None:
            return None
        return metres_between(Point(here.latitude, here.longitude), Point(there.latitude, there.longitude))

    def routing(self, sought: Sought) -> Routing | None:
        """Return the first routing that fits; None where none does."""
        routings = self._runs.get(sought.run) or self._runs.get("placing") or ()
        units = sum(x.quantity for x in sought.lines)
        return next((r for r in routings if _fits(r, sought, units)), None)

    def shortlist(self, sought: Sought) -> tuple[str, ...]:
        """Return the locations that some rule for it names, nearest first, no more than `CANDIDATES_MAX`."""
        routing = self.routing(sought)
        if routing is None:
            return ()
        found = [x.location for x in self.policy.locations if any(belongs(x, rule) for rule in routing.rules)]
        away = {name: self.metres(sought.area, name) for name in found}
        far = METRES_MAX + 1
        found.sort(key=lambda name: (far if away[name] is None else away[name], self.listed[name]))
        return tuple(found[:CANDIDATES_MAX])

    def shelves(self, sought: Sought) -> Iterator[tuple[str, str]]:
        """Return the (product, location) that a decision will look at."""
        skus = {x.sku for x in sought.lines}
        for name in self.shortlist(sought):
            yield from ((sku, name) for sku in skus)
            if has_capacity(self.locations[name]):
                yield NO_PRODUCT, name


def belongs(location: SourceLocation, rule: SourcingRule) -> bool:
    """Say whether *rule* asks for this location."""
    return not rule.groups or any(group in rule.groups for group in location.groups)


def has_capacity(location: SourceLocation) -> bool:
    """Say whether it is counted how many orders are sourced from it."""
    return location.day_orders_max is not None or location.hour_orders_max is not None


def slots(location: SourceLocation, at: datetime) -> tuple[str, str]:
    """Return the day and the hour of the location's clock at *at* (UTC)."""
    local = _local(location, at)
    return local.date().isoformat(), local.strftime("%Y-%m-%dT%H")


def over(location: SourceLocation, at: datetime) -> str:
    """Return the day before which everything counted is over."""
    return (_local(location, at) - timedelta(days=KEPT_DAYS)).date().isoformat()


def opens_within(location: SourceLocation, at: datetime, hours: int) -> bool:
    """Say whether the location is open at *at* (UTC), or opens no more than *hours* later."""
    if not location.openings:
        return True
    local, until = _local(location, at), _local(location, at) + timedelta(hours=hours)
    for ahead in range((until.date() - local.date()).days + 1):
        day = local.date() + timedelta(days=ahead)
        for x in location.openings:
            begins, ends = datetime.combine(day, x.opens), datetime.combine(day, x.closes)
            if DAYS[day.weekday()] in x.days and begins <= until and local < ends:
                return True
    return False


def _local(location: SourceLocation, at: datetime) -> datetime:
    return at.replace(tzinfo=None) + timedelta(minutes=location.utc_offset_minutes)


def _fits(routing: Routing, sought: Sought, units: int) -> bool:
    if routing.channels and sought.channel not in routing.channels:
        return False
    if routing.areas and not sought.area.startswith(routing.areas):
        return False
    return (
        routing.units_min <= units
        and (routing.units_max is None or units <= routing.units_max)
        and routing.value_min <= sought.value
        and (routing.value_max is None or sought.value <= routing.value_max)
    )
