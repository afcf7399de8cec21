"""Stock layers: units by state and their total value, for one product at one location, and what is arranged about them."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from msgspec import Struct

from tallystick.journal.posting import Posting

STATES: Final = ("sellable", "reserved", "quarantine", "damaged", "refurbish")
COST_SCALE: Final = 1_000_000


class NegativeStock(ValueError):
    """A posting that would leave fewer than no units, or units of less than no value."""


class Plans(Struct, frozen=True, omit_defaults=True):
    """What is arranged about the units of a layer without moving any.

    `fences` are units kept for one sales channel, by channel; `incoming` are units announced, by the day (ISO) they are
    expected; `work` are orders sourced from a location, by day and hour of its clock, and stand on the shelf of no
    product. Never changed in place: a change is another one.
    """

    fences: dict[str, int] = {}
    incoming: dict[str, int] = {}
    work: dict[str, int] = {}

    @property
    def fenced(self) -> int:
        """Units kept for any channel."""
        return sum(self.fences.values())


NO_PLANS: Final = Plans()


class Layer(Struct):
    """Units on hand by state, `short` ones still unexplained, the value of all on hand, and the last known unit cost.

    `value` is in minor units of the book's currency; `last_cost` in millionths of a minor unit per unit. `owed` units are
    promised although they were not there to be reserved: they are the first claim on what comes in. `event` is the last
    that touched the layer, known once it has. `plans` stays last.
    """

    sellable: int = 0
    reserved: int = 0
    quarantine: int = 0
    damaged: int = 0
    refurbish: int = 0
    short: int = 0
    short_value: int = 0
    value: int = 0
    last_cost: int = 0
    owed: int = 0
    event: int = 0
    plans: Plans = NO_PLANS

    @property
    def on_hand(self) -> int:
        """Units here in any state."""
        return self.sellable + self.reserved + self.quarantine + self.damaged + self.refurbish


NUMBERS: Final = Layer.__struct_fields__[:-1]
"""The columns of a layer that are whole numbers: all but its plans."""

_VALUED: Final = (
    ("inventory:", "value", 1),
    ("outside:unexplained:", "short", -1),
    ("unexplained_stock:", "short_value", -1),
    ("outside:owed:", "owed", -1),
)
IN_TRANSIT: Final = "stock:in_transit:"
"""Units between two locations are kept by their transfer, not in a layer."""
Effect = tuple[str, str, str, int]
"""(product, location, column of the layer, change)"""


@cache
def column_of(address: str) -> tuple[str, str, int] | None:
    """Return (column, location, sign) of a layer that a debit to *address* moves, None where it moves none."""
    if address.startswith("stock:"):
        if address.startswith(IN_TRANSIT):
            return None
        _, state, location = address.split(":", 2)
        return state, location, 1
    for stem, column, sign in _VALUED:
        if address.startswith(stem):
            return column, address[len(stem) :], sign
    return None


def effects(posting: Posting) -> Iterable[Effect]:
    """Say how *posting* changes stock layers: stock accounts move units, inventory accounts move value."""
    for address, number in ((posting.debit, posting.number), (posting.credit, -posting.number)):
        found = column_of(address)
        if found is not None:
            column, location, sign = found
            yield posting.item, location, column, sign * number


def layers_of(postings: Iterable[Posting]) -> Mapping[tuple[str, str], Layer]:
    """Rebuild the layers from nothing but postings: the proof that layers and journal agree."""
    found: dict[tuple[str, str], Layer] = {}
    for posting in postings:
        for sku, location, column, change in effects(posting):
            layer = found.setdefault((sku, location), Layer())
            setattr(layer, column, getattr(layer, column) + change)
    return found
