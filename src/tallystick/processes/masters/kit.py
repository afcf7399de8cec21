"""A kit: what it is made of, as its system of record declared it last."""

from msgspec import Struct

from tallystick.decisions.view import View
from tallystick.messages.selling.kits import KitDeclared, KitSet
from tallystick.processes.table import NEW, Decision, Process, Row, Step

KNOWN = "KNOWN"


class KitData(Struct, frozen=True, gc=False):
    """The kit as it is now."""

    kit: KitDeclared


def declare(data: KitData | None, step: Step, view: View) -> Decision:
    """Take a kit over, unless what is known of it is newer, or the same."""
    told: KitDeclared = step.data
    if data is not None and told.version < data.kit.version:
        return Decision("older", data)
    if data is not None and told == data.kit:
        return Decision("unchanged", data)
    return Decision("set", KitData(told), (KitSet(told),))


KIT = Process(
    "kit",
    KitData,
    (
        Row(NEW, KitDeclared, declare, "set", KNOWN),
        Row(KNOWN, KitDeclared, declare, "set", KNOWN),
        Row(KNOWN, KitDeclared, declare, "unchanged", KNOWN, moves=False),
        Row(KNOWN, KitDeclared, declare, "older", KNOWN, moves=False),
    ),
)
