"""What is said of returns over HTTP."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.api.words import LINES_MAX, Name, Number, PositiveMoney, Quantity, Reference, Sku, Text

LineNumber = Annotated[int, Meta(ge=1, lt=10**6, description="the order's line")]
Place = Annotated[Name, Meta(description="where it is: a warehouse or a shop")]


class ReturnWhere(Struct, frozen=True):
    """Which return of which order."""

    order: Number
    rma: Number


class LineBack(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of an order line."""

    line: LineNumber
    sku: Sku
    quantity: Quantity


class ReturnWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """The customer wants to send lines back under `rma`, a number of the caller's own; it is weighed once."""

    rma: Number
    lines: Annotated[tuple[LineBack, ...], Meta(min_length=1, max_length=LINES_MAX)]
    reason: Text = ""
    condition: Text = ""
    delivered_on: date | None = None


class LabelGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """The customer has a label to send the goods with."""

    carrier: Name
    tracking: Reference = ""


class ParcelCame(Struct, frozen=True, forbid_unknown_fields=True):
    """Goods are here. One `parcel` is taken in once."""

    parcel: Annotated[Reference, Meta(min_length=1)]
    location: Place
    lines: Annotated[tuple[LineBack, ...], Meta(min_length=1, max_length=LINES_MAX)]


class LineJudged(Struct, frozen=True, forbid_unknown_fields=True):
    """Units somebody looked at; `reject`: they go to the customer again."""

    line: LineNumber
    sku: Sku
    quantity: Quantity
    verdict: Literal["resell", "refurbish", "scrap", "supplier", "reject"]


class InspectionMade(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody looked at units that came to `location`. One `inspection` is booked once."""

    inspection: Annotated[Reference, Meta(min_length=1)]
    location: Place
    lines: Annotated[tuple[LineJudged, ...], Meta(min_length=1, max_length=LINES_MAX)]


class LineWorkedOn(Struct, frozen=True, forbid_unknown_fields=True):
    """Units that had been set aside: good again, or not worth it."""

    line: LineNumber
    sku: Sku
    quantity: Quantity
    verdict: Literal["resell", "scrap"]


class WorkDone(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody worked on units set aside at `location`. One `work` is booked once."""

    work: Annotated[Reference, Meta(min_length=1)]
    location: Place
    lines: Annotated[tuple[LineWorkedOn, ...], Meta(min_length=1, max_length=LINES_MAX)]


class ReturnCalledOff(Struct, frozen=True, forbid_unknown_fields=True):
    """The customer keeps the goods."""

    reason: Text = ""


class RefundPrepared(Struct, frozen=True, forbid_unknown_fields=True):
    """A refund of at most `amount` that another person is to approve."""

    amount: PositiveMoney
    reason: Annotated[
        str, Meta(min_length=1, max_length=200, pattern=r"^[!-~][ -~]*$", description="why, in visible ASCII")
    ]


class RefundLaidDown(Struct, frozen=True):
    """The proposal: `tally approve` and `/v1/proposals` take it from here."""

    proposal: int
    order: str
    rma: str
    state: str
    amount: int
    currency: str
    digest: str


class ReturnMoved(Struct, frozen=True):
    """What became of it: the return's `state` after the `outcome`; `ignored` where it changed nothing.

    `policy` and `because` say what refused it, `until` the last day of its window. Money in minor units: `credited` of the
    sale, `kept` of it as fees, `refunded` to the customer's tender; `refunded_ahead` before the goods are here.
    """

    order: str
    rma: str
    outcome: str
    state: str
    policy: str | None = None
    because: str | None = None
    until: date | None = None
    send_back_days: int | None = None
    refunded_ahead: int | None = None
    credited: int | None = None
    kept: int | None = None
    refunded: int | None = None
    waits_for_approval: int | None = None


class UnitsStanding(Struct, frozen=True):
    """Units of a line, and where they are; `location` is empty for what has not come."""

    line: int
    sku: str
    quantity: int
    location: str


class ReturnStanding(Struct, frozen=True):
    """A return as it stands. Money in minor units.

    Units: `expected`, `held` for inspection, set `aside` to be refurbished, and `rejected`: sent to the customer again.

    `is_ruled` says whether a policy of returns governs it; where none does, it is refunded when it is booked.
    """

    order: str
    rma: str
    state: str
    is_ruled: bool
    policy: str | None
    refused_because: str | None
    currency: str | None
    expected: list[UnitsStanding]
    held: list[UnitsStanding]
    aside: list[UnitsStanding]
    rejected: int
    credited: int
    kept: int
    refunded: int
    refunded_ahead: int
    owed_by_customer: int
    waits_for_approval: int
    carrier: str
    tracking: str
