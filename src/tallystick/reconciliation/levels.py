"""Counters: what a keeper counts at a moment, against what the book says of that moment, and what was in motion then.

A movement near the moment may be on either side of the count: clocks differ, commands travel. A count that some of
those movements explain is left to the next statement, where they lie behind.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

MOVES_MAX: Final = 200
"""More movements than this around one count could explain nearly anything: the count is left to a quieter moment."""


class Moved(Struct, frozen=True, gc=False):
    """*units* of *sku* came to what *keeper* counts, or left it, at *at*."""

    keeper: str
    sku: str
    units: int
    at: datetime


class Level(Struct):
    """What the book says of a counter: its units at the moment, and the movements near it, before and after."""

    units: int = 0
    before: list[int] = []
    after: list[int] = []

    def explains(self, counted: int) -> bool:
        """Say whether *counted* is what the book says, give or take movements that are near."""
        off = counted - self.units
        if not off:
            return True
        near = [*(-x for x in self.before), *self.after]
        if len(near) > MOVES_MAX:
            return True
        reached = {0}
        for units in near:
            reached |= {r + units for r in reached}
        return off in reached


def levels(moves: Iterable[Moved], at: datetime, near: timedelta) -> dict[str, Level]:
    """Return what the book says of each product at the moment *at*; movements within *near* of it are in question."""
    found: dict[str, Level] = {}
    for move in moves:
        level = found.setdefault(move.sku, Level())
        if move.at <= at:
            level.units += move.units
        if abs(move.at - at) <= near:
            (level.before if move.at <= at else level.after).append(move.units)
    return found
