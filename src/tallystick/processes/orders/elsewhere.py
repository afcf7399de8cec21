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
    number = told.fulfilment
    if not before.places:
        if before.sourced:  # whoever is asked next needs a number that nobody has
            mine = Place(1, before.location, after.kept_lines())
            after = replace(after, places=(mine, Place(number, told.location)))
        return after, *_of_one_place(before, after, instead)
    known = before.places if places.at(before, number) else (*before.places, Place(number, told.location))
    held = replace(before, places=tuple(_sent(x, here) if x.number == number else x for x in known))
    remaining, facts = places.without(held, instead)
    return replace(after, places=remaining), facts, places.trims(held, instead) if instead else ()


def _sent(place: Place, here: Mapping[places.Key, int]) -> Place:
    """Return a place with what it still holds after a parcel."""
    now = [(x, here.get((x.line, x.sku), x.held)) for x in place.lines]
    return replace(place, lines=tuple(replace(x, held=n, fenced=min(x.fenced, n)) for x, n in now if n))


def _of_one_place(
    before: OrderData, after: OrderData, instead: Mapping[places.Key, int]
) -> tuple[tuple[Struct, ...], places.Tells]:
    """Let go of what the order's one location held for it."""
    now = {(x.line, x.sku): x.kept() for x in after.lines}
    nothing = KeptLine(0, "")
    freed = []
    for x in before.kept_lines():
        left = now.get((x.line, x.sku), nothing)
        if left != x:
            freed.append(KeptLine(x.line, x.sku, x.held - left.held, x.owed - left.owed, x.fenced - left.fenced))
    facts = freed_facts(Holding(before.order, before.location, before.channel, freed))
    return facts, places.trims(before, instead) if instead else ()
