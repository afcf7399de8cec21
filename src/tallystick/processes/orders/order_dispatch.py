"""Goods that left for an order, valued: price from the order, cost from the shelf."""

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.fulfilment import DispatchedLine, GoodsDispatched, GoodsLeft, ShowParcel
from tallystick.messages.payments import CollectPayment
from tallystick.messages.stock import HeldLine, StockNoLongerOwed
from tallystick.processes.members import fulfilment_member
from tallystick.processes.orders import places
from tallystick.processes.orders.elsewhere import freed_elsewhere, sent_from
from tallystick.processes.orders.facilitated import set_apart
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.records.recorded_sales import shortage_breaks
from tallystick.processes.table import Break, Decision, Step


class _Parcel(Struct):
    """What leaves *location* on a day, sorted by whether it was reserved; `owed` was promised all the same.

    `here` are the units held there by line and product (None: of an order with one place, what its lines hold), and
    `elsewhere` those that left here and are held at another. `extra` counts units nobody ordered, `wrong` is in their
    place.
    """

    shelf: Shelf
    location: str
    here: dict[places.Key, int] | None
    lines: list[DispatchedLine]
    unheld: list[DispatchedLine]
    owed: list[HeldLine]
    wrong: list[str]
    elsewhere: dict[places.Key, int]
    on: date
    extra: int = 0


def goods_left(data: OrderData, step: Step, view: View) -> Decision:
    """Post what left: held units at the order's price, units nobody ordered at no price, none of it refused."""
    told: GoodsLeft = step.data
    parcel = _Parcel(Shelf(view), *sent_from(data, told), [], [], [], [], {}, step.cause.effective_on)
    by_line = {(x.line, x.sku): x for x in data.lines}
    for moved in told.lines:
        key = (moved.line, moved.sku)
        by_line[key] = _ship(parcel, by_line.get(key), moved, data)
    # A parcel of nothing that was ordered earns nothing beside it.
    earned = data.services if parcel.lines or parcel.unheld else ()
    beside = sum(x.net + x.tax for x in earned)
    services = () if earned else data.services
    after = replace(data, lines=tuple(by_line.values()), services=services, earned=data.earned + beside)
    lines, unheld, own_services, collected = set_apart(data.marketplace, parcel.lines, parcel.unheld, earned)
    fact = GoodsDispatched(
        data.order,
        told.shipment,
        data.channel,
        parcel.location,
        data.jurisdiction,
        data.currency,
        lines,
        unheld,
        own_services,
        collected,
        told.carrier,
        told.tracking,
    )
    settled: tuple[Struct, ...] = ()
    if parcel.owed:
        settled = (StockNoLongerOwed(data.order, data.location, tuple(parcel.owed)),)
    amount = sum(x.net + x.tax for x in (*parcel.lines, *parcel.unheld)) + beside
    tells = _tells(data, told, amount)
    if parcel.here is not None and data.held:
        after, freed, asked_back = freed_elsewhere(data, after, (told, parcel.here, parcel.elsewhere))
        settled, tells = (*settled, *freed), (*tells, *asked_back)
    return Decision(
        "some_left" if after.open_lines() else "all_left",
        after,
        (*settled, *parcel.shelf.facts(parcel.location, (fact,))),
        tells=tells,
        breaks=(*_surprises(data, parcel), *shortage_breaks(parcel.shelf, view)),
    )


def _tells(data: OrderData, told: GoodsLeft, amount: int) -> tuple[tuple[str, Struct], ...]:
    """Collect what the goods come to, and after that let the channel hear of its parcel: no shop ships what is unpaid.

    A channel that has called off what left all the same hears nothing: it has no such lines any more.
    """
    found: list[tuple[str, Struct]] = []
    if amount:
        found.append((data.payer, CollectPayment(data.channel, data.provider, data.currency, amount)))
    if data.follows_parcels and data.held:
        was_open = {(x.line, x.sku): x.open for x in data.lines}
        ordered = ((x, min(x.quantity, was_open.get((x.line, x.sku), 0))) for x in told.lines)
        lines = tuple(HeldLine(x.line, x.sku, units) for x, units in ordered if units)
        if lines:
            found.append((fulfilment_member(told.fulfilment), ShowParcel(data.channel, lines)))
    return tuple(found)


def _ship(parcel: _Parcel, line: OpenLine | None, moved: HeldLine, data: OrderData) -> OpenLine:
    line = line or OpenLine(moved.line, moved.sku, 0, 0, 0)
    whose = data.taxed_in(moved.line)
    ordered = min(moved.quantity, line.open)
    here, place = parcel.here, parcel.location
    held = 0
    if data.held:
        held = min(ordered, line.open - line.owed if here is None else here.get((line.line, line.sku), 0))
    if held:
        if here is not None:
            here[line.line, line.sku] -= held
        cost = parcel.shelf.take(line.sku, place, held, "reserved")
        line, net, tax = line.ships(held, cost)
        parcel.lines.append(DispatchedLine(line.line, line.sku, held, net, tax, cost, whose))
    if ordered > held:
        if data.held and here is None:
            parcel.owed.append(HeldLine(line.line, line.sku, ordered - held))
        elif data.held:
            key = (line.line, line.sku)
            parcel.elsewhere[key] = parcel.elsewhere.get(key, 0) + ordered - held
        cost = parcel.shelf.take(line.sku, place, ordered - held)
        line, net, tax = line.ships(ordered - held, cost)
        parcel.unheld.append(DispatchedLine(line.line, line.sku, ordered - held, net, tax, cost, whose))
    extra = moved.quantity - ordered
    if extra:
        _note(parcel, moved, extra, data)
        cost = parcel.shelf.take(line.sku, place, extra)
        parcel.unheld.append(DispatchedLine(line.line, line.sku, extra, 0, 0, cost))
        line = replace(line, sent=line.sent + extra, sent_cost=line.sent_cost + cost)
    return replace(line, sent_on=parcel.on)


def _note(parcel: _Parcel, moved: HeldLine, extra: int, data: OrderData) -> None:
    ordered = next((x.sku for x in data.lines if x.line == moved.line), moved.sku)
    if ordered == moved.sku:
        parcel.extra += extra
    else:
        parcel.wrong.append(f"{extra} of {moved.sku} left as line {moved.line}, which orders {ordered}")


def _surprises(data: OrderData, parcel: _Parcel) -> list[Break]:
    found = []
    if parcel.extra:
        found.append(Break("over_dispatch", f"{data.order}: {parcel.extra} units left beyond the order"))
    found += [Break("wrong_item", f"{data.order}: {wrong}") for wrong in parcel.wrong]
    if data.unscreened and (parcel.lines or parcel.unheld):
        worth = sum(x.net + x.tax for x in (*parcel.lines, *parcel.unheld))
        found.append(Break("sent_unscreened", f"{data.order}: goods left while it was held", worth, data.currency))
    if parcel.unheld and not data.held:
        found.append(Break("unheld_dispatch", f"{data.order}: goods left that the order no longer held"))
    return found
