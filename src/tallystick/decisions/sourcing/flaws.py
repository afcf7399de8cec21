"""What makes a sourcing policy impossible to follow."""

from collections.abc import Iterable, Iterator

from tallystick.messages.sourcing.policy import UNPLACED, Policy, Routing, SourceLocation, SourcingRule


def flaw_of_policy(policy: Policy) -> str:
    """Return the first thing that stands there twice, contradicts itself or names what is not there; empty if sound."""
    return next(_flaws(policy), "")


def _flaws(policy: Policy) -> Iterator[str]:
    yield from _twice("locations", (x.location for x in policy.locations))
    yield from _twice("areas", (x.area for x in policy.areas))
    yield from _twice("distances", (f"{x.area} to {x.location}" for x in policy.distances))
    yield from _twice("runs", (x.run for x in policy.runs))
    known = {x.location for x in policy.locations}
    groups = {group for x in policy.locations for group in x.groups}
    for place, x in enumerate(policy.locations):
        yield from (f"locations[{place}]: {flaw}" for flaw in _location(x))
    for place, y in enumerate(policy.distances):
        if y.location not in known:
            yield f"distances[{place}].location {y.location} is none of locations: name it there, or take this off"
    for run in policy.runs:
        yield from _twice(f"runs {run.run}: routings", (r.routing for r in run.routings))
        for routing in run.routings:
            yield from (f"routing {routing.routing}: {flaw}" for flaw in _routing(routing, groups))
    # An empty policy is one: no order finds a location by it.
    if policy != Policy() and "placing" not in {x.run for x in policy.runs}:
        yield "runs: none is called placing, so no order would find a location: add one"


def _location(x: SourceLocation) -> Iterator[str]:
    if x.location in UNPLACED:
        yield f"location {x.location} stands for any: give it a name of its own"
    if (x.latitude is None) != (x.longitude is None):
        yield "latitude and longitude belong together: give both, or neither"
    for n, opening in enumerate(x.openings):
        if opening.opens >= opening.closes:
            yield f"openings[{n}]: opens at {opening.opens} and closes at {opening.closes}: over midnight, write two"
        if opening.opens.tzinfo or opening.closes.tzinfo:
            yield f"openings[{n}]: times are of the location's own clock: write no zone"


def _routing(routing: Routing, groups: set[str]) -> Iterator[str]:
    if not routing.rules:
        yield "it has no rules: add one, or take it off"
    yield from _twice("rules", (rule.rule for rule in routing.rules))
    if routing.units_max is not None and routing.units_max < routing.units_min:
        yield f"units_max {routing.units_max} is below units_min {routing.units_min}"
    if routing.value_max is not None and routing.value_max < routing.value_min:
        yield f"value_max {routing.value_max} is below value_min {routing.value_min}"
    for rule in routing.rules:
        yield from (f"rule {rule.rule}: {flaw}" for flaw in _rule(rule, groups))


def _rule(rule: SourcingRule, groups: set[str]) -> Iterator[str]:
    for group in rule.groups:
        if group not in groups:
            yield f"no location is of group {group}: give one that group, or take it off"
    if rule.lines_split and rule.places_max == 1:
        yield "lines_split with places_max 1 splits nothing: raise places_max, or take lines_split off"


def _twice(name: str, said: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for x in said:
        if x in seen:
            yield f"{name}: {x} stands there twice: keep one of them"
        seen.add(x)
