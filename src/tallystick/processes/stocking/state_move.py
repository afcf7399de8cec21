"""The move between states: goods are put aside, found fit again, or found broken; what they are worth stays with them."""

from tallystick.decisions.valuation import Shelf
from tallystick.decisions.view import View
from tallystick.messages.stock import ValuedLine
from tallystick.messages.stocking.corrections import MoveLine, StockMoveReported, StockStateChanged
from tallystick.processes.members import STOCK_MOVE
from tallystick.processes.records.recorded_sales import shortage_breaks
from tallystick.processes.records.recording import Recorded, once
from tallystick.processes.stocking.shelving import taken
from tallystick.processes.table import NEW, Break, Decision, Process, Row, Step

RECORDED = "RECORDED"


def record_move(_: None, step: Step, view: View) -> Decision:
    """Move units as far as they stand where it is said, the rest out of the sellable: they are where they are now."""
    told: StockMoveReported = step.data
    shelf, lines, breaks = Shelf(view), list[MoveLine](), list[Break]()
    for x in told.lines:
        missing = 0
        for state, units, cost in taken(shelf, x.sku, told.location, (x.from_state, x.quantity)):
            shelf.put(ValuedLine(x.line, x.sku, units, cost), told.location, x.to_state)
            missing += units if state != x.from_state else 0
            if state != x.to_state:
                lines.append(MoveLine(x.line, x.sku, units, state, x.to_state))  # type: ignore[arg-type]
        if missing:
            text = f"{told.move}: {missing} of {x.sku} were not in {x.from_state} at {told.location} by the book"
            breaks.append(Break("state_unknown", text))
    fact = StockStateChanged(told.move, told.location, told.reason, tuple(lines))
    facts = shelf.facts(told.location, (fact,) if lines else ())
    return Decision("recorded", None, facts, breaks=(*breaks, *shortage_breaks(shelf, view)))


_decide = once(record_move)
MOVE = Process(
    STOCK_MOVE,
    Recorded,
    (
        Row(NEW, StockMoveReported, _decide, "recorded", RECORDED),
        Row(RECORDED, StockMoveReported, _decide, "recorded", RECORDED),
        Row(RECORDED, StockMoveReported, _decide, "repeated", RECORDED),
    ),
)
