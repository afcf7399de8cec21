"""Goods that leave a place of several, or one that does not hold them: what they were held as elsewhere is let go of.

Units of an order count for it wherever they leave from. What was to come from another location instead is freed there and
asked back, so that nobody gets it twice.
"""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.holding import Holding, freed_facts
from tallystick.journal.posting import PostingError
from tallystick.messages.fulfilment import GoodsLeft
from tallystick.messages.reservations import KeptLine
from tallystick.processes.orders import places
from tallystick.processes.orders.order_data import OrderData, Place

Told = tuple[OrderData, tuple[Struct, ...], places.Tells]
Parted = tuple[GoodsLeft, Mapping[places.Key, int], Mapping[places.Key, int]]
"""What was told, what its place still holds, and what left that other places hold."""


def sent_from(data: OrderData, told: GoodsLeft) -> tuple[str, dict[places.Key, int] | None]:
    """Return the location that goods left, and what is held there; None where it is all the order holds."""
    place = places.at(data, told.fulfilment)
    location = told.location or (place.location if place else data.location)
    if not location:
        raise PostingError(f"{data.order} has no location yet: report the shipment with the location it left")
    if not data.places and location == data.location:
        return location, None
    lines = place.lines if place and place.location == location else ()
    return location, {(x.line, x.sku): x.held for x in lines}


def freed_elsewhere(before: OrderData, after: OrderData, left: Parted) -> Told:
    """Note what its own place still holds, and let go of what left in the stead of other places."""
    told, here, instead = left
    if before.owed:  # an order that waits for goods is held at one place, and nobody was asked for it yet
        return after, *_of_one_place(before, after)
    number, known = told.fulfilment, places.standing(before)
    if all(x.number != number for x in known):
        known = (*known, Place(number, told.location))
    moved = {(x.line, x.sku): x.quantity for x in told.lines}
    held = replace(before, places=tuple(_sent(x, here, moved) if x.number == number else x for x in known))
    taken = places.taken_off(held.places, instead)
    facts = tuple(
        fact
        for place, freed in taken
        for fact in freed_facts(Holding(before.order, place.location, before.channel, freed))
    )
    remaining = tuple(places.sparing(place, freed) if freed else place for place, freed in taken)
    return replace(after, places=remaining), facts, places.trims(held, instead) if instead else ()


def _sent(place: Place, here: Mapping[places.Key, int], moved: Mapping[places.Key, int]) -> Place:
    """Return a place with what it still holds after a parcel; what it sent beyond that it was to keep."""
    now = [(x, here.get((x.line, x.sku), x.held)) for x in place.lines]
    held = {(x.line, x.sku): x.held for x in place.lines}
    beyond = {key: units - held.get(key, 0) for key, units in moved.items()}
    spared = ((x, x.quantity - max(0, beyond.get((x.line, x.sku), 0))) for x in place.spared)
    return replace(
        place,
        lines=tuple(replace(x, held=n, fenced=min(x.fenced, n)) for x, n in now if n),
        spared=tuple(replace(x, quantity=n) for x, n in spared if n > 0),
    )


def _of_one_place(before: OrderData, after: OrderData) -> tuple[tuple[Struct, ...], places.Tells]:
    """Let go of what the order's one location held for it."""
    now = {(x.line, x.sku): x.kept() for x in after.lines}
    nothing = KeptLine(0, "")
    freed = []
    for x in before.kept_lines():
        left = now.get((x.line, x.sku), nothing)
        if left != x:
            freed.append(KeptLine(x.line, x.sku, x.held - left.held, x.owed - left.owed, x.fenced - left.fenced))
    return freed_facts(Holding(before.order, before.location, before.channel, freed)), ()
