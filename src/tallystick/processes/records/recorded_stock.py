"""Receipts and counts that have happened, fully valued."""

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.availability import InboundArrived, InboundLine
from tallystick.messages.stock import (
    AdjustmentReported,
    GoodsReceived,
    HeldLine,
    ReceiptReported,
    StockAdjusted,
    ValuedLine,
)
from tallystick.processes.members import INBOUND
from tallystick.processes.records.recorded_sales import shortage_breaks
from tallystick.processes.table import Decision, Step

OPENING = "opening"


def record_receipt(_: None, step: Step, view: View) -> Decision:
    """Post goods that came in; an opening stock is marked as declared. Units that were missing explain themselves."""
    report: ReceiptReported = step.data
    shelf = Shelf(view)
    lines = tuple(ValuedLine(x.line, x.sku, x.quantity, x.value) for x in report.lines)
    for line in lines:
        shelf.put(line, report.location)
    opening = report.origin == OPENING
    fact = GoodsReceived(
        report.receipt,
        report.location,
        report.currency,
        () if opening else lines,
        lines if opening else (),
        report.declared_costs,
    )
    return Decision("recorded", None, shelf.facts(report.location, (fact,)), tells=_arrived(report))


def _arrived(report: ReceiptReported) -> tuple[tuple[str, InboundArrived], ...]:
    """Tell the announcement the goods came under that they are here."""
    if not report.inbound or not report.lines:
        return ()
    lines = tuple(InboundLine(x.line, x.sku, x.quantity) for x in report.lines)
    return ((INBOUND, InboundArrived(report.receipt, report.location, lines)),)


def record_adjustment(_: None, step: Step, view: View) -> Decision:
    """Post what was counted: finds at the cost known, losses at the average."""
    report: AdjustmentReported = step.data
    shelf = Shelf(view)
    found, lost = [], []
    for x in report.lines:
        if x.quantity > 0:
            line = ValuedLine(x.line, x.sku, x.quantity, shelf.known_cost(x.sku, report.location, x.quantity))
            shelf.put(line, report.location)
            found.append(line)
        else:
            cost = shelf.take(x.sku, report.location, -x.quantity)
            lost.append(ValuedLine(x.line, x.sku, -x.quantity, cost))
    fact = StockAdjusted(
        report.adjustment,
        report.location,
        report.currency,
        tuple(found),
        tuple(lost),
        tuple(HeldLine(x.line, x.sku, x.quantity) for x in report.unstocked if x.quantity > 0),
        tuple(HeldLine(x.line, x.sku, -x.quantity) for x in report.unstocked if x.quantity < 0),
    )
    return Decision("recorded", None, shelf.facts(report.location, (fact,)), breaks=shortage_breaks(shelf, view))
