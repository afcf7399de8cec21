"""The note on a shipment: which order lines it was asked for, for people and for us. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from tallystick.messages.stock import HeldLine

_HEAD: Final = "Tallystick order "
_RECALL: Final = "Tallystick recall "
_TAKEN_OUT: Final = "Tallystick took out "
_RECIPIENT: Final = "Tallystick recipient "
_LINE: Final = re.compile(r"^line (\d+): (\d+) × (.+)$")
_OUT: Final = re.compile(r"^not line (\d+): (\d+) × (.+)$")


def note_of(order: str, lines: Iterable[HeldLine], recipient: str = "") -> str:
    """Write the lines of *order* that were asked for, and the reference of whom they go to."""
    to = [f"{_RECIPIENT}{recipient}"] if recipient else []
    return "\n".join([f"{_HEAD}{order}", *(f"line {x.line}: {x.quantity} × {x.sku}" for x in lines), *to])


def taken_out_note_of(order: str, lines: Iterable[HeldLine], key: str) -> str:
    """Write the lines of *order* that were taken out again, by the command of *key*."""
    return "\n".join([f"{_TAKEN_OUT}{order} {key}", *(f"not line {x.line}: {x.quantity} × {x.sku}" for x in lines)])


def redirected_note_of(order: str, recipient: str, key: str) -> str:
    """Write that an order goes to *recipient* now, by the command of *key*."""
    return f"{_RECIPIENT}{recipient} {order} {key}"


def redirected_in(note: str, key: str) -> tuple[str, str]:
    """Return the order and recipient of a redirection by the command of *key*; empty where a note says no such thing."""
    recipient, _, rest = note.removeprefix(_RECIPIENT).partition(" ")
    order, _, named = rest.rpartition(" ")
    return (order, recipient) if note.startswith(_RECIPIENT) and named == key else ("", "")


def is_taken_out_by(note: str, key: str) -> bool:
    """Say whether a note tells what the command of *key* took out."""
    first = note.partition("\n")[0]
    return first.startswith(_TAKEN_OUT) and first.rpartition(" ")[2] == key


def asked_in(notes: Sequence[str]) -> list[HeldLine]:
    """Read the lines a shipment is still asked for: those of its making less what was taken out since."""
    gone: dict[int, int] = {}
    for found in (_OUT.match(text.strip()) for note in notes for text in note.splitlines()):
        if found:
            gone[int(found[1])] = gone.get(int(found[1]), 0) + int(found[2])
    lines = (HeldLine(x.line, x.sku, x.quantity - gone.get(x.line, 0)) for x in lines_in(notes))
    return [x for x in lines if x.quantity > 0]


def recall_note_of(order: str, key: str) -> str:
    """Write that an order was recalled, by the command of *key*."""
    return f"{_RECALL}{order} {key}"


def recalled_in(note: str, key: str) -> str:
    """Return the order that a note says was recalled by the command of *key*; empty where it says no such thing."""
    order, _, named = note.removeprefix(_RECALL).rpartition(" ")
    return order if note.startswith(_RECALL) and named == key else ""


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


def left_behind(asked: Sequence[HeldLine], got: Sequence[HeldLine]) -> tuple[HeldLine, ...]:
    """Return the units of each line that were asked for and not told to it."""
    told = {x.line: x.quantity for x in got}
    return tuple(
        HeldLine(x.line, x.sku, x.quantity - told.get(x.line, 0)) for x in asked if x.quantity > told.get(x.line, 0)
    )
