"""Counts: which products are to be counted where, and what was counted. Nothing a counter is sent says what the book has."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.messages.stocking.corrections import StockState
from tallystick.model.amount import NaturalMinor, NaturalUnits


class CountLine(Struct, frozen=True, gc=False, omit_defaults=True):
    """A product to be counted in one *state*; `sellable` are all units that can be picked, reserved ones too."""

    line: int
    sku: str
    state: StockState = "sellable"


class CountLimits(Struct, frozen=True, gc=False, omit_defaults=True):
    """From where on a difference is counted again, and approved by a second person.

    Another person counts again what differs by more than *units* or by more than *minor* (minor units of value). What all
    lines of a count differ by, added up, waits for approval above *approval_minor*; no plan can raise the limit of the house.
    """

    units: NaturalUnits = 0
    minor: NaturalMinor = 0
    approval_minor: NaturalMinor = 10_000


class CountPlanned(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: these products are to be counted at *location* by *due_on*. *plan* names why: a cycle, a doubt, a year's end."""

    count: str
    location: str
    currency: str
    due_on: date
    lines: tuple[CountLine, ...]
    limits: CountLimits = CountLimits()
    plan: str = ""


class CountStarted(Struct, frozen=True, gc=False):
    """Report: somebody stands before the shelves now: what moved before does not blur what is counted."""

    count: str
    counter: str


class CountedLine(Struct, frozen=True, gc=False):
    """Units of a line that were counted."""

    line: int
    units: NaturalUnits


class CountTaken(Struct, frozen=True, gc=False):
    """Report: what *counter* counted. Who has counted a line once cannot count it again.

    *counter* is a reference, never a name: `user-7` for the person with the number 7 here, or what another system has.
    """

    count: str
    counter: Annotated[str, Meta(min_length=1, max_length=64)]
    lines: tuple[CountedLine, ...]


class CountCancelled(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: it is not counted after all; nothing is corrected."""

    count: str
    reason: str = ""


class CountStock(Struct, frozen=True, gc=False):
    """Command: count these, in round *round*, and say nothing but what there is. *not_by* have counted them before."""

    count: str
    location: str
    round: int
    due_on: date
    lines: tuple[CountLine, ...]
    not_by: tuple[str, ...]


class JudgeCount(Struct, frozen=True, gc=False):
    """Tell (count to itself): look at what was counted, when its counter has had an answer that is the same whatever the book has."""
