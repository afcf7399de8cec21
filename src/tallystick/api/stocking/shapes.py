"""What is said of transfers, counts and corrections over HTTP."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import LINES_MAX, Name
from tallystick.model.amount import NUMBER_LIMIT
from tallystick.security.proposals import EXPIRY_DAYS_DEFAULT, EXPIRY_DAYS_MAX


class TransferWhere(Struct, frozen=True):
    """Which transfer."""

    transfer: Name


class TransferLineShown(Struct, frozen=True):
    """A line in units: wanted, held at the source, sent, received, in transit, given up, and come beyond what was sent."""

    line: int
    sku: str
    wanted: int
    held: int
    sent: int
    received: int
    in_transit: int
    lost: int
    surplus: int


class TransferShown(Struct, frozen=True):
    """A transfer as it stands; `in_transit_value` in minor units, `bearer` is whose loss it is when something does not arrive."""

    transfer: str
    state: str
    source: str
    target: str
    currency: str
    expected_on: date
    bearer: str
    in_transit_value: int
    lines: list[TransferLineShown]


class CountWhere(Struct, frozen=True):
    """Which count."""

    count: Name


class AskedShown(Struct, frozen=True):
    """A line to be counted: its product and state, which round it is, and who has counted it before."""

    line: int
    sku: str
    state: str
    round: int
    not_by: tuple[str, ...]


class SheetShown(Struct, frozen=True):
    """What is still to be counted. Nothing of what the book has, or of what others counted, is on it."""

    count: str
    location: str
    due_on: date
    state: str
    to_count: list[AskedShown]


class LineCounted(Struct, frozen=True, forbid_unknown_fields=True):
    """Units of a line of the sheet."""

    line: Annotated[int, Meta(ge=1, lt=NUMBER_LIMIT)]
    units: Annotated[int, Meta(ge=0, lt=NUMBER_LIMIT)]


class CountGiven(Struct, frozen=True, forbid_unknown_fields=True):
    """What the caller counted."""

    lines: Annotated[tuple[LineCounted, ...], Meta(min_length=1, max_length=LINES_MAX)]


class CountHeard(Struct, frozen=True):
    """Which lines were taken: the same whatever the book has."""

    count: str
    outcome: str
    lines: list[int]


class RoundShown(Struct, frozen=True):
    """What somebody counted, and the least and most the book had from when he began until we heard of it."""

    counter: str
    units: int
    least: int
    most: int


class LineJudged(Struct, frozen=True):
    """A line with its rounds; `difference` counts once it is settled."""

    line: int
    sku: str
    state: str
    rounds: list[RoundShown]
    settled: bool
    difference: int


class CountShown(Struct, frozen=True):
    """A count as it was judged; `correction` is where its correction stands, empty where nothing differs."""

    count: str
    location: str
    state: str
    plan: str
    lines: list[LineJudged]
    correction: str


class CorrectionProposed(Struct, frozen=True, forbid_unknown_fields=True):
    """Which correction another person is to approve; with `of_count`, that of the count of this name."""

    correction: Name
    of_count: bool = False
    expires_days: Annotated[int, Meta(ge=1, le=EXPIRY_DAYS_MAX)] = EXPIRY_DAYS_DEFAULT
