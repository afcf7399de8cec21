"""Cycle counts: which products are due, by the class of what they turn over and the day they were counted last.

ABC by value of consumption: the products that make up the first share of it are A, the next B, the rest C.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from msgspec import Struct

Class = Literal["A", "B", "C"]
PER_CENT: Final = 100


class Cycle(Struct, frozen=True):
    """How many per cent of the turnover are A, and A and B together; and every how many days each class is counted."""

    a_per_cent: int = 80
    b_per_cent: int = 95
    a_days: int = 30
    b_days: int = 90
    c_days: int = 365

    def days(self, of: Class) -> int:
        """Return every how many days a class is counted."""
        return {"A": self.a_days, "B": self.b_days, "C": self.c_days}[of]


class Turned(NamedTuple):
    """A product, what left of it at cost in the last year (minor units), and when it was counted last, if it ever was."""

    sku: str
    turnover: int
    counted_on: date | None


class Due(NamedTuple):
    """A product that is due, its class, and since when."""

    sku: str
    cls: Class
    counted_on: date | None


def classes(turned: Iterable[Turned], cycle: Cycle) -> dict[str, Class]:
    """Return the class of each product: one is A as long as those before it make up less than the A share."""
    ranked = sorted(turned, key=lambda t: (-t.turnover, t.sku))
    total, before, found = sum(t.turnover for t in ranked), 0, dict[str, Class]()
    for t in ranked:
        share = before * PER_CENT
        if t.turnover and share < cycle.a_per_cent * total:
            found[t.sku] = "A"
        elif t.turnover and share < cycle.b_per_cent * total:
            found[t.sku] = "B"
        else:
            found[t.sku] = "C"
        before += t.turnover
    return found


def due(turned: Iterable[Turned], cycle: Cycle, today: date, most: int) -> list[Due]:
    """Return at most *most* products that are due *today*: never counted ones first, then by class, then the longest ago."""
    listed = list(turned)
    known = classes(listed, cycle)
    found = [
        Due(t.sku, known[t.sku], t.counted_on)
        for t in listed
        if t.counted_on is None or t.counted_on + timedelta(days=cycle.days(known[t.sku])) <= today
    ]
    return sorted(found, key=lambda d: (d.counted_on is not None, d.cls, d.counted_on or today, d.sku))[:most]
