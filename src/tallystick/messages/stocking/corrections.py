"""Corrections of stock, each with a reason, and moves between the states goods stand in."""

from typing import Literal

from msgspec import Struct

from tallystick.model.amount import Minor, NaturalMinor, PositiveUnits, SignedUnits, Units

StockState = Literal["sellable", "quarantine", "damaged", "refurbish"]
"""`refurbish`: to be cleaned, repaired or packed anew before it can be sold."""


class CorrectionLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """Units there are more (above zero) or fewer (below) than the book has, in a *state*, with a declared *reason*.

    The reasons are those of decisions/stocking/reasons.py; empty: that of the report.
    """

    line: int
    sku: str
    quantity: SignedUnits
    state: StockState = "sellable"
    reason: str = ""


class CorrectionReported(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: stock is to be corrected, for a declared *reason*. Above a limit it waits for a second person."""

    correction: str
    location: str
    currency: str
    reason: str
    lines: tuple[CorrectionLine, ...]
    note: str = ""


class CorrectionDropped(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a correction that waits for a second person is not made after all. *count* names the count it came of."""

    correction: str
    reason: str
    count: str = ""


class Correction(Struct, frozen=True, gc=False):
    """What a second person is asked to approve: these lines, worth *amount* as it was known then.

    *counted_by* are those who counted it, as `CountTaken` names them: none of them approves it.
    """

    subject: str
    location: str
    currency: str
    reason: str
    lines: tuple[CorrectionLine, ...]
    amount: NaturalMinor
    counted_by: tuple[str, ...]


class CorrectionApproved(Struct, frozen=True, gc=False):
    """Report: proposal *proposal* was approved. People are the numbers of their users."""

    proposal: int
    correction: Correction
    prepared_by: int
    approved_by: int


class PostCorrection(Struct, frozen=True, gc=False, omit_defaults=True):
    """Tell (count to correction): what was found to differ."""

    count: str
    location: str
    currency: str
    lines: tuple[CorrectionLine, ...]
    counted_by: tuple[str, ...]
    limit: NaturalMinor


class CorrectedLine(Struct, frozen=True, gc=False):
    """Units that were found or lost, in which state and why, at their value."""

    line: int
    sku: str
    quantity: Units
    value: Minor
    state: str
    reason: str


class StockCorrected(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: the book was corrected. *proposal* is what a second person approved; 0: nobody had to."""

    correction: str
    location: str
    currency: str
    found: tuple[CorrectedLine, ...] = ()
    lost: tuple[CorrectedLine, ...] = ()
    proposal: int = 0


class MoveLine(Struct, frozen=True, gc=False):
    """Units that stood in one state and stand in another now."""

    line: int
    sku: str
    quantity: PositiveUnits
    from_state: StockState
    to_state: StockState


class StockMoveReported(Struct, frozen=True, gc=False):
    """Report: goods were put into another state at a location, because of *reason*."""

    move: str
    location: str
    reason: str
    lines: tuple[MoveLine, ...]


class StockStateChanged(Struct, frozen=True, gc=False):
    """Fact: goods stand in another state; what they are worth stays with them."""

    move: str
    location: str
    reason: str
    lines: tuple[MoveLine, ...]
