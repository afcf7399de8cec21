"""The policy of sourcing as data: locations, how far they lie, and the rules by which an order finds its own."""

from datetime import datetime, time
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from tallystick.model.amount import NaturalMinor, NaturalUnits, PositiveUnits

AUTO: Final = "auto"
"""The location of an order that names none: it is sourced."""
UNPLACED: Final = frozenset({AUTO, ""})
CANDIDATES_MAX: Final = 24
"""So many locations are looked at for one order, the nearest first: each is a row a product that the gate locks."""
PLACES_MAX: Final = 8
"""So many locations at most send one order together."""
METRES_MAX: Final = 20_037_509
"""Half way round the earth: nothing lies farther."""
Name = Annotated[str, Meta(min_length=1, max_length=64)]
Latitude = Annotated[int, Meta(ge=-90_000_000, le=90_000_000, description="millionths of a degree, north above zero")]
Longitude = Annotated[int, Meta(ge=-180_000_000, le=180_000_000, description="millionths of a degree, east above zero")]
Metres = Annotated[int, Meta(ge=0, le=METRES_MAX, description="metres")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: Final[tuple[Day, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Sort = Literal["distance", "cost", "stock", "load", "listed"]
Action = Literal["next", "park", "hold", "cancel"]
RunName = Literal["placing", "resourcing"]


class Opening(Struct, frozen=True, forbid_unknown_fields=True):
    """A location is open on these *days* from *opens* to *closes*, by its own clock; over midnight are two of them."""

    days: tuple[Day, ...]
    opens: time
    closes: time


class SourceLocation(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A location that orders may be sourced from; one that is not named here never is.

    *groups* are names that rules ask for it by. At most *day_orders_max* orders of a day, and *hour_orders_max* of an
    hour, are sourced from it. *parcel_cost*, in minor units of the book's currency, is what a parcel from here costs.
    *safety* units of each product are kept back from orders that are sourced, beside all other rules. It is open in
    *openings* (always, where there are none), by a clock *utc_offset_minutes* ahead of UTC.
    """

    location: Name
    groups: tuple[Name, ...] = ()
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    parcel_cost: NaturalMinor = 0
    safety: NaturalUnits = 0
    day_orders_max: NaturalUnits | None = None
    hour_orders_max: NaturalUnits | None = None
    openings: tuple[Opening, ...] = ()
    utc_offset_minutes: Annotated[int, Meta(ge=-840, le=840)] = 0


class Area(Struct, frozen=True, forbid_unknown_fields=True):
    """The middle of where goods go to: a country and the beginning of a postcode, such as `GB-SW1`; the longest counts."""

    area: Annotated[str, Meta(min_length=1, max_length=16)]
    latitude: Latitude
    longitude: Longitude


class Distance(Struct, frozen=True, forbid_unknown_fields=True):
    """How far *location* lies from *area*: said here, it is not computed."""

    area: Annotated[str, Meta(min_length=1, max_length=16)]
    location: Name
    metres: Metres


class SourcingRule(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How locations are chosen, and what is done when none can send the order.

    Only those of *groups* (any, where none is named), within *metres_max*, and open within *open_within_hours* count; the
    order by *sort* decides between those that can send as much. Up to *places_max* locations send it together, whole
    lines each unless *lines_split*, and none of them fewer than *parcel_units_min* units unless alone.
    *otherwise*: the `next` rule, `hold` for *hold_minutes* and try again, `park` until somebody asks or a day has
    passed, `cancel`. The last rule's `next` is `cancel`.
    """

    rule: Name
    groups: tuple[Name, ...] = ()
    metres_max: Metres | None = None
    open_within_hours: Annotated[int, Meta(ge=0, le=168)] | None = None
    sort: tuple[Sort, ...] = ("distance", "cost")
    places_max: Annotated[int, Meta(ge=1, le=PLACES_MAX)] = 1
    lines_split: bool = False
    parcel_units_min: PositiveUnits = 1
    otherwise: Action = "next"
    hold_minutes: Annotated[int, Meta(ge=1, le=1440)] = 60


class Routing(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The rules for some orders: those of *channels* and *areas* (any, where none is named; an area by its beginning).

    They have at least *units_min* and at most *units_max* units, and are worth at least *value_min* and at most
    *value_max* in minor units, tax included.
    """

    routing: Name
    rules: tuple[SourcingRule, ...]
    channels: tuple[Name, ...] = ()
    areas: tuple[Name, ...] = ()
    units_min: NaturalUnits = 0
    units_max: NaturalUnits | None = None
    value_min: NaturalMinor = 0
    value_max: NaturalMinor | None = None


class Run(Struct, frozen=True, forbid_unknown_fields=True):
    """What is gone through when an order is placed, or when a location will not send a part of one: `resourcing`.

    The first routing that fits an order counts. Without a run for `resourcing`, that for `placing` counts.
    """

    run: RunName
    routings: tuple[Routing, ...]


class Policy(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """All of it: where goods may come from, how far that is, and by which rules it is chosen."""

    locations: tuple[SourceLocation, ...] = ()
    areas: tuple[Area, ...] = ()
    distances: tuple[Distance, ...] = ()
    runs: tuple[Run, ...] = ()


class SourcingPolicyDeclared(Struct, frozen=True, omit_defaults=True):
    """Report: this policy replaces the one before from *effective_from* on (at once where there is none)."""

    policy: Policy
    effective_from: datetime | None = None


class SourcingPolicySet(Struct, frozen=True, omit_defaults=True):
    """Fact: version *version* of the policy, in force from *effective_from* (UTC)."""

    version: int
    effective_from: datetime
    policy: Policy
