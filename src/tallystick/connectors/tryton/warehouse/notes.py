"""The note on a shipment: which order lines it was asked for, for people and for us. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tallystick.messages.stock import HeldLine

_HEAD: Final = "Tallystick order "
_LINE: Final = re.compile(r"^line (\d+): (\d+) × (.+)$")


def note_of(order: str, lines: Iterable[HeldLine]) -> str:
    """Write the lines of *order* that were asked for."""
    return "\n".join([f"{_HEAD}{order}", *(f"line {x.line}: {x.quantity} × {x.sku}" for x in lines)])


def lines_in(notes: Iterable[str]) -> list[HeldLine]:
    """Read the lines asked for out of a shipment's notes; what people wrote beside them is passed over."""
    found = (_LINE.match(text.strip()) for note in notes for text in note.splitlines())
    return [HeldLine(int(m[1]), m[3], int(m[2])) for m in found if m]


def order_in(notes: Iterable[str]) -> str:
    """Return the order a shipment was asked for; empty where it was not asked for by us."""
    heads = (line.strip() for note in notes for line in note.splitlines() if line.startswith(_HEAD))
    return next(heads, "").removeprefix(_HEAD)


def told_to_lines(units: dict[str, int], asked: Sequence[HeldLine]) -> tuple[list[HeldLine], dict[str, int]]:
    """Tell *units* by product to the lines of that product, in order; return what each got, and what no line wanted."""
    left, got = dict(units), []
    for x in asked:
        taken = min(left.get(x.sku, 0), x.quantity)
        if taken:
            got.append(HeldLine(x.line, x.sku, taken))
            left[x.sku] -= taken
    return got, {sku: n for sku, n in left.items() if n}


def not_sent(asked: Sequence[HeldLine], got: Sequence[HeldLine]) -> int:
    """Return how many units were asked for and not told to any line."""
    return sum(x.quantity for x in asked) - sum(x.quantity for x in got)
