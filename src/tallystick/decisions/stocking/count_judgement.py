"""Judging a count: does it fit, must somebody else count again, or is it a difference?

What moved between the moment somebody began to count and the moment we heard of it may lie on either side of the count
(decision 13): a count anywhere between the book's two numbers fits.
"""

from typing import Literal, NamedTuple

from msgspec import Struct

from tallystick.messages.stocking.counts import CountLimits

ROUNDS_MAX = 3
"""The third count decides."""


class Round(Struct, frozen=True, gc=False):
    """What somebody counted, and the least and most the book had from when he began until we heard of it."""

    counter: str
    units: int
    least: int
    most: int

    def difference(self) -> int:
        """Units counted over (above zero) or under what the book may have had."""
        if self.units > self.most:
            return self.units - self.most
        return min(0, self.units - self.least)

    def is_still(self) -> bool:
        """Whether nothing moved meanwhile."""
        return self.least == self.most


class Judged(NamedTuple):
    """Whether a line is `settled` and by how many units it differs then, or must be counted `again`."""

    says: Literal["settled", "again"]
    difference: int = 0


def judged(rounds: tuple[Round, ...], unit_value: int, limits: CountLimits) -> Judged:
    """Judge a line by its rounds, oldest first; *unit_value* is what a unit is worth, in minor units."""
    last = rounds[-1]
    off = last.difference()
    if not off:
        return Judged("settled")
    if len(rounds) >= ROUNDS_MAX:
        return Judged("settled", off)
    if not last.is_still():
        return Judged("again")
    if len(rounds) > 1:
        agrees = rounds[-2].is_still() and rounds[-2].difference() == off
        return Judged("settled", off) if agrees else Judged("again")
    small = abs(off) <= limits.units and abs(off) * unit_value <= limits.minor
    return Judged("settled", off) if small else Judged("again")
