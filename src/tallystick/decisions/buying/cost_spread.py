"""What goods cost once more is known: price differences and landed cost, to stock as far as the units are still here.

IAS 2.10: costs of purchase include duties, transport and handling. What was sold already takes its part of the
difference to cost at once, for a provisional average is not computed anew.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tallystick.decisions.buying.three_way_match import Counted
from tallystick.decisions.valuation import Shelf
from tallystick.messages.buying.facts import AcceptedLine
from tallystick.messages.buying.reports import LandedCostReported
from tallystick.model.amount import shares


class NothingToSpreadOver(ValueError):
    """A cost for goods of which none has arrived, or whose weights are all none."""


class Concerned(NamedTuple):
    """The units that a cost is for."""

    sku: str
    location: str
    units: int


def revalued(shelf: Shelf, goods: Concerned, amount: int) -> tuple[int, int]:
    """Divide *amount* for *goods* into (to stock, to cost), and change the shelf by the first.

    No layer is ever worth less than nothing: a reduction beyond what it is worth goes to cost.
    """
    layer = shelf.layer(goods.sku, goods.location)
    here = min(layer.on_hand, goods.units)
    to_stock = amount * here // goods.units if goods.units else 0
    to_stock = max(to_stock, -layer.value) if layer.on_hand else 0
    layer.value += to_stock
    return to_stock, amount - to_stock


def spread(told: LandedCostReported, lines: Sequence[Counted], shelf: Shelf, location: str) -> tuple[AcceptedLine, ...]:
    """Spread a cost over the lines of which anything has arrived, by their value, units or weight.

    Raises `NothingToSpreadOver`.
    """
    there = [x for x in lines if x.received > 0]
    weights = [_weight(told, x) for x in there]
    if not sum(weights):
        raise NothingToSpreadOver(f"nothing that arrived has a {told.spread}")
    signed = shares(abs(told.amount), weights)
    found = []
    for x, share in zip(there, signed, strict=True):
        amount = share if told.amount >= 0 else -share
        if amount:
            to_stock, to_cost = revalued(shelf, Concerned(x.sku, location, x.received), amount)
            found.append(AcceptedLine(x.line, x.sku, to_stock, to_cost))
    return tuple(found)


def _weight(told: LandedCostReported, line: Counted) -> int:
    if told.spread == "quantity":
        return line.received
    if told.spread == "value":
        return line.worth(line.received)
    return next((w.grams for w in told.weights if w.line == line.line), 0)
