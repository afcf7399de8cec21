"""The places an order is held at: one as a rule, several where it was sourced so. What is held where, freed and asked for."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.holding import Holding, freed_facts
from tallystick.messages.fulfilment import ReleaseShipment, ShipmentStopped, TrimShipment
from tallystick.messages.reservations import KeptLine
from tallystick.messages.stock import HeldLine
from tallystick.processes.members import fulfilment_member
from tallystick.processes.orders.order_data import OrderData, Place

Key = tuple[int, str]
"""(line, product)"""
Units = Mapping[Key, int]
Tells = tuple[tuple[str, Struct], ...]


def standing(data: OrderData) -> tuple[Place, ...]:
    """Return where the order is held, and was: its one location, or all its places."""
    return data.places or (Place(1, data.location, data.kept_lines()),)


def holdings(data: OrderData) -> Iterable[Holding]:
    """Return what is held, location by location."""
    for x in standing(data):
        yield Holding(data.order, x.location, data.channel, x.lines)


def freed_all(data: OrderData) -> tuple[Struct, ...]:
    """Return the facts of letting go of everything."""
    return tuple(fact for held in holdings(data) for fact in freed_facts(held))


def emptied(data: OrderData) -> tuple[Place, ...]:
    """Return the places with nothing left in them."""
    return tuple(replace(x, lines=()) for x in data.places)


def asked_to_send(data: OrderData) -> Tells:
    """Ask each location for what it holds."""
    if not data.places:
        told = ReleaseShipment(data.location, data.open_lines(), data.recipient, data.ship_by, data.pick_up)
        return ((fulfilment_member(1), told),)
    return tuple(
        (
            fulfilment_member(x.number),
            ReleaseShipment(x.location, as_asked(x), data.recipient, data.ship_by, data.pick_up),
        )
        for x in data.places
        if x.lines
    )


def with_more(held: Sequence[Place], fresh: Iterable[Place]) -> tuple[Place, ...]:
    """Return the places with what is held in addition: at one known by its number, or at a new one."""
    found = {x.number: x for x in held}
    for x in fresh:
        known = found.get(x.number, Place(x.number, x.location))
        lines = {(y.line, y.sku): y for y in known.lines}
        for y in x.lines:
            before = lines.get((y.line, y.sku), KeptLine(y.line, y.sku))
            lines[y.line, y.sku] = replace(before, held=before.held + y.held, fenced=before.fenced + y.fenced)
        found[x.number] = replace(known, lines=tuple(lines.values()))
    return tuple(found.values())


def to_each(data: OrderData, told: Struct) -> Tells:
    """Tell every location that still holds something."""
    if not data.places:
        return ((fulfilment_member(1), told),)
    return tuple((fulfilment_member(x.number), told) for x in data.places if x.lines)


def trims(data: OrderData, unwanted: Units) -> Tells:
    """Ask units back of the locations that hold them, the last asked first."""
    if not data.places:
        lines = tuple(HeldLine(n, sku, units) for (n, sku), units in unwanted.items())
        return ((fulfilment_member(1), TrimShipment(lines)),)
    taken = taken_off(data.places, unwanted)
    return tuple(
        (fulfilment_member(x.number), TrimShipment(tuple(HeldLine(k.line, k.sku, k.held) for k in freed)))
        for x, freed in taken
        if freed
    )


def at(data: OrderData, number: int) -> Place | None:
    """Return the place of a fulfilment by its number, None where the order knows of none."""
    return next((x for x in data.places if x.number == number), None)


def without_spared(data: OrderData, told: ShipmentStopped) -> tuple[OrderData, ShipmentStopped | None]:
    """Leave out of what a location will not send what it was asked to keep for another; None where that is all of it."""
    place = at(data, told.fulfilment)
    if place is None or not place.spared:
        return data, told
    left = list(place.spared) if told.lines else []
    lines = []
    for x in told.lines:
        kept = next((y for y in left if (y.line, y.sku) == (x.line, x.sku)), None)
        units = min(x.quantity, kept.quantity) if kept else 0
        if kept and units:
            left.remove(kept)
            left += [replace(kept, quantity=kept.quantity - units)] if kept.quantity > units else []
        if x.quantity > units:
            lines.append(replace(x, quantity=x.quantity - units))
    now = tuple(replace(x, spared=tuple(left)) if x is place else x for x in data.places)
    is_all = told.lines and not lines
    return replace(data, places=now), None if is_all else replace(told, lines=tuple(lines))


def sparing(place: Place, freed: Iterable[KeptLine]) -> Place:
    """Return the place with what was let go of there as spared, for it was asked for."""
    units = {(x.line, x.sku): x.quantity for x in place.spared}
    for x in freed:
        units[x.line, x.sku] = units.get((x.line, x.sku), 0) + x.held
    return replace(place, spared=tuple(HeldLine(line, sku, n) for (line, sku), n in units.items()))


def of_place(data: OrderData, number: int) -> tuple[HeldLine, ...]:
    """Return what the place of a fulfilment still holds."""
    place = at(data, number)
    return as_asked(place) if place else ()


def taken_off(places: Sequence[Place], units: Units) -> list[tuple[Place, list[KeptLine]]]:
    """Take *units* off *places*, the last first; return each as it is then, with what was let go of there."""
    left = dict(units)
    found = []
    for place in reversed(places):
        lines, freed = [], []
        for x in place.lines:
            gone = min(x.held, left.get((x.line, x.sku), 0))
            left[x.line, x.sku] = left.get((x.line, x.sku), 0) - gone
            stays = replace(x, held=x.held - gone, fenced=min(x.fenced, x.held - gone))
            if gone:
                freed.append(KeptLine(x.line, x.sku, gone, fenced=x.fenced - stays.fenced))
            if stays.held:
                lines.append(stays)
        found.append((replace(place, lines=tuple(lines)), freed))
    return found[::-1]


def without(data: OrderData, units: Units) -> tuple[tuple[Place, ...], tuple[Struct, ...]]:
    """Let go of *units* wherever they are held, the last place first; return the places left, and the facts of it."""
    taken = taken_off(data.places, units)
    facts = tuple(
        fact for place, freed in taken for fact in freed_facts(Holding(data.order, place.location, data.channel, freed))
    )
    return tuple(sorted((place for place, _ in taken), key=lambda x: x.number)), facts


def freeing_first(data: OrderData, number: int) -> OrderData:
    """Return the order with the place of fulfilment *number* as the first to let go of units."""
    return replace(data, places=tuple(sorted(data.places, key=lambda x: x.number == number)))


def as_asked(place: Place) -> tuple[HeldLine, ...]:
    """Return what a place holds, as its location is asked for it."""
    return tuple(HeldLine(x.line, x.sku, x.held) for x in place.lines)
