"""Moving-average valuation: what goods are worth as they come in, go out, and turn out to be missing.

The average is of all units on hand at a location, whatever their state (IAS 2.25, weighted average cost). Every
division leaves its remainder with the units that stay, so that the last unit takes the last minor unit with it.
"""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.decisions.view import View
from tallystick.journal.layer import COST_SCALE, Layer
from tallystick.messages.stock import ExplainedLine, ShortageCovered, ShortageExplained, ValuedLine
from tallystick.model.amount import proportion


class Shelf:
    """A working copy of the layers one message touches; collects what turned out short or explained."""

    def __init__(self, view: View) -> None:
        """Look at *view*, change nothing in it."""
        self._view = view
        self._layers: dict[tuple[str, str], Layer] = {}
        self._covered: dict[str, list[ValuedLine]] = {}
        self._explained: dict[str, list[ExplainedLine]] = {}

    def layer(self, sku: str, location: str) -> Layer:
        """Return the layer as it stands after what this message has done so far."""
        key = (sku, location)
        found = self._layers.get(key)
        if found is None:
            found = self._layers[key] = replace(self._view.layer(sku, location))
        return found

    def take(self, sku: str, location: str, quantity: int, state: str = "sellable") -> int:
        """Take *quantity* units out of *state* and return their cost in minor units.

        Units the book does not have are first taken from the unexplained, at the last known cost.
        """
        layer = self.layer(sku, location)
        missing = quantity - getattr(layer, state)
        if missing > 0:
            self._cover(sku, location, missing)
        cost = proportion(layer.value, quantity, layer.on_hand)
        setattr(layer, state, getattr(layer, state) - quantity)
        layer.value -= cost
        return cost

    def put(self, line: ValuedLine, location: str, state: str = "sellable") -> None:
        """Bring units in at their value; those that an earlier movement had lacked go straight to explain it."""
        layer = self.layer(line.sku, location)
        setattr(layer, state, getattr(layer, state) + line.quantity)
        layer.value += line.value
        if layer.short and state == "sellable":
            self._explain(line, location)

    def move(self, sku: str, location: str, quantity: int, states: tuple[str, str]) -> None:
        """Move units that are there from one state to another; units that become sellable explain what was short."""
        layer, (state, to) = self.layer(sku, location), states
        missing = quantity - getattr(layer, state)
        if missing > 0:
            self._cover(sku, location, missing)
        setattr(layer, state, getattr(layer, state) - quantity)
        setattr(layer, to, getattr(layer, to) + quantity)
        if layer.short and to == "sellable":
            value = proportion(layer.value, quantity, layer.on_hand)
            self._explain(ValuedLine(1, sku, quantity, value), location)

    def known_cost(self, sku: str, location: str, quantity: int) -> int:
        """Return what *quantity* units cost by what is known now: the average, or the last one before stock ran out."""
        layer = self.layer(sku, location)
        if layer.on_hand:
            return layer.value * quantity // layer.on_hand
        return layer.last_cost * quantity // COST_SCALE

    def facts(self, location: str, line_of: "Sides") -> tuple[Struct, ...]:
        """Return the facts in the order they must be posted: shortages covered, the movement, shortages explained."""
        covered, explained = self._covered.get(location), self._explained.get(location)
        before = (ShortageCovered(location, self._view.currency, tuple(covered)),) if covered else ()
        after = (ShortageExplained(location, self._view.currency, tuple(explained)),) if explained else ()
        return (*before, *line_of, *after)

    def shortages(self) -> list[tuple[str, str, int, int]]:
        """Return (sku, location, units, value) of what had to be taken from the unexplained."""
        return [(v.sku, loc, v.quantity, v.value) for loc, lines in self._covered.items() for v in lines]

    def _cover(self, sku: str, location: str, missing: int) -> None:
        layer = self.layer(sku, location)
        value = self.known_cost(sku, location, missing)
        lines = self._covered.setdefault(location, [])
        lines.append(ValuedLine(len(lines) + 1, sku, missing, value))
        layer.sellable += missing
        layer.value += value
        layer.short += missing
        layer.short_value += value

    def _explain(self, came: ValuedLine, location: str) -> None:
        layer = self.layer(came.sku, location)
        found = min(layer.short, came.quantity)
        suspended = proportion(layer.short_value, found, layer.short)
        value = proportion(came.value, found, came.quantity)
        lines = self._explained.setdefault(location, [])
        lines.append(ExplainedLine(len(lines) + 1, came.sku, found, value, suspended - value))
        layer.sellable -= found
        layer.value -= value
        layer.short -= found
        layer.short_value -= suspended


Sides = tuple[Struct, ...]
"""The facts of the movement itself."""
