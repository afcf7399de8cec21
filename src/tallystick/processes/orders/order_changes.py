"""The decisions of an order that is changed on its way: lines not wanted or not to be had, another recipient, a lower price."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from tallystick.decisions.holding import Holding, freed_facts
from tallystick.decisions.view import View
from tallystick.messages.fulfilment import ChangeRecipient, ShipmentStopped
from tallystick.messages.payments import CreditPayment, LowerPayment
from tallystick.messages.reservations import KeptLine
from tallystick.messages.sales import (
    AllowanceGranted,
    AllowedLine,
    CancelLines,
    DeliveryChangeRequested,
    OrderLineCancellationRequested,
    RefundRequested,
)
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import shares
from tallystick.processes.orders import order_steps, places
from tallystick.processes.orders.facilitated import set_apart
from tallystick.processes.orders.order_data import OpenLine, OrderData
from tallystick.processes.table import Decision, Step


def cancel_line(data: OrderData, step: Step, view: View) -> Decision:
    """Let go of units nobody has been asked to send: the order goes on with the rest, or ends with what has left."""
    report: OrderLineCancellationRequested = step.data
    unwanted = _unwanted(data, report)
    if not unwanted:
        return Decision("too_late", data)
    if _is_all(data, unwanted):
        return order_steps.shipment_stopped(data, step, view)
    return trimmed("trimmed", data, unwanted, report.reason)


def cancel_line_of_the_rest(data: OrderData, step: Step, view: View) -> Decision:
    """The same where goods have left ahead: without the rest, the order ends as sent."""
    decision = cancel_line(data, step, view)
    return replace(decision, outcome="some_left") if decision.outcome == "none_left" else decision


def recall_line(data: OrderData, step: Step, view: View) -> Decision:
    """Ask the location not to send them; they are let go of when it says that it will not."""
    unwanted = _unwanted(data, step.data)
    if not unwanted:
        return Decision("too_late", data)
    if data.sourced:
        lines = tuple(HeldLine(n, sku, units) for (n, sku), units in unwanted.items())
        data = replace(data, recalled=(*data.recalled, *lines))
    return Decision("asked", data, tells=places.trims(data, unwanted))


def lines_stopped(data: OrderData, step: Step, view: View) -> Decision:
    """The location will not send these units, or nothing of what is open: let go of them."""
    data, told = places.without_spared(data, step.data)
    if told is None:
        return Decision("part", data)
    stopped = stopped_units(data, told)
    if (told.lines or data.places) and not stopped:
        return Decision("part", data)
    if (told.lines or data.places) and not _is_all(data, stopped):
        return trimmed("part", places.freeing_first(data, told.fulfilment), stopped, told.reason)
    return order_steps.shipment_stopped(data, step, view)


def stopped_units(data: OrderData, told: ShipmentStopped) -> dict[places.Key, int]:
    """Return the units of a stopped shipment: those named, or, of an order with several places, all that one holds."""
    opened = {(x.line, x.sku): x.open for x in data.lines}
    if not data.places:
        return _capped(told.lines, opened)
    held = places.of_place(data, told.fulfilment)
    here = {(x.line, x.sku): x.quantity for x in held}
    return _capped(told.lines or held, {key: min(units, here.get(key, 0)) for key, units in opened.items()})


def change_recipient(data: OrderData, step: Step, view: View) -> Decision:
    """The goods will go elsewhere: nobody has been asked to send them yet."""
    report: DeliveryChangeRequested = step.data
    return Decision("changed", replace(data, recipient=report.recipient))


def redirect(data: OrderData, step: Step, view: View) -> Decision:
    """Ask the location to send elsewhere what has not left."""
    report: DeliveryChangeRequested = step.data
    after = replace(data, recipient=report.recipient)
    return Decision("asked", after, tells=places.to_each(after, ChangeRecipient(report.recipient)))


def too_late(data: OrderData, step: Step, view: View) -> Decision:
    """Everything has left: what is on its way cannot be changed."""
    return Decision("too_late", data)


def allow(data: OrderData, step: Step, view: View) -> Decision:
    """Lower the price of what has left, each line by its share, and give the difference back as a refund of its own.

    No more than the goods that left, and stayed, were sold for.
    """
    report: RefundRequested = step.data
    sold = [x for x in data.lines if x.sent_net + x.sent_tax]
    at_most = sum(x.sent_net + x.sent_tax for x in sold)
    if report.amount > at_most:
        return Decision("refused", data, answer={"at_most": at_most})
    parts = shares(report.amount, [x.sent_net + x.sent_tax for x in sold])
    allowed = [_allowed(x, part, data) for x, part in zip(sold, parts, strict=True) if part]
    off = {x.line: x for x in allowed}
    lines = tuple(_lowered(x, off[x.line]) if x in sold and x.line in off else x for x in data.lines)
    number = data.refunds + 1
    ours, collected = set_apart(data.marketplace, allowed)
    place = (data.channel, data.jurisdiction, data.currency)
    fact = AllowanceGranted(data.order, number, *place, ours, report.reason, collected)
    after = replace(data, lines=lines, refunds=number)
    tells = ((data.payer, CreditPayment(number, report.amount)),)
    return Decision("granted", after, (fact,), tells=tells, answer={"number": number})


def _allowed(line: OpenLine, amount: int, data: OrderData) -> AllowedLine:
    """Split an amount with tax as the line's own price is split."""
    net, tax = shares(amount, [line.sent_net, line.sent_tax])
    return AllowedLine(line.line, line.sku, net, tax, data.taxed_in(line.line))


def _lowered(line: OpenLine, off: AllowedLine) -> OpenLine:
    return replace(line, sent_net=line.sent_net - off.net, sent_tax=line.sent_tax - off.tax)


def _unwanted(data: OrderData, report: OrderLineCancellationRequested) -> dict[tuple[int, str], int]:
    """Return the units of the line that can still be done without."""
    found = {(x.line, x.sku): x.open for x in data.lines if x.line == report.line and x.open} if data.held else {}
    return {key: min(units, report.quantity) if report.quantity else units for key, units in found.items()}


def _capped(lines: Iterable[HeldLine], opened: Mapping[tuple[int, str], int]) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for x in lines:
        key = (x.line, x.sku)
        units = min(found.get(key, 0) + x.quantity, opened.get(key, 0))
        if units:
            found[key] = units
    return found


def _is_all(data: OrderData, unwanted: Mapping[tuple[int, str], int]) -> bool:
    return all(unwanted.get((x.line, x.sku), 0) >= x.open for x in data.lines)


def trimmed(outcome: str, data: OrderData, unwanted: Mapping[tuple[int, str], int], reason: str) -> Decision:
    """Go on without some units: their stock is free, their price is not asked for, and the channel is told.

    Of several places the last asked lets go of them first.
    """
    lines, freed, amount = [], list[KeptLine](), 0
    for x in data.lines:
        units = unwanted.get((x.line, x.sku), 0)
        line, let_go, worth = x.without(units) if units else (x, None, 0)
        lines.append(line)
        amount += worth
        if let_go is not None:
            freed.append(let_go)
    facts = freed_facts(Holding(data.order, data.location, data.channel, freed)) if data.held else ()
    if data.places:
        left, facts = places.without(data, unwanted)
        data = replace(data, places=left)
    gone = tuple(HeldLine(n, sku, units) for (n, sku), units in unwanted.items())
    return Decision(
        outcome,
        replace(data, lines=tuple(lines)),
        facts,
        (CancelLines(data.order, data.channel, gone, reason),),
        tells=((data.payer, LowerPayment(amount)),) if amount else (),
    )
