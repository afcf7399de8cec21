"""Counts of locations and counters of channels, laid beside the book of their own moment."""

from datetime import timedelta

from tallystick.messages.statements import StockStatementReported
from tallystick.model.amount import units
from tallystick.reconciliation.comparison import Comparison, Statement
from tallystick.reconciliation.levels import levels
from tallystick.reconciliation.limits import PROMISED, STOCK
from tallystick.reconciliation.matching import Difference, Matching, name_of


def ripe_counts(c: Comparison) -> list[Statement]:
    """Return the newest count of each keeper and measure that is old enough to be judged."""
    newest: dict[tuple[str, str], Statement] = {}
    for statement in c.said(StockStatementReported):
        said: StockStatementReported = statement.said  # type: ignore[assignment]
        known = newest.get((said.measure, said.keeper))
        is_ripe = statement.at + timedelta(hours=c.limits.stock_settling_hours) <= c.as_of
        if is_ripe and (known is None or known.at <= statement.at):
            newest[said.measure, said.keeper] = statement
    return [newest[key] for key in sorted(newest)]


def compare_stock(c: Comparison) -> Matching:
    """Lay the newest count of each keeper that can be judged beside the book of that moment."""
    found = Matching()
    for statement in ripe_counts(c):
        _compare_count(c, statement, found)
    return found


def _compare_count(c: Comparison, statement: Statement, found: Matching) -> None:
    said: StockStatementReported = statement.said  # type: ignore[assignment]
    on_hand = said.measure == "on_hand"
    moves = c.book.on_hand if on_hand else c.book.promised
    hours = c.limits.clock_hours_max if on_hand else c.limits.channel_hours_max
    known = levels((m for m in moves if m.keeper == said.keeper), statement.at, timedelta(hours=hours))
    counted = {x.sku: x.units for x in said.lines}
    name, kind = (STOCK, "warehouse_stock_differs") if on_hand else (PROMISED, "channel_stock_differs")
    for sku in sorted(known.keys() | counted.keys()):
        level, number = known.get(sku), counted.get(sku, 0)
        ours = level.units if level else 0
        if number == ours:
            found.matched += 1
        elif level and level.explains(number):
            found.pending.append(name_of(name, said.keeper, sku))
        else:
            line = Difference(
                name, kind, said.keeper, sku, units(sku), ours, number, statement.at.date(), (said.statement,)
            )
            found.differences.append(line)
