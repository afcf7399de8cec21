"""The allocation: units fenced for a channel, moved to another's fence, or set free. It is done once, or refused."""

from msgspec import Struct

from tallystick.decisions.availability import Question
from tallystick.decisions.promises.fences import free_to_fence
from tallystick.decisions.view import View
from tallystick.messages.availability import AllocationRequested, FenceChanged, FenceLine
from tallystick.processes.table import NEW, Decision, Ignored, Process, Row, Step

MOVED, REFUSED = "MOVED", "REFUSED"


class AllocationData(Struct, frozen=True, omit_defaults=True):
    """What was asked for, and the units moved by product."""

    location: str
    from_channel: str
    to_channel: str
    moved: dict[str, int] = {}


def move(_: None, step: Step, view: View) -> Decision:
    """Move all that is asked for, or what is there on request; units that somebody has a claim on stay with him."""
    asked: AllocationRequested = step.data
    wanted: dict[str, int] = {}
    for line in asked.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    there = {sku: min(units, _movable(sku, asked, step, view)) for sku, units in wanted.items()}
    short = {sku: units for sku, units in there.items() if units < wanted[sku]}
    moved = {sku: units for sku, units in there.items() if units}
    data = AllocationData(asked.location, asked.from_channel, asked.to_channel, moved)
    if not moved or (short and not asked.partial):
        data = AllocationData(asked.location, asked.from_channel, asked.to_channel)
        return Decision("refused", data, answer={"movable": short or there})
    return Decision("moved", data, (_fact(asked, moved),), answer={"moved": moved})


def _movable(sku: str, asked: AllocationRequested, step: Step, view: View) -> int:
    layer = view.layer(sku, asked.location)
    if asked.from_channel:
        return layer.plans.fences.get(asked.from_channel, 0)
    at = step.cause.recorded_at
    return free_to_fence(layer, view.rules(at).terms("", sku, asked.location), Question("", at.date()))


def _fact(asked: AllocationRequested, moved: dict[str, int]) -> FenceChanged:
    sides = [(asked.from_channel, -1), (asked.to_channel, 1)]
    lines = [FenceLine(name, sku, sign * units) for sku, units in moved.items() for name, sign in sides if name]
    return FenceChanged(asked.location, f"allocation {asked.allocation}", tuple(lines))


# fmt: off
ALLOCATION = Process(
    "allocation",
    AllocationData,
    (
        #   in state on message           decide outcome    to state
        Row(NEW,     AllocationRequested, move,  "moved",   MOVED),
        Row(NEW,     AllocationRequested, move,  "refused", REFUSED),
    ),
    (Ignored((MOVED, REFUSED), AllocationRequested, "it is done, or refused, once for ever: ask again under another name"),),
)
# fmt: on
