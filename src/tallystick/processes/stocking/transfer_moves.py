"""What physically happens to a transfer: goods leave, arrive, are found short or over, are lost. None of it is ever refused."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.stock import ExplainedLine, ValuedLine
from tallystick.messages.stocking.transfers import (
    ArrivedLine,
    ExpectTransfer,
    PutLine,
    SurplusExplained,
    TransferDispatched,
    TransferDispatchReported,
    TransferLossReported,
    TransferReceiptReported,
    TransferReceived,
)
from tallystick.model.amount import proportion
from tallystick.processes.records.recorded_sales import shortage_breaks
from tallystick.processes.repeats import booked_already
from tallystick.processes.stocking.shelving import digest_of
from tallystick.processes.stocking.transfer_data import Carried, TransferData
from tallystick.processes.stocking.transfer_steps import given_up, let_go, moved
from tallystick.processes.table import Break, Decision, Step


def dispatch(data: TransferData, step: Step, view: View) -> Decision:
    """Goods leave at their average cost: what is held first, then what is free, then what the book did not have."""
    told: TransferDispatchReported = step.data
    key = f"dispatch/{told.dispatch}"
    if key in data.booked:
        what = f"{data.transfer}: dispatch {told.dispatch}"
        return booked_already(data, data.booked[key] == digest_of(told), what)
    shelf, after = Shelf(view), noted(data, key, told)
    held: list[ValuedLine] = []
    unheld: list[ValuedLine] = []
    explained: list[ExplainedLine] = []
    for number, x in enumerate(told.lines, 1):
        line = after.line_for(x.line, x.sku)
        there = min(x.quantity, line.held)
        parts = ((held, "reserved", there), (unheld, "sellable", x.quantity - there))
        cost = 0
        for found, state, units in parts:
            if units:
                part = shelf.take(x.sku, data.source, units, state)
                found.append(ValuedLine(number, x.sku, units, part))
                cost += part
        line = replace(
            line,
            held=line.held - there,
            sent=line.sent + x.quantity,
            transit=line.transit + x.quantity,
            transit_value=line.transit_value + cost,
        )
        line, known = _explained(line, number)
        after, explained = after.with_line(line), [*explained, *known]
    done = after.done or told.final or all(x.sent >= x.wanted for x in after.lines)
    after, freed = let_go(replace(after, final=False, done=True)) if done else (replace(after, final=False), ())
    goods = TransferDispatched(
        data.transfer, told.dispatch, data.source, data.target, data.currency, tuple(held), tuple(unheld)
    )
    over = SurplusExplained(data.transfer, data.target, data.currency, data.bearer, tuple(explained))
    facts = (*(shelf.facts(data.source, (goods,)) if told.lines else ()), *((over,) if explained else ()), *freed)
    expected = ExpectTransfer(data.transfer, data.target, data.source, told.dispatch, data.expected_on, told.lines)
    closes = (("transfer_overdue",) if done else ()) + (
        ("transfer_surplus",) if explained and not any(x.surplus for x in after.lines) else ()
    )
    return replace(
        moved(after.stage(), data, after),
        facts=facts,
        commands=(expected,) if told.lines else (),
        breaks=tuple(shortage_breaks(shelf, view)),
        explains=closes,
    )


def _explained(line: Carried, number: int) -> tuple[Carried, list[ExplainedLine]]:
    """Units that came before we heard of their leaving have arrived already: they are in transit no more."""
    units = min(line.surplus, line.transit)
    if not units:
        return line, []
    gained = proportion(line.surplus_value, units, line.surplus)
    left, cost = line.less(units)
    left = replace(left, surplus=line.surplus - units, surplus_value=line.surplus_value - gained)
    return left, [ExplainedLine(number, line.sku, units, gained, cost - gained)]


def receive(data: TransferData, step: Step, view: View) -> Decision:
    """Goods arrive at the value they left at: out of transit first, then of what had been given up, the rest is a surplus."""
    told: TransferReceiptReported = step.data
    key = f"receipt/{told.receipt}"
    if key in data.booked:
        return booked_already(data, data.booked[key] == digest_of(told), f"{data.transfer}: receipt {told.receipt}")
    shelf, after = Shelf(view), noted(data, key, told)
    lists: tuple[list[PutLine], ...] = ([], [], [])
    for number, x in enumerate(told.lines, 1):
        line, parts = _arriving(after.line_for(x.line, x.sku), x, shelf.known_cost(x.sku, data.source, 1))
        after = after.with_line(line)
        for kind, units, value, reason in parts:
            shelf.put(ValuedLine(number, x.sku, units, value), data.target, x.condition)
            lists[kind].append(PutLine(number, x.sku, units, value, x.condition, reason))
    after = replace(after, final=after.final or told.final)
    goods = TransferReceived(
        data.transfer, told.receipt, data.target, data.currency, data.bearer, *(tuple(x) for x in lists)
    )
    decision = moved(after.stage(), data, after)
    facts = shelf.facts(data.target, (goods,)) if told.lines else ()
    settled = () if after.in_transit else ("transfer_short",)
    return replace(decision, facts=facts, breaks=_told(after, lists[SURPLUS], told), explains=settled)


ARRIVED, RECOVERED, SURPLUS = range(3)


def _arriving(line: Carried, x: ArrivedLine, unit_cost: int) -> tuple[Carried, list[tuple[int, int, int, str]]]:
    """Say where units come from: return the line, and (list, units, value, reason) of each part."""
    left, parts = x.quantity, list[tuple[int, int, int, str]]()
    there = min(left, line.transit)
    if there:
        line, value = line.less(there)
        parts.append((ARRIVED, there, value, ""))
        left -= there
    for reason, (units, value) in line.gone.items():
        found = min(left, units)
        if found:
            worth = proportion(value, found, units)
            rest = (units - found, value - worth)
            gone = {**line.gone, reason: rest} if rest[0] else {r: g for r, g in line.gone.items() if r != reason}
            line = replace(line, gone=gone)
            parts.append((RECOVERED, found, worth, reason))
            left -= found
    if left:
        value = left * unit_cost
        line = replace(line, surplus=line.surplus + left, surplus_value=line.surplus_value + value)
        parts.append((SURPLUS, left, value, ""))
    return replace(line, received=line.received + x.quantity), parts


def _told(after: TransferData, surplus: list[PutLine], told: TransferReceiptReported) -> tuple[Break, ...]:
    """Tell of what came too much, and, at the end, of what did not come."""
    found = []
    if surplus:
        units, value = sum(x.quantity for x in surplus), sum(x.value for x in surplus)
        text = f"{after.transfer}: {units} units came to {after.target} that {after.source} has not said it sent"
        found.append(Break("transfer_surplus", text, value, after.currency))
    if told.final and after.in_transit:
        text = f"{after.transfer}: {after.in_transit} units of {after.source} did not come to {after.target}"
        found.append(Break("transfer_short", text, after.transit_value, after.currency))
    return tuple(found)


def lose(data: TransferData, step: Step, view: View) -> Decision:
    """Goods on the way are gone: whoever bears it writes them down. More than is on the way cannot be lost there."""
    told: TransferLossReported = step.data
    key = f"loss/{told.loss}"
    if key in data.booked:
        return booked_already(data, data.booked[key] == digest_of(told), f"{data.transfer}: loss {told.loss}")
    after, units = noted(data, key, told), dict[int, int]()
    beyond = 0
    for x in told.lines:
        line = after.line_for(x.line, x.sku)
        asked = units.get(line.line, 0) + x.quantity
        units[line.line] = min(asked, line.transit)
        beyond += asked - units[line.line]
    after, facts = given_up(after, units, told.reason)
    text = f"{data.transfer}: {beyond} units are said to be lost that are not in transit"
    breaks = (Break("loss_beyond_transit", text),) if beyond else ()
    settled = () if after.in_transit else ("transfer_short",)
    return replace(moved(after.stage(), data, after), facts=facts, breaks=breaks, explains=settled)


def noted(data: TransferData, key: str, told: Struct) -> TransferData:
    """Return the transfer with a document booked under its business key."""
    return replace(data, booked={**data.booked, key: digest_of(told)})
