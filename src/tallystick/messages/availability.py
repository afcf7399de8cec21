"""Availability: the rules of what may be promised, units fenced for a channel, and goods announced."""

from datetime import date, datetime
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tallystick.messages.oversells import OversellRule
from tallystick.messages.partners.screening import ScreeningRule
from tallystick.messages.policy.deadlines import Calendar, DeadlineRule
from tallystick.model.amount import NaturalUnits, PositiveUnits, SignedUnits

ANY: Final = "*"
INCOMING_DAYS_MAX: Final = 365
Name = Annotated[str, Meta(min_length=1)]
State = Literal["sellable", "quarantine", "damaged"]


class SafetyRule(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """*units* of *sku* at *location* that no channel may promise. `*` stands for all; the closest rule counts alone."""

    units: NaturalUnits
    sku: Name = ANY
    location: Name = ANY


class ChannelRule(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a channel may promise of *sku* at *location*. `*` stands for all; the closest rule counts alone.

    *buffer* units are kept back from it; with fewer than *threshold* units left to it, it shows none; *oversell* units
    may be promised beyond stock, all that is owed already counted; units expected within *incoming_days* count as
    there; *states* of stock count towards it.
    """

    channel: Name
    sku: Name = ANY
    location: Name = ANY
    buffer: NaturalUnits = 0
    threshold: NaturalUnits = 0
    oversell: NaturalUnits = 0
    incoming_days: Annotated[int, Meta(ge=0, le=INCOMING_DAYS_MAX)] = 0
    states: tuple[State, ...] = ("sellable",)


class Exclusion(Struct, frozen=True, forbid_unknown_fields=True):
    """*channel* promises nothing of what stands at *location*. `*` stands for all channels."""

    channel: Name
    location: Name


class LocationGroup(Struct, frozen=True, forbid_unknown_fields=True):
    """Locations that are asked for together under one name."""

    group: Name
    locations: tuple[Name, ...]


class Rules(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """All rules of what may be promised; what they do not name may be promised in full, from sellable stock.

    *oversells* say what becomes of orders that shops have sold already and that lack stock: refused, where none does.
    *deadlines* say how long a process may stand in a state, by *calendars*.
    *screenings* say which orders are held until somebody has judged them: none, where none does.
    """

    safety: tuple[SafetyRule, ...] = ()
    channels: tuple[ChannelRule, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    groups: tuple[LocationGroup, ...] = ()
    oversells: tuple[OversellRule, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    deadlines: tuple[DeadlineRule, ...] = ()
    screenings: tuple[ScreeningRule, ...] = ()


class AvailabilityRulesDeclared(Struct, frozen=True, omit_defaults=True):
    """Report: these rules replace all earlier ones from *effective_from* on (at once where there is none)."""

    rules: Rules
    effective_from: datetime | None = None


class AvailabilityRulesSet(Struct, frozen=True, omit_defaults=True):
    """Fact: version *version* of the rules, in force from *effective_from* (UTC)."""

    version: int
    effective_from: datetime
    rules: Rules


class AllocationLine(Struct, frozen=True, gc=False):
    """Units of a product to be fenced, moved between fences or set free."""

    line: int
    sku: str
    quantity: PositiveUnits


class AllocationRequested(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: move units at *location* from one channel's fence to another's. An empty channel means open to all.

    All lines are moved or none, unless *partial* asks for what is there.
    """

    allocation: str
    location: str
    lines: tuple[AllocationLine, ...]
    from_channel: str = ""
    to_channel: str = ""
    partial: bool = False


class FenceLine(Struct, frozen=True, gc=False):
    """By how many units the fence of *channel* around *sku* grew or shrank."""

    channel: str
    sku: str
    change: SignedUnits


class FenceChanged(Struct, frozen=True, gc=False):
    """Fact: units at *location* are kept for a channel, or no longer, because."""

    location: str
    because: str
    lines: tuple[FenceLine, ...]


class InboundLine(Struct, frozen=True, gc=False):
    """Units of a product that are on their way."""

    line: int
    sku: str
    quantity: PositiveUnits


class InboundAnnounced(Struct, frozen=True, gc=False, omit_defaults=True):
    """Report: a supplier or carrier says what will arrive at *location*, and on which day. A later word replaces it."""

    inbound: str
    location: str
    expected_on: date
    lines: tuple[InboundLine, ...]
    supplier: str = ""


class InboundCancelled(Struct, frozen=True, gc=False):
    """Report: what has not arrived of an announcement will not come."""

    inbound: str
    reason: str = ""


class InboundArrived(Struct, frozen=True, gc=False):
    """Tell (receipt to inbound): these goods came in at *location*."""

    receipt: str
    location: str
    lines: tuple[InboundLine, ...]


class IncomingLine(Struct, frozen=True, gc=False):
    """By how many units more or fewer of *sku* are expected on a day."""

    sku: str
    expected_on: date
    change: SignedUnits


class IncomingChanged(Struct, frozen=True, gc=False):
    """Fact: what is expected at *location* changed: announced, put off, arrived or given up."""

    inbound: str
    location: str
    lines: tuple[IncomingLine, ...]
