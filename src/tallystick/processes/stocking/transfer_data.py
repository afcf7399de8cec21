"""What a transfer knows: line by line what was wanted, is held, has left, is on its way, came, and was given up."""

from datetime import date
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from tallystick.messages.availability import InboundAnnounced, InboundLine
from tallystick.messages.stocking.transfers import Bearer
from tallystick.model.amount import proportion

EXPECTED_MEMBER = "inbound/transfer"
"""What is on its way, or held to be sent, is expected at the target under this member of the family."""
Stage = Literal["planned", "waits", "moving", "closed", "cancelled"]


class Carried(Struct, frozen=True, gc=False, omit_defaults=True):
    """A line. Units: `transit` = `sent` − `received` − `lost` + `surplus`; values in minor units.

    `gone` are (units, value) given up and not found since, by reason.
    """

    line: int
    sku: str
    wanted: int = 0
    held: int = 0
    sent: int = 0
    received: int = 0
    transit: int = 0
    transit_value: int = 0
    gone: dict[str, tuple[int, int]] = {}
    surplus: int = 0
    surplus_value: int = 0

    @property
    def lost(self) -> int:
        """Units given up and not found since."""
        return sum(units for units, _ in self.gone.values())

    def less(self, units: int) -> tuple["Carried", int]:
        """Take *units* out of transit: return the line without them, and the value they left at."""
        value = proportion(self.transit_value, units, self.transit)
        return replace(self, transit=self.transit - units, transit_value=self.transit_value - value), value


class TransferData(Struct, frozen=True, gc=False, omit_defaults=True):
    """The transfer as it stands. `asked`: the source was told to send it; `done`: nothing more leaves. `booked` are digests by key."""

    transfer: str
    source: str
    target: str
    currency: str
    expected_on: date
    bears: Bearer
    lines: tuple[Carried, ...]
    asked: bool = False
    done: bool = False
    final: bool = False
    booked: dict[str, str] = {}

    @property
    def bearer(self) -> str:
        """The location whose loss it is when something does not arrive."""
        return self.source if self.bears == "source" else self.target

    @property
    def in_transit(self) -> int:
        """Units that have left and are neither here nor given up."""
        return sum(x.transit for x in self.lines)

    @property
    def transit_value(self) -> int:
        """Their value, in minor units."""
        return sum(x.transit_value for x in self.lines)

    def stage(self) -> Stage:
        """Say how far it is."""
        if not self.done:
            return "waits" if self.asked or any(x.sent for x in self.lines) else "planned"
        if self.in_transit:
            return "moving"
        moved = any(x.sent or x.received for x in self.lines)
        return "closed" if moved else "cancelled"

    def line_for(self, number: int, sku: str) -> Carried:
        """Return the line that is meant: by number and product, else by product, else a new one for what nobody asked for."""
        same = [x for x in self.lines if x.sku == sku]
        found = next((x for x in same if x.line == number), same[0] if same else None)
        return found or Carried(max((x.line for x in self.lines), default=0) + 1, sku)

    def with_line(self, changed: Carried) -> "TransferData":
        """Return the transfer with one line changed, or added."""
        if any(x.line == changed.line for x in self.lines):
            return replace(self, lines=tuple(changed if x.line == changed.line else x for x in self.lines))
        return replace(self, lines=(*self.lines, changed))


def expectation(data: TransferData) -> InboundAnnounced:
    """Return what the target may promise on the day: what is held to be sent, and what is on its way."""
    coming = ((x, x.held + (0 if data.final else x.transit)) for x in data.lines)
    lines = tuple(InboundLine(x.line, x.sku, units) for x, units in coming if units)
    return InboundAnnounced(data.transfer, data.target, data.expected_on, lines, data.source)


def changed_expectation(before: TransferData | None, after: TransferData) -> tuple[tuple[str, InboundAnnounced], ...]:
    """Return what must be told to the watching member: only what is expected otherwise than before."""
    told, known = expectation(after), expectation(before) if before else None
    if told == known or (not told.lines and (known is None or not known.lines)):
        return ()
    return ((EXPECTED_MEMBER, told),)
