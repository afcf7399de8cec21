"""What is said of the journal over HTTP."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from tallystick.api.words import PageSize, Reference

EventNumber = Annotated[
    str, Meta(pattern=r"^[0-9]{1,18}$", description="an event's number, as text: it may exceed 2^53")
]
Position = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{1,18}$|^[0-9]{1,18}(-[0-9]{1,18}){1,63}$",
        description="where a reading stands, as `position` and `next` of a page say it; 0 is the beginning",
    ),
]
Given = Annotated[Reference, Meta(min_length=1)]


class EntriesQuery(Struct, frozen=True):
    """Which entries: after a position, of a subject, touching an account, booked on a day from … through …."""

    after: Position = "0"
    limit: PageSize = 100
    subject: Given | None = None
    account: Given | None = None
    booked_from: date | None = None
    booked_through: date | None = None


class EntryWhere(Struct, frozen=True):
    """Which entry."""

    event: EventNumber


class StoryQuery(Struct, frozen=True):
    """What to tell the story of: an event, a subject, `source:id` of a message, or a correlation id."""

    reference: Given


class LineShown(Struct, frozen=True):
    """One posting: `amount` of `commodity` moves from `credit` to `debit`, `because`."""

    n: int
    debit: str
    credit: str
    commodity: str
    item: str | None
    amount: int
    because: str


class EntryShown(Struct, frozen=True):
    """An event with its postings: when it took effect, the day it is booked on, and when it was recorded."""

    event: str
    type: str
    source: str
    subject: str
    effective_on: date
    booked_on: date
    recorded_at: datetime
    rules: int
    correlation: str | None
    lines: list[LineShown]


class EntriesPage(Struct, frozen=True):
    """A page of entries in the order of recording; `next` is where the next page begins, null where this is the last.

    `position` is where a later reading goes on from: it misses nothing, however late something commits.
    """

    entries: list[EntryShown]
    next: str | None
    position: str


class StepShown(Struct, frozen=True):
    """One thing that happened or is due."""

    at: datetime | None
    what: str
    subject: str
    event: str | None
    text: str


class StoryShown(Struct, frozen=True):
    """The story behind a number; `left_out` counts events beyond the first thousand."""

    reference: str
    subjects: list[str]
    correlations: list[str]
    steps: list[StepShown]
    left_out: int
