"""What was decided of an order's locations, and by what; and what a shop says of goods that a customer fetches."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from tallystick.messages.sourcing.policy import Action, RunName
from tallystick.messages.stock import HeldLine
from tallystick.model.amount import Minor, SignedUnits

Verdict = Literal["chosen", "beaten", "lacks", "too_far", "unknown_distance", "closed", "full", "refused", "not_asked"]


class Candidate(Struct, frozen=True, gc=False, omit_defaults=True):
    """A location as it was looked at: how far it lies (None: nobody knows), what it could give, and why it won or lost.

    *units* are what could be promised of each product here, before the location's own safety stock; *day_orders* and *hour_orders* were sourced from it
    before this one. *rule* is the rule that said the last word on it.
    """

    location: str
    verdict: Verdict
    rule: str = ""
    metres: int | None = None
    units: dict[str, int] = {}
    day_orders: int = 0
    hour_orders: int = 0


class SourcedPart(Struct, frozen=True, gc=False):
    """What one location sends: `fulfilment/`*number* of the order."""

    number: int
    location: str
    lines: tuple[HeldLine, ...]


class NotFrom(Struct, frozen=True, gc=False):
    """A location that will not send a product."""

    location: str
    sku: str


class Sought(Struct, frozen=True, gc=False, omit_defaults=True):
    """What was looked for: these lines of an order of *channel*, worth *value* with tax, going to *area*.

    *refused* are locations that will not send a product of it; *sending* are locations that send a part of it already: to
    send more of it takes none of their capacity.
    """

    channel: str
    lines: tuple[HeldLine, ...]
    value: Minor = 0
    area: str = ""
    run: RunName = "placing"
    refused: tuple[NotFrom, ...] = ()
    sending: tuple[str, ...] = ()


class WorkTaken(Struct, frozen=True, gc=False):
    """How many orders more are sourced from *location* on a day or in an hour of its clock; below zero: it is over."""

    location: str
    slot: str
    change: SignedUnits


class OrderSourced(Struct, frozen=True, gc=False, omit_defaults=True):
    """Fact: where the order's goods come from (*parts*), or what is done without (*action*), and every location looked at.

    By *version* of the policy, its *routing* and its *rule*. *work* is what this takes of the locations' capacity;
    *hold_until* is when it is tried again.
    """

    order: str
    at: datetime
    sought: Sought
    version: int
    routing: str = ""
    rule: str = ""
    action: Action = "next"
    parts: tuple[SourcedPart, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    work: tuple[WorkTaken, ...] = ()
    hold_until: datetime | None = None


class SourcingRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a clerk wants a parked order to be sourced now."""

    order: str
    reason: str = ""


class CollectionReady(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: the goods of an order that the customer fetches lie ready at *location*. What is fetched has left."""

    order: str
    location: str = ""
