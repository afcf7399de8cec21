"""Kits over HTTP."""

from tallystick.api.call import Call, Reply, reply
from tallystick.api.desk import Desk
from tallystick.api.entering import Entry, enter
from tallystick.api.kits.exploding import kit_of
from tallystick.api.kits.shapes import ComponentWanted, KitMoved, KitShown, LocationKits
from tallystick.api.problems import INVALID, NOT_FOUND, Flaw, Problem
from tallystick.api.words import sku_of
from tallystick.decisions.kits import kits_available
from tallystick.messages.selling.kits import KitComponent, KitDeclared
from tallystick.ports.reading import StockAsked


async def define_kit(call: Call, desk: Desk) -> Reply:
    """Declare what a kit is made of."""
    sku = sku_of(call.where.sku)
    components = tuple(KitComponent(sku_of(x.sku), x.quantity, x.stand_alone) for x in call.body.components)
    for n, x in enumerate(components):
        if x.sku == sku or await kit_of(x.sku, desk) is not None:
            raise Problem(INVALID, errors=[Flaw("is a kit itself: name what it is made of", f"/components/{n}/sku")])
    told = KitDeclared(sku, components, call.source, call.at.isoformat(timespec="microseconds"))
    known = await kit_of(sku, desk)
    if known is not None and known.components == components:
        return reply(KitMoved(sku, "unchanged"))
    entered = await enter(call, desk, Entry(told, f"kit/{sku}", f"kit/{sku}/{told.version}"))
    return reply(KitMoved(sku, entered.answer.outcome), headers=entered.headers)


async def show_kit(call: Call, desk: Desk) -> Reply:
    """Say what a kit is made of, and how many there are: at each location the scarcest component decides."""
    sku, query = sku_of(call.where.sku), call.query
    kit = await kit_of(sku, desk)
    if kit is None:
        raise Problem(NOT_FOUND, f"nobody has declared {sku} as a kit")
    lines = await desk.stock.lines(
        [x.sku for x in kit.components], StockAsked(query.channel or "", query.location or "")
    )
    there: dict[str, dict[str, int]] = {}
    for product, places in lines.items():
        for x in places:
            there.setdefault(x.location, {})[product] = x.numbers.promisable
    found = [LocationKits(place, kits_available(kit.components, units)) for place, units in sorted(there.items())]
    components = [ComponentWanted(x.sku, x.quantity, x.stand_alone) for x in kit.components]
    return reply(KitShown(sku, components, sum(x.available_to_promise for x in found), found))
