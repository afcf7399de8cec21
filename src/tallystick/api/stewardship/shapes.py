"""What is said of master data over HTTP."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from tallystick.api.words import PageSize, Text
from tallystick.messages.stewardship.records import Kind

Code = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=150,
        pattern=r"^[!-~]([ -~]{0,148}[!-~])?$",
        description="what we call it: a product's code, `CHANNEL/SKU` of a price, `SYSTEM:CODE` of an account",
    ),
]
Field = Annotated[str, Meta(min_length=1, max_length=32, pattern=r"^[a-z_]+$", description="a field of the thing")]
Value = Annotated[str, Meta(max_length=5000, pattern=r"^[^\x00]*$", description="what counts, where `take` is `value`")]
Against = Annotated[Text, Meta(description="which other system, where several contradict")]
Settled = Annotated[bool, Meta(description="also conflicts that a steward has settled")]


class ConflictsQuery(Struct, frozen=True):
    """Which conflicts."""

    kind: Kind | None = None
    settled: Settled = False
    limit: PageSize = 100


class RecordQuery(Struct, frozen=True):
    """Which thing."""

    kind: Kind
    code: Code


class ConflictShown(Struct, frozen=True):
    """*other* says another value of a field than the system whose word counts; `since` both words stand."""

    kind: str
    code: str
    field: str
    counts: str
    said_by: str
    other_value: str
    other: str
    since: datetime
    age_seconds: int
    state: Literal["OPEN", "SETTLED"]
    settled_by: str | None
    settled_as: str | None
    settled_at: datetime | None


class ConflictsShown(Struct, frozen=True):
    """The steward's queue, oldest first; `left_out` are more than were asked for."""

    conflicts: list[ConflictShown]
    left_out: int


class FieldShown(Struct, frozen=True):
    """A field: its value, who said so, whose field it is, why it counts, and by which event it stands since when."""

    field: str
    value: str
    said_by: str
    owner: str
    because: str
    since: datetime
    event: str


class RecordShown(Struct, frozen=True):
    """A thing as it counts now."""

    kind: str
    code: str
    fields: list[FieldShown]
    conflicts: list[ConflictShown]
    same_as: str | None


class Settlement(Struct, frozen=True, forbid_unknown_fields=True):
    """What a steward rules: the word of the `owner`, that of the `other` system, or a `value` of their own."""

    kind: Kind
    code: Code
    field: Field
    take: Literal["owner", "other", "value"]
    value: Value = ""
    against: Against = ""
    reason: Text = ""


class SettlementTaken(Struct, frozen=True):
    """What counts now, and whether anything else of the thing is still in conflict."""

    kind: str
    code: str
    field: str
    value: str
    outcome: Literal["settled", "settled_in_part"]
    event: str
