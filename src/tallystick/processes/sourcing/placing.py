"""An order without a location: sourced when it is placed, or parked and sourced later; held at one place or at several."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.holding import Holding, kept_facts
from tallystick.decisions.reservation import Place as Wanting
from tallystick.decisions.reservation import kept
from tallystick.decisions.sourcing.choice import Choice, choose
from tallystick.decisions.view import View
from tallystick.messages.payments import ReleasePayment
from tallystick.messages.sales import OrderPlaced
from tallystick.messages.sourcing.decided import OrderSourced, Sought, SourcedPart
from tallystick.processes.orders import order_steps, waiting
from tallystick.processes.orders.order_data import OpenLine, OrderData, Place
from tallystick.processes.sourcing.sought import Shelves, sought_again, sought_of
from tallystick.processes.table import Break, Decision, Step

PARKED_DAYS_MAX: Final = 30
NOT_FOUND: Final = "no location can send it"
NO_POLICY: Final = "no sourcing policy is in force"


def place(_: None, step: Step, view: View) -> Decision:
    """Hold the order where the policy says, park it, or refuse it."""
    placed: OrderPlaced = step.data
    whole = [OpenLine(x.line, x.sku, x.quantity, x.net, x.tax) for x in placed.lines]
    data = replace(order_steps.order_of(placed, whole), location="", sourced=True, area=placed.area)
    total = sum(x.net + x.tax for x in placed.lines) + sum(x.net + x.tax for x in placed.services)
    asks = (data.payer, order_steps.request(placed, total))
    found = sourced(data, sought_of(placed), step, view)
    if found.parts:
        held, facts = placed_at(data, found, view)
        return Decision("reserved", held, facts, tells=(asks,), answer=_told(found))
    if found.action in {"park", "hold"}:
        parked = replace(data, since=step.cause.recorded_at)
        return replace(_parked(parked, found, step), tells=(asks,), answer=_told(found))
    lines = tuple(x.line for x in placed.lines)
    reason = NOT_FOUND if found.version else NO_POLICY
    refused = order_steps.refusal(placed, reason, lines, {"lines_without_stock": lines, "reason": reason})
    return replace(refused, data=data, facts=(found,))


def place_parked(data: OrderData, step: Step, view: View) -> Decision:
    """Try again to source an order that is parked; after a month it ends."""
    found = sourced(data, sought_again(data), step, view)
    if found.parts:
        held, facts = placed_at(replace(data, since=None, secured=False), found, view)
        return Decision("reserved", held, facts, tells=waiting.paid_before(data), answer=_told(found))
    over = data.since is not None and step.cause.recorded_at >= data.since + timedelta(days=PARKED_DAYS_MAX)
    if over or found.action not in {"park", "hold"}:
        ended = order_steps.let_go("cancelled", data, NOT_FOUND)
        return replace(ended, facts=(found,), tells=((data.payer, ReleasePayment()),))
    return _parked(data, found, step)


def sourced(data: OrderData, sought: Sought, step: Step, view: View) -> OrderSourced:
    """Choose for *sought* by the policy in force, and say what every location looked at was found to be."""
    at = step.cause.recorded_at
    atlas = view.sourcing(at)
    if atlas is None:
        return OrderSourced(data.order, at, sought, 0, action="cancel")
    choice = choose(sought, atlas, Shelves(Wanting(data.channel, "", at), view), at)
    return OrderSourced(
        data.order,
        at,
        sought,
        atlas.version,
        choice.routing,
        choice.rule,
        choice.action,
        _numbered(choice, data),
        choice.candidates,
        choice.work,
        at + timedelta(minutes=choice.hold_minutes) if choice.action == "hold" else None,
    )


def placed_at(data: OrderData, found: OrderSourced, view: View) -> tuple[OrderData, tuple[Struct, ...]]:
    """Hold the order at the parts *found* for all of it; return it, and the facts."""
    places = kept_at(data, found, view)
    facts = (found, *held_facts(data, places))
    if len(places) == 1:
        fenced = {(x.line, x.sku): x.fenced for x in places[0].lines}
        lines = tuple(replace(x, fenced=fenced.get((x.line, x.sku), 0)) for x in data.lines)
        return replace(data, location=places[0].location, held=True, lines=lines), facts
    return replace(data, location=places[0].location, held=True, places=places), facts


def kept_at(data: OrderData, found: OrderSourced, view: View) -> tuple[Place, ...]:
    """Return each part as it is held: its units, and how many of them the channel's own fence gives."""
    shelves = Shelves(Wanting(data.channel, "", found.at), view)
    places = []
    for part in found.parts:
        rooms = {sku: shelves.room(sku, part.location) for sku in {x.sku for x in part.lines}}
        places.append(Place(part.number, part.location, tuple(kept(x, rooms[x.sku]) for x in part.lines)))
    return tuple(places)


def held_facts(data: OrderData, places: Iterable[Place]) -> tuple[Struct, ...]:
    """Return the facts of holding what stands in *places*."""
    return tuple(fact for x in places for fact in kept_facts(Holding(data.order, x.location, data.channel, x.lines)))


def _numbered(choice: Choice, data: OrderData) -> tuple[SourcedPart, ...]:
    """Number the parts: a location keeps its fulfilment of the order; others come after the last."""
    numbers = {x.location: x.number for x in data.places}
    for location, _ in choice.parts:
        numbers.setdefault(location, max(numbers.values(), default=0) + 1)
    return tuple(SourcedPart(numbers[location], location, lines) for location, lines in choice.parts)


def _parked(data: OrderData, found: OrderSourced, step: Step) -> Decision:
    """Wait: for as long as the rule says, or until somebody asks; then somebody is told, once."""
    if found.action == "hold":
        return Decision("parked", data, (found,), within_seconds=_hold_seconds(found, step))
    worth = sum(x.net + x.tax for x in data.lines)
    text = f"{data.order}: {NOT_FOUND} by {found.routing}, {found.rule}"
    told = (Break("order_parked", text, worth, data.currency),) if isinstance(step.data, OrderPlaced) else ()
    return Decision("parked", data, (found,), breaks=told)


def _hold_seconds(found: OrderSourced, step: Step) -> int:
    until: datetime = found.hold_until or step.cause.recorded_at
    return max(1, int((until - step.cause.recorded_at).total_seconds()))


def _told(found: OrderSourced) -> dict[str, Any]:
    if not found.parts:
        return {"parked": found.action}
    return {"sourced": {x.location: {str(y.line): y.quantity for y in x.lines} for x in found.parts}}
