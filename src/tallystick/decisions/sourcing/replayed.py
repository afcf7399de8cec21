"""Past orders, sourced again by another policy: what would have been sent from where, and what that comes to.

Each order is seen with the shelves it met, as its own decision tells them; what the replay gave out or left where it was is
taken off or added for the orders after it. Costs and distances of both sides are those of the other policy.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from tallystick.decisions.sourcing.atlas import Atlas, has_capacity, slots
from tallystick.decisions.sourcing.choice import choose
from tallystick.messages.sourcing.decided import OrderSourced
from tallystick.messages.stock import HeldLine

Parts = tuple[tuple[str, tuple[HeldLine, ...]], ...]
Key = tuple[str, str]
"""(product, location)"""


class Outcome(Struct, frozen=True):
    """What one policy comes to: orders sourced and not, parcels, orders in several parcels, metres, cost, units by place.

    `metres` and `cost` add up those of each parcel; of `unmeasured` parcels nobody knows how far they went.
    """

    sourced: int = 0
    unsourced: int = 0
    parcels: int = 0
    split: int = 0
    metres: int = 0
    unmeasured: int = 0
    cost: int = 0
    units: dict[str, int] = {}


class Differs(Struct, frozen=True):
    """An order that would have come from elsewhere: units by location, then and by the other policy."""

    order: str
    was: dict[str, int]
    would_be: dict[str, int]


class Replay(Struct, frozen=True):
    """Both sides, the orders that differ, and locations the other policy looks at whose shelves were not known."""

    orders: int
    was: Outcome
    would_be: Outcome
    differs: tuple[Differs, ...]
    unknown: tuple[str, ...]


class _Past:
    """The shelves one order met, with what the replay has done differently before."""

    def __init__(self) -> None:
        self.met: dict[Key, int] = {}
        self.changed: Counter[Key] = Counter()
        self.taken: dict[str, Counter[str]] = {}
        self.unknown: dict[str, None] = {}

    def units(self, sku: str, location: str) -> int:
        known = self.met.get((sku, location))
        if known is None:
            self.unknown[location] = None
            return 0
        return max(0, known + self.changed[sku, location])

    def work(self, location: str) -> Mapping[str, int]:
        return self.taken.get(location, {})


def replayed(decided: Iterable[OrderSourced], atlas: Atlas) -> Replay:
    """Source again, in their order, what was *decided* when orders were placed; nothing else is seen."""
    past, pairs, differs = _Past(), list[tuple[OrderSourced, Parts, Parts]](), []
    for fact in decided:
        if fact.sought.run != "placing":
            continue
        past.met = {(sku, x.location): units for x in fact.candidates for sku, units in x.units.items()}
        was: Parts = tuple((x.location, x.lines) for x in fact.parts)
        would_be: Parts = choose(fact.sought, atlas, past, fact.at).parts
        _follow(past, was, would_be)
        _count_work(past, fact, would_be, atlas)
        pairs.append((fact, was, would_be))
        if _units(was) != _units(would_be):
            differs.append(Differs(fact.order, _units(was), _units(would_be)))
    return Replay(
        len(pairs),
        _outcome(((f, was) for f, was, _ in pairs), atlas),
        _outcome(((f, now) for f, _, now in pairs), atlas),
        tuple(differs),
        tuple(past.unknown),
    )


def _follow(past: _Past, was: Parts, would_be: Parts) -> None:
    """What was not taken is still there for those who come later; what is taken instead is not."""
    for parts, sign in ((was, 1), (would_be, -1)):
        for location, lines in parts:
            for x in lines:
                past.changed[x.sku, location] += sign * x.quantity


def _count_work(past: _Past, fact: OrderSourced, parts: Parts, atlas: Atlas) -> None:
    for location, _ in parts:
        if has_capacity(atlas.locations[location]):
            past.taken.setdefault(location, Counter()).update(slots(atlas.locations[location], fact.at))


def _units(parts: Parts) -> dict[str, int]:
    units: dict[str, int] = {}
    for location, lines in parts:
        units[location] = units.get(location, 0) + sum(x.quantity for x in lines)
    return units


def _outcome(sourced: Iterable[tuple[OrderSourced, Parts]], atlas: Atlas) -> Outcome:
    count: Counter[str] = Counter()
    units: Counter[str] = Counter()
    for fact, parts in sourced:
        count["sourced" if parts else "unsourced"] += 1
        count["split"] += len(parts) > 1
        for location, _ in parts:
            known = location in atlas.locations
            metres = atlas.metres(fact.sought.area, location) if known else None
            count["parcels"] += 1
            count["metres"] += metres or 0
            count["unmeasured"] += metres is None
            count["cost"] += atlas.locations[location].parcel_cost if known else 0
        units.update(_units(parts))
    return Outcome(**count, units=dict(sorted(units.items())))
