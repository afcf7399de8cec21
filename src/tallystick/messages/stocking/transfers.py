"""Transfers: goods that leave one of our locations for another."""

from datetime import date
from typing import Literal

from msgspec import Struct

from tallystick.messages.stock import ExplainedLine, ValuedLine
from tallystick.messages.stocking.corrections import StockState
from tallystick.model.amount import Minor, PositiveUnits, Units

Bearer = Literal["source", "target"]
"""Whose loss it is when goods do not arrive."""


class TransferLine(Struct, frozen=True, gc=False):
    """Units of a product."""

    line: int
    sku: str
    quantity: PositiveUnits


class TransferRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: goods are wanted at *target* by *expected_on*, out of *source*. Nothing is held for it yet."""

    transfer: str
    source: str
    target: str
    currency: str
    expected_on: date
    lines: tuple[TransferLine, ...]
    bears: Bearer = "source"
    note: str = ""


class TransferReleased(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the source is to send it. All of it is reserved there, or, with *partial*, what there is; the rest is let go."""

    transfer: str
    partial: bool = False


class TransferCancelled(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: what has not left yet is not wanted any more."""

    transfer: str
    reason: str = ""


class TransferDispatchReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: goods left the source. After a *final* one nothing more leaves."""

    transfer: str
    dispatch: str
    currency: str
    lines: tuple[TransferLine, ...] = ()
    final: bool = False


class ArrivedLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units that arrived, and the *condition* they are put away in."""

    line: int
    sku: str
    quantity: PositiveUnits
    condition: StockState = "sellable"


class TransferReceiptReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: goods came to the target. After a *final* one nothing more is expected, and what is missing is told."""

    transfer: str
    receipt: str
    currency: str
    lines: tuple[ArrivedLine, ...] = ()
    final: bool = False


class TransferLossReported(Struct, frozen=True, gc=False):
    """Report: goods in transit are lost, for a declared *reason* (`transit_loss`, `transit_damage`, `theft`)."""

    transfer: str
    loss: str
    currency: str
    reason: str
    lines: tuple[TransferLine, ...]


class TransferClosed(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: nothing more comes of it: what is still in transit is lost, for a declared *reason*."""

    transfer: str
    currency: str
    reason: str = "transit_loss"


class ShipTransfer(Struct, frozen=True, gc=False):
    """Command: send these goods to *target*, to be there on *expected_on*."""

    transfer: str
    location: str
    target: str
    expected_on: date
    lines: tuple[TransferLine, ...]


class RecallTransfer(Struct, frozen=True, gc=False):
    """Command: do not send what has not left yet."""

    transfer: str
    location: str


class ExpectTransfer(Struct, frozen=True, gc=False):
    """Command: these goods are on their way to you, as *dispatch* of *source*."""

    transfer: str
    location: str
    source: str
    dispatch: str
    expected_on: date
    lines: tuple[TransferLine, ...]


class TransferDispatched(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods left *location* for *target*: those *held* for it, and *unheld* ones."""

    transfer: str
    dispatch: str
    location: str
    target: str
    currency: str
    held: tuple[ValuedLine, ...] = ()
    unheld: tuple[ValuedLine, ...] = ()


class PutLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units put away in a *condition*, at their value; *reason* is what they had been given up for."""

    line: int
    sku: str
    quantity: Units
    value: Minor
    condition: str
    reason: str = ""


class TransferReceived(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: goods are at *location*: those that were in transit, those *recovered* that had been given up, and a *surplus*.

    *bearer* is the location whose gain or loss it is.
    """

    transfer: str
    receipt: str
    location: str
    currency: str
    bearer: str
    arrived: tuple[PutLine, ...] = ()
    recovered: tuple[PutLine, ...] = ()
    surplus: tuple[PutLine, ...] = ()


class TransferLost(Struct, frozen=True, gc=False):
    """Fact: goods in transit to *location* will not come; it is the loss of *bearer*, written down by *reason*."""

    transfer: str
    location: str
    currency: str
    bearer: str
    reason: str
    lines: tuple[ValuedLine, ...]


class SurplusExplained(Struct, frozen=True, gc=False):
    """Fact: goods that had arrived beyond what was sent turn out to have been sent: *value* was gained, *difference* is what they cost beyond it."""

    transfer: str
    location: str
    currency: str
    bearer: str
    lines: tuple[ExplainedLine, ...]
