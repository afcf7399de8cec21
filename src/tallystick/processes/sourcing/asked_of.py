"""Which fulfilment of an order a location's report is about, where several locations were asked for parts of it."""

from typing import Any

from tallystick.processes.family import Family, data_of
from tallystick.processes.members import FULFILMENT, fulfilment_member

_PREFIX = FULFILMENT.partition("/")[0] + "/"


def fulfilment_for(report: Any, family: Family) -> str:
    """Return the member *report* is for: that of its location, or of the lines it names; the first where none fits.

    A shipment that was booked already is told of by the member that booked it. Goods from a location that was never
    asked are a member of their own.
    """
    if not report.location and "fulfilment/2" not in family:
        return FULFILMENT
    asked = {name: data_of(family, name) for name in family if name.startswith(_PREFIX)}
    shipment = getattr(report, "shipment", "")
    known = [name for name, data in asked.items() if shipment and shipment in data.shipments]
    if known:
        return known[0]
    if report.location:
        asked = {name: data for name, data in asked.items() if data.location in {report.location, ""}}
        if not asked:
            return _unborn(report.location, family)
    named = {(x.line, x.sku) for x in getattr(report, "lines", ())}
    for name, data in asked.items():
        if any((line, sku) in named for line, (sku, _) in data.waiting.items()) or (data.waiting and not named):
            return name
    return next(iter(asked), FULFILMENT)


def _unborn(location: str, family: Family) -> str:
    """Return the member that will be asked of *location*, or a new one where the order does not know of it."""
    order = data_of(family, "order") if "order" in family else None
    places = order.places if order else ()
    for place in places:
        if place.location == location:
            return fulfilment_member(place.number)
    if order is None or order.location == location or not order.location:
        return FULFILMENT
    numbers = [int(name.removeprefix(_PREFIX)) for name in family if name.startswith(_PREFIX)]
    return fulfilment_member(max([1, *numbers, *(p.number for p in places)]) + 1)
