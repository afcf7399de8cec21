"""The decisions of an order on its way out: place, pay, release, ship, stop, cancel."""

from collections.abc import Sequence
from typing import Any, Final

from msgspec.structs import replace

from tallystick.decisions.holding import Freed, HandedOn, Holding, freed_facts, handed_on, kept_facts
from tallystick.decisions.reservation import Place, Promise, lines_without_stock, promised
from tallystick.decisions.view import View
from tallystick.messages.fulfilment import StopShipment
from tallystick.messages.payments import ForgoPayment, ReleasePayment, RequestPayment
from tallystick.messages.reservations import HeldTaken, KeptLine, OfferHeld, WantedLine
from tallystick.messages.sales import CancelOrder, OrderLine, OrderPlaced, RefuseOrder
from tallystick.messages.stock import HeldLine, StockReserved
from tallystick.model.amount import proportion
from tallystick.processes.members import reservation_member
from tallystick.processes.orders import places
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.table import Break, Decision, Step

DOUBTS: Final = ("screening_review", "screening_overdue")
"""What says that a person must look at a held order: settled when it ends."""


def place(_: None, step: Step, view: View) -> Decision:
    """Promise all lines or refuse the order, or cut it down on request: a promise is only made on what may be promised."""
    placed: OrderPlaced = step.data
    promise = promised(placed.lines, place_of(placed, step), view, partial=placed.partial)
    if promise.plain and not lines_without_stock(promise):
        return _plainly(placed)
    return placed_with(placed, promise, promise.lines)


def _plainly(placed: OrderPlaced) -> Decision:
    """Reserve every line in full: most of what a sale's rush asks, so nothing is looked at twice."""
    lines = placed.lines
    data = order_of(placed, [OpenLine(x.line, x.sku, x.quantity, x.net, x.tax) for x in lines], held=True)
    held = tuple([HeldLine(x.line, x.sku, x.quantity) for x in lines])
    total = sum([x.net + x.tax for x in lines]) + _beside(placed)
    return Decision(
        "reserved",
        data,
        (StockReserved(placed.order, placed.location, held),),
        tells=((data.payer, request(placed, total)),),
    )


def request(placed: OrderPlaced, total: int, cut: int = 0) -> RequestPayment:
    """Return what the order's payment is told: what it comes to, and what was *cut* off it."""
    money = (placed.channel, placed.provider, placed.currency, total, cut, placed.payment_method)
    return RequestPayment(*money, placed.marketplace is not None, placed.cards)


def place_offered(_: None, step: Step, view: View) -> Decision:
    """Take over what the reservation holds, and promise the rest. Held elsewhere or for others, it is let go of instead."""
    told: OfferHeld = step.data
    placed, holder = told.placed, reservation_member(told.placed.reservation)
    there = Holding(placed.order, told.location, told.channel, told.lines, holder)
    fits = (told.location, told.channel) == (placed.location, placed.channel)
    taken = handed_on(placed.lines, told.lines if fits else ())
    rest = _rest(placed.lines, taken)
    promise = promised(rest, place_of(placed, step), view if fits else Freed(view, there), partial=placed.partial)
    lines = _together(taken, promise)
    decision = placed_with(placed, promise, lines)
    if decision.outcome != "reserved" or not told.lines:
        return decision
    freed = freed_facts(replace(there, lines=taken.surplus) if fits else there)
    fresh = kept_facts(Holding(placed.order, placed.location, placed.channel, promise.lines))
    tells = (*decision.tells, (holder, HeldTaken()))
    return replace(decision, facts=(*freed, *fresh), tells=tells)


def place_of(placed: OrderPlaced, step: Step) -> Place:
    """Return where the order's goods are to come from."""
    return Place(placed.channel, placed.location, step.cause.recorded_at)


def placed_with(placed: OrderPlaced, promise: Promise, lines: Sequence[KeptLine]) -> Decision:
    """Place the order with *lines* promised to it; refuse it where *promise* lacks some and it is not to be cut down."""
    lacking = lines_without_stock(promise)
    opened = _opened(placed, lines) if placed.partial or not lacking else []
    if lacking and not opened:
        return refusal(placed, "no stock", lacking, {"lines_without_stock": lacking})
    data = order_of(placed, opened, held=True)
    total = _worth(opened)
    cut = sum([x.net + x.tax for x in placed.lines]) - total
    total += _beside(placed)
    return Decision(
        "reserved",
        data,
        kept_facts(Holding(placed.order, placed.location, placed.channel, lines)),
        tells=((data.payer, request(placed, total, cut)),),
        answer=_told(data, lacking),
    )


def refusal(placed: OrderPlaced, reason: str, lacking: tuple[int, ...], answer: dict[str, Any]) -> Decision:
    """Refuse the order, for want of stock of the *lacking* lines or of money: nothing is held, and no money is wanted."""
    whole = [OpenLine(x.line, x.sku, x.quantity, x.net, x.tax) for x in placed.lines]
    data = order_of(placed, whole, held=False)
    amount, is_paid = _worth(whole) + _beside(placed), placed.marketplace is not None
    forgo = ForgoPayment(placed.channel, placed.provider, placed.currency, amount, is_paid)
    command = RefuseOrder(placed.order, reason, lacking, placed.channel)
    return Decision("refused", data, commands=(command,), tells=((data.payer, forgo),), answer=answer)


def _worth(lines: Sequence[OpenLine]) -> int:
    return sum([x.net + x.tax for x in lines])


def _beside(placed: OrderPlaced) -> int:
    """Return what is paid beside the goods."""
    return sum([x.net + x.tax for x in placed.services]) if placed.services else 0


def _opened(placed: OrderPlaced, lines: Sequence[KeptLine]) -> list[OpenLine]:
    """Open each line for the units promised of it, with its share of the price."""
    found = []
    for x, kept in zip(placed.lines, lines, strict=True):
        units = kept.held + kept.owed
        if kept.held == x.quantity and not kept.fenced:
            found.append(OpenLine(x.line, x.sku, units, x.net, x.tax))
        elif units:
            net, tax = proportion(x.net, units, x.quantity), proportion(x.tax, units, x.quantity)
            found.append(OpenLine(x.line, x.sku, units, net, tax, owed=kept.owed, fenced=kept.fenced))
    return found


def order_of(placed: OrderPlaced, lines: Sequence[OpenLine], *, held: bool = False) -> OrderData:
    """Return what an order of these open lines knows; *held* says that they are promised to it."""
    return OrderData(
        placed.order,
        placed.channel,
        placed.location,
        placed.currency,
        placed.provider,
        placed.jurisdiction,
        tuple(lines),
        held,
        recipient=placed.recipient,
        services=placed.services,
        follows_parcels=placed.follows_parcels,
        marketplace=placed.marketplace,
        pick_up=placed.pick_up,
        jurisdictions=_jurisdictions(placed),
        with_cards=bool(placed.cards),
        kits=placed.kits,
    )


def _jurisdictions(placed: OrderPlaced) -> dict[int, str]:
    if not placed.taxes:
        return {}
    return {t.line: t.jurisdiction for t in placed.taxes if t.jurisdiction not in {"", placed.jurisdiction}}


def _told(data: OrderData, lacking: tuple[int, ...]) -> dict[str, Any] | None:
    """Tell the customer what is not simply there: lines cut down, and units that are yet to come."""
    told: dict[str, Any] = {}
    if lacking:
        told = {"lines_without_stock": lacking, "kept": {str(x.line): x.open for x in data.lines}}
    owed = [x for x in data.lines if x.owed]
    if owed:
        told["owed"] = {str(x.line): x.owed for x in owed}
    return told or None


def _rest(lines: Sequence[OrderLine], taken: HandedOn) -> list[WantedLine]:
    left = [(x, x.quantity - kept.held - kept.owed) for x, kept in zip(lines, taken.lines, strict=True)]
    return [WantedLine(x.line, x.sku, units) for x, units in left if units]


def _together(taken: HandedOn, promise: Promise) -> list[KeptLine]:
    """Add up what was held already and what is promised beside it, line by line."""
    fresh = {x.line: x for x in promise.lines}
    nothing = KeptLine(0, "")
    both = [(x, fresh.get(x.line, nothing)) for x in taken.lines]
    return [KeptLine(a.line, a.sku, a.held + b.held, a.owed + b.owed, a.fenced + b.fenced) for a, b in both]


def payment_secured(data: OrderData, step: Step, view: View) -> Decision:
    """The money is held: what is open may go."""
    if data.places:
        data = replace(data, places=tuple(replace(x, spared=()) for x in data.places))
    return Decision("released", data, tells=places.asked_to_send(data))


def payment_failed(data: OrderData, step: Step, view: View) -> Decision:
    """No money, no goods: let go of the stock and tell the channel."""
    return let_go("cancelled", data, step.data.reason)


def fail(data: OrderData, step: Step, view: View) -> Decision:
    """The same, and what gift cards hold for it is free."""
    decision = payment_failed(data, step, view)
    return _with_payment_released(decision) if data.with_cards else decision


def expire(data: OrderData, step: Step, view: View) -> Decision:
    """The payment did not come in time."""
    return _with_payment_released(let_go("expired", data, "no payment in time"))


def cancel(data: OrderData, step: Step, view: View) -> Decision:
    """The customer stopped an order that was not released yet."""
    return _with_payment_released(let_go("cancelled", data, step.data.reason))


def stop(data: OrderData, step: Step, view: View) -> Decision:
    """Ask the location to stop what has not left."""
    return Decision("stopping", data, tells=places.to_each(data, StopShipment()))


def unpaid(data: OrderData, step: Step, view: View) -> Decision:
    """Goods left and the payment failed: stop the rest, and somebody must collect."""
    owed = data.earned + sum(x.sent_net + x.sent_tax for x in data.lines)
    found = Break("shipped_unpaid", f"{data.order}: goods left, the payment failed", owed, data.currency)
    breaks = (found,) if owed else ()
    if not (data.held and data.open_lines()):
        return Decision("shipped", data, breaks=breaks)
    return Decision("stopping", data, breaks=breaks, tells=places.to_each(data, StopShipment()))


def ended(data: OrderData, step: Step, view: View) -> Decision:
    """Everything had left before the money was there: what is owed of it is taken, and the rest let go."""
    return _with_payment_released(Decision("ended", data))


def too_late(data: OrderData, step: Step, view: View) -> Decision:
    """Everything has left: the customer can return it."""
    return Decision("too_late", data)


def shipment_stopped(data: OrderData, step: Step, view: View) -> Decision:
    """What is still open will not be sent: let go of it; the order ends with what left and stayed, if anything."""
    outcome = "some_left" if any(x.sent for x in data.lines) else "none_left"
    return _with_payment_released(let_go(outcome, data, step.data.reason))


def let_go(outcome: str, data: OrderData, reason: str) -> Decision:
    """Let go of what is open and tell the channel that it will not come."""
    facts = freed_facts(Holding(data.order, data.location, data.channel, data.kept_lines()))
    if data.places:
        facts, data = places.freed_all(data), replace(data, places=places.emptied(data))
    lines = tuple([replace(x, owed=0, fenced=0) if x.owed or x.fenced else x for x in data.lines])
    unsent = data.open_lines() if outcome == "some_left" else ()
    told = CancelOrder(data.order, reason, data.channel, unsent)
    after = replace(data, held=False, lines=lines, turn_at=None, unscreened=False)
    return Decision(outcome, after, facts, (told,), explains=DOUBTS if data.unscreened else ())


def _with_payment_released(decision: Decision) -> Decision:
    return replace(decision, tells=(released(decision.data),))


def released(data: Any) -> tuple[str, ReleasePayment]:
    """Tell whoever sees to the order's money that it has ended."""
    return data.payer, ReleasePayment()
