"""The rules of what may be promised, looked up: which of them count for a channel, a product and a location."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from tallystick.decisions.promises.working_time import WorkingTime
from tallystick.decisions.screening import flaw_of_screenings
from tallystick.decisions.sourcing.atlas import Atlas, PolicyVersion
from tallystick.messages.availability import ANY, ChannelRule, Rules, State
from tallystick.messages.oversells import OversellRule
from tallystick.messages.partners.screening import ScreeningRule
from tallystick.messages.policy.deadlines import DeadlineRule

USUAL_STATES: Final[tuple[State, ...]] = ("sellable",)
Key = tuple[str, str, str]
"""(channel, product, location)"""


class Terms(Struct, frozen=True):
    """What the rules say of one channel, product and location; see `messages.availability` for each number."""

    safety: int = 0
    buffer: int = 0
    threshold: int = 0
    oversell: int = 0
    incoming_days: int = 0
    states: tuple[State, ...] = USUAL_STATES
    excluded: bool = False


FREE: Final = Terms()
"""No rule: all that is sellable may be promised."""


class RulesVersion(Struct, frozen=True, omit_defaults=True):
    """Rules with their version (0: none were ever set) and the moment (UTC) from which they are in force."""

    version: int
    effective_from: datetime
    rules: Rules


class Lookup:
    """One version of the rules, indexed: the closest rule counts, product before location. Free ones hold nothing back."""

    def __init__(self, rules: Rules, version: int) -> None:
        """Index *rules*."""
        self.rules, self.version = rules, version
        self._safety = {(r.sku, r.location): r.units for r in rules.safety}
        self._channels = {(r.channel, r.sku, r.location): r for r in rules.channels}
        self._excluded = {(x.channel, x.location) for x in rules.exclusions}
        self._oversells = {r.channel: r for r in rules.oversells}
        self._screenings = {r.channel: r for r in rules.screenings}
        self.is_free = not (self._safety or self._channels or self._excluded)
        self._terms: dict[Key, Terms] = {}
        self._calendars = {c.calendar: WorkingTime(c) for c in rules.calendars}
        self._deadlines = {(d.limit, d.channel, d.location): d for d in rules.deadlines}

    def terms(self, channel: str, sku: str, location: str) -> Terms:
        """Return what counts for *channel*; an empty channel is nobody's: only safety stock counts."""
        if self.is_free:
            return FREE
        key = (channel, sku, location)
        found = self._terms.get(key)
        if found is None:
            found = self._terms[key] = self._looked_up(channel, sku, location)
        return found

    def oversell(self, channel: str) -> OversellRule:
        """Return what becomes of orders that *channel* has sold already and that lack stock; refused, where no rule is."""
        return self._oversells.get(channel) or self._oversells.get(ANY) or OversellRule(channel)

    @property
    def has_deadlines(self) -> bool:
        """Whether any limit is another than the house's own."""
        return bool(self._deadlines)

    def due(self, limit: Key, since: datetime) -> datetime | None:
        """Return when *limit*, as (limit, channel, location), is over for what began at *since* (UTC); None: no rule says."""
        name, channel, location = limit
        places = ((channel, location), (channel, ANY), (ANY, location), (ANY, ANY))
        rule: DeadlineRule | None = next(
            (self._deadlines[name, *p] for p in places if (name, *p) in self._deadlines), None
        )
        if rule is None:
            return None
        seconds = rule.minutes_max * 60
        if not rule.calendar:
            return since + timedelta(seconds=seconds)
        return self._calendars[rule.calendar].after(since, seconds)

    def screening(self, channel: str) -> ScreeningRule | None:
        """Return how orders of *channel* are screened; None where they are not held."""
        return (self._screenings.get(channel) or self._screenings.get(ANY)) if self._screenings else None

    def group(self, name: str) -> tuple[str, ...]:
        """Return the locations of a group; none where there is no such group."""
        return next((g.locations for g in self.rules.groups if g.group == name), ())

    def _looked_up(self, channel: str, sku: str, location: str) -> Terms:
        places = ((sku, location), (sku, ANY), (ANY, location), (ANY, ANY))
        safety = next((self._safety[p] for p in places if p in self._safety), 0)
        if not channel:
            return Terms(safety)
        keys = ((c, *p) for c in (channel, ANY) for p in places)
        rule = next((self._channels[k] for k in keys if k in self._channels), ChannelRule(channel))
        return Terms(
            safety,
            rule.buffer,
            rule.threshold,
            rule.oversell,
            rule.incoming_days,
            rule.states,
            bool({(channel, location), (ANY, location)} & self._excluded),
        )


class Rulebook:
    """The versions that are or will be in force, by the moment they begin; and those of the policy of sourcing."""

    def __init__(self, versions: tuple[RulesVersion, ...] = (), policies: tuple[PolicyVersion, ...] = ()) -> None:
        """Index *versions* and *policies*."""
        self.policies = tuple(sorted(policies, key=lambda v: v.effective_from))
        self._atlases = [(v.effective_from, Atlas(v.policy, v.version)) for v in self.policies]
        self.versions = tuple(sorted(versions, key=lambda v: v.effective_from))
        self._lookups = [(v.effective_from, Lookup(v.rules, v.version)) for v in self.versions]

    def at(self, moment: datetime) -> Lookup:
        """Return the rules in force at *moment* (UTC); before the first, nothing is held back."""
        if not self._lookups:
            return NO_RULES
        found = NO_RULES
        for effective_from, lookup in self._lookups:
            if effective_from > moment:
                break
            found = lookup
        return found

    def sourcing(self, moment: datetime) -> Atlas | None:
        """Return the policy of sourcing in force at *moment* (UTC); None before the first."""
        return next((atlas for begins, atlas in reversed(self._atlases) if begins <= moment), None)


NO_RULES: Final = Lookup(Rules(), 0)
EMPTY: Final = Rulebook()


def flaw_of_rules(rules: Rules) -> str:
    """Return which rule stands there twice or says nothing; empty where all are sound."""
    named: dict[str, list[tuple[str, ...]]] = {
        "safety": [(r.sku, r.location) for r in rules.safety],
        "channels": [(r.channel, r.sku, r.location) for r in rules.channels],
        "exclusions": [(x.channel, x.location) for x in rules.exclusions],
        "groups": [(g.group,) for g in rules.groups],
        "oversells": [(r.channel,) for r in rules.oversells],
        "calendars": [(c.calendar,) for c in rules.calendars],
        "deadlines": [(d.limit, d.channel, d.location) for d in rules.deadlines],
        "screenings": [(r.channel,) for r in rules.screenings],
    }
    for name, keys in named.items():
        seen: dict[tuple[str, ...], int] = {}
        for place, key in enumerate(keys):
            if key in seen:
                return f"{name}[{place}] says again what {name}[{seen[key]}] says of {', '.join(key)}: keep one of them"
            seen[key] = place
    for place, rule in enumerate(rules.channels):
        if not rule.states:
            return f"channels[{place}].states is empty: name at least one, such as sellable"
    return flaw_of_screenings(rules.screenings) or _flaw_of_calendars(rules)


def _flaw_of_calendars(rules: Rules) -> str:
    for place, calendar in enumerate(rules.calendars):
        for n, hours in enumerate(calendar.hours):
            if hours.opens >= hours.closes:
                return f"calendars[{place}].hours[{n}] opens at {hours.opens} and closes at {hours.closes}: cut it at midnight"
        if calendar.zone and not calendar.shifts:
            return f"calendars[{place}].shifts are missing: they say how {calendar.zone} lies to UTC"
        if any(shift.since.tzinfo is None for shift in calendar.shifts):
            return f"calendars[{place}].shifts name no time zone: add one, such as Z"
    known = {c.calendar for c in rules.calendars}
    for place, rule in enumerate(rules.deadlines):
        if rule.calendar and rule.calendar not in known:
            return f"deadlines[{place}].calendar {rule.calendar} is none of the calendars: declare it, or leave it out"
    return ""
