"""A location will not send a part of an order that was sourced: the part goes to the next location before it is given up.

What the customer did not want any more is not sought again, nor is what was to be fetched.
"""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.messages.fulfilment import ReleaseMore, ShipmentStopped
from tallystick.messages.sourcing.decided import NotFrom, OrderSourced, Sought
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import proportion
from tallystick.processes.members import fulfilment_member
from tallystick.processes.orders import order_changes, places
from tallystick.processes.orders.order_data import OrderData
from tallystick.processes.sourcing.placing import held_facts, kept_at, sourced
from tallystick.processes.table import Decision, Step

Units = dict[places.Key, int]


def stopped(data: OrderData, step: Step, view: View) -> Decision:
    """Find another location for what one will not send; what none has is taken off the order."""
    data, told = places.without_spared(data, step.data)
    if told is None:
        return Decision("part", data)
    step = replace(step, data=told)
    if not data.sourced or data.pick_up:
        return order_changes.lines_stopped(data, step, view)
    units = _all_stopped(data, told)
    unwanted = _unwanted(data, units)
    sought = {key: n - unwanted.get(key, 0) for key, n in units.items() if n > unwanted.get(key, 0)}
    if not sought:
        return order_changes.lines_stopped(_without_recalled(data, unwanted), step, view)
    known = _refused_by(_without_recalled(data, unwanted), told, sought)
    found = _found(known, sought, step, view)
    moved = _summed(x for one in found for part in one.parts for x in part.lines)
    if not moved:
        decision = order_changes.lines_stopped(known, step, view)
        return replace(decision, facts=(*found, *decision.facts))
    return _moved(known, found, (told, units, moved), view)


def _moved(
    data: OrderData, found: list[OrderSourced], what: tuple[ShipmentStopped, Units, Units], view: View
) -> Decision:
    """Let go of the units here, hold them where they were found, and ask for them; the rest is taken off."""
    told, units, moved = what
    left, freed = places.without(places.freeing_first(data, told.fulfilment), moved)
    fresh = places.with_more((), (place for one in found for place in kept_at(data, one, view)))
    after = replace(data, places=places.with_more(left, fresh))
    facts = (*freed, *found, *held_facts(data, fresh))
    asks = tuple(
        (fulfilment_member(x.number), ReleaseMore(x.location, places.as_asked(x), data.recipient)) for x in fresh
    )
    rest = {key: n - moved.get(key, 0) for key, n in units.items() if n > moved.get(key, 0)}
    if not rest:
        return Decision("moved", after, facts, tells=asks)
    gone = order_changes.trimmed("moved", places.freeing_first(after, told.fulfilment), rest, told.reason)
    return replace(gone, facts=(*facts, *gone.facts), tells=(*gone.tells, *asks))


def _without_recalled(data: OrderData, unwanted: Mapping[places.Key, int]) -> OrderData:
    """Forget that units were asked back that the location has kept."""
    left = dict(unwanted)
    recalled = []
    for x in data.recalled:
        gone = min(x.quantity, left.get((x.line, x.sku), 0))
        left[x.line, x.sku] = left.get((x.line, x.sku), 0) - gone
        if x.quantity > gone:
            recalled.append(replace(x, quantity=x.quantity - gone))
    return replace(data, recalled=tuple(recalled))


def _all_stopped(data: OrderData, told: ShipmentStopped) -> Units:
    if data.places or told.lines:
        return order_changes.stopped_units(data, told)
    return {(x.line, x.sku): x.open for x in data.lines if x.open}


def _unwanted(data: OrderData, units: Units) -> Units:
    """Return how many of the stopped units the customer asked to leave out."""
    asked = _summed(data.recalled)
    return {key: min(n, asked[key]) for key, n in units.items() if key in asked}


def _summed(lines: Iterable[HeldLine]) -> Units:
    units: Units = {}
    for x in lines:
        units[x.line, x.sku] = units.get((x.line, x.sku), 0) + x.quantity
    return units


def _refused_by(data: OrderData, told: ShipmentStopped, units: Iterable[places.Key]) -> OrderData:
    """Remember who will not send what, so that it is not asked of him again."""
    known = places.standing(data)
    place = next((x for x in known if x.number == told.fulfilment), known[0])
    refused = dict.fromkeys((*data.refused, *(NotFrom(place.location, sku) for _, sku in units)))
    return replace(data, refused=tuple(refused), places=known)


def _found(data: OrderData, units: Units, step: Step, view: View) -> list[OrderSourced]:
    """Seek all of it together; where nobody has all, product by product, one location after the other."""
    lines = tuple(HeldLine(line, sku, n) for (line, sku), n in units.items())
    found = [sourced(data, _sought(data, lines), step, view)]
    skus = dict.fromkeys(x.sku for x in lines)
    if found[0].parts or len(skus) == 1:
        return found
    for sku in skus:
        one = sourced(data, _sought(data, tuple(x for x in lines if x.sku == sku)), step, view)
        found.append(one)
        # A location that is to send this may send the next as well, as one order of its day.
        data = replace(data, places=places.with_more(data.places, kept_at(data, one, view)))
    return found


def _sought(data: OrderData, lines: tuple[HeldLine, ...]) -> Sought:
    open_lines = {(x.line, x.sku): x for x in data.lines}
    worth = 0
    for x in lines:
        line = open_lines[x.line, x.sku]
        worth += proportion(line.net + line.tax, x.quantity, line.open)
    sending = tuple(x.location for x in data.places if x.lines)
    return Sought(data.channel, lines, worth, data.area, "resourcing", data.refused, sending)
