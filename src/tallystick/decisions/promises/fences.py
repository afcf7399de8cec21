"""Fences and announcements: what is arranged about units, without moving any.

Fences never add up to more than what is sellable, whatever happens to the goods.
"""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from msgspec import Struct

from tallystick.decisions.availability import Question, availability
from tallystick.decisions.rulebook import Terms
from tallystick.decisions.sourcing.atlas import NO_PRODUCT
from tallystick.journal.layer import NO_PLANS, Layer, Plans
from tallystick.messages.availability import FenceChanged, IncomingChanged
from tallystick.messages.sourcing.decided import OrderSourced

FENCE: Final = "fence"
INCOMING: Final = "incoming"
WORK: Final = "work"
PLANS: Final = (FENCE, INCOMING, WORK)
"""What is arranged, by the number it is stored under."""


class PlanChange(NamedTuple):
    """*change* units more kept for the channel *key* (`fence`), or more expected on the day *key* (`incoming`, ISO).

    Or so many orders more sourced from the location in the day or hour *key* (`work`), of no product.
    """

    sku: str
    location: str
    what: Literal["fence", "incoming", "work"]
    key: str
    change: int


def changes_of(fact: Struct) -> Iterator[PlanChange]:
    """Say what *fact* changes about plans; most facts change nothing."""
    if isinstance(fact, FenceChanged):
        for x in fact.lines:
            yield PlanChange(x.sku, fact.location, FENCE, x.channel, x.change)
    elif isinstance(fact, IncomingChanged):
        for y in fact.lines:
            yield PlanChange(y.sku, fact.location, INCOMING, y.expected_on.isoformat(), y.change)
    elif isinstance(fact, OrderSourced):
        for z in fact.work:
            yield PlanChange(NO_PRODUCT, z.location, WORK, z.slot, z.change)


def with_change(plans: Plans, change: PlanChange) -> Plans:
    """Return *plans* after *change*; raise `ValueError` where fewer than no units would be left."""
    fences, incoming, work = plans.fences, plans.incoming, plans.work
    if change.what == FENCE:
        fences = _changed(fences, change)
    elif change.what == WORK:
        work = _changed(work, change)
    else:
        incoming = _changed(incoming, change)
    return Plans(fences, incoming, work) if fences or incoming or work else NO_PLANS


def free_to_fence(layer: Layer, terms: Terms, question: Question) -> int:
    """Return the units nobody has a claim on: sellable, less safety stock, fences and what is owed."""
    found = availability(layer, terms, question)
    return max(0, min(found.available - found.fence, layer.sellable - layer.plans.fenced))


def shrunk(fences: Mapping[str, int], units: int) -> dict[str, int]:
    """Return by how many units each fence shrinks so that together they keep no more than *units*.

    Goods that are gone cannot be kept for anybody. The small fences keep theirs as far as an equal share reaches, so the
    fewest channels are left without any.
    """
    left, changes = max(0, units), {}
    smallest_first = sorted(fences.items(), key=lambda fence: (fence[1], fence[0]))
    for place, (channel, kept) in enumerate(smallest_first):
        keeps = min(kept, left // (len(smallest_first) - place))
        left -= keeps
        if keeps < kept:
            changes[channel] = kept - keeps
    return changes


def _changed(numbers: Mapping[str, int], change: PlanChange) -> dict[str, int]:
    left = numbers.get(change.key, 0) + change.change
    if left < 0:
        raise ValueError(f"{change.what} {change.key} of {change.sku} at {change.location} would be {left} units")
    return {name: n for name, n in sorted({**numbers, change.key: left}.items()) if n}
