"""What is read of a book beside the street: shapes and who can answer. Storage implements them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, Protocol

from msgspec import Raw, Struct

from tallystick.decisions.availability import Availability, Because


class CommandSent(Struct, frozen=True):
    """A command a subject has sent: state `waiting`, `done` or `dead`."""

    type: str
    state: str
    attempts: int
    due: datetime


class Due(Struct, frozen=True):
    """A process that must move on by a moment (UTC), or is told that it did not."""

    process: str
    by: datetime


class Standing(Struct, frozen=True):
    """A subject as it stands after `event`: its family as stored, its `tag`, what it asked of others, what is due."""

    subject: str
    event: int
    tag: str
    family: bytes
    commands: tuple[CommandSent, ...] = ()
    due: tuple[Due, ...] = ()


class Recorded(Struct, frozen=True):
    """A message that was recorded: event, type, canonical body and the answer that its sender was given."""

    event: int
    type: str
    subject: str
    body: bytes
    answer: Raw


class PostedLine(Struct, frozen=True):
    """One posting of an entry: `amount` moves from the credit to the debit account."""

    n: int
    debit: str
    credit: str
    commodity: str
    item: str | None
    amount: int
    because: str


class JournalEntry(Struct, frozen=True):
    """An event with its postings. `effective_on` is when it took effect, `booked_on` the day it counts for."""

    event: str
    type: str
    source: str
    subject: str
    effective_on: date
    booked_on: date
    recorded_at: datetime
    rules: int
    correlation: str | None
    lines: tuple[PostedLine, ...]


EVENT_BITS: Final = 52
"""An event's number is that of its gate, and below it so many bits in which the gate counts."""


class Wanted(Struct, frozen=True):
    """Which entries to read: of each gate those after its event in `after`, that match what is given, at most `limit`.

    A gate that has no event there is read from its beginning. Where a reading ended, the next begins: see `positions`.
    """

    after: tuple[int, ...] = ()
    limit: int = 100
    subject: str | None = None
    account: str | None = None
    booked_from: date | None = None
    booked_through: date | None = None


def positions(after: Iterable[int], read: Iterable[int]) -> tuple[int, ...]:
    """Return how far each gate has been read: the last event of each, of those known before and those *read* now."""
    furthest: dict[int, int] = {}
    for event in (*after, *read):
        gate = event >> EVENT_BITS
        furthest[gate] = max(event, furthest.get(gate, 0))
    return tuple(event for _, event in sorted(furthest.items()) if event)


class StockAsked(Struct, frozen=True):
    """For which channel (empty: nobody in particular), where (empty: everywhere), up to which day announced goods count."""

    channel: str = ""
    location: str = ""
    group: str = ""
    until: date | None = None


class StockLine(Struct, frozen=True):
    """One product at one location: the numbers, why units are not available, the steps that led there, how fresh it is."""

    sku: str
    location: str
    numbers: Availability
    unavailable: Mapping[str, int]
    steps: tuple[Because, ...] = ()
    event: int = 0
    recorded_at: datetime | None = None


class Lag(Struct, frozen=True):
    """How far the book is behind what has arrived: deliveries that wait, and since when the oldest of them does."""

    deliveries: int
    oldest: datetime | None


class GroupNotKnown(LookupError):
    """The rules know no group of that name."""


class StoryStep(Struct, frozen=True):
    """One thing that happened, or is due, of a subject and event (0: none)."""

    at: datetime | None
    what: str
    subject: str
    event: int
    text: str


class Story(Struct, frozen=True):
    """The story of a reference; `left_out` counts events it is too long for."""

    reference: str
    subjects: list[str]
    correlations: list[str]
    steps: list[StoryStep]
    left_out: int


class Use(Struct, frozen=True):
    """A client that has used a capability, last at `last_at` (UTC)."""

    client: str
    capability: str
    last_at: datetime


class StandingReader(Protocol):
    """Reads subjects, many at once."""

    async def standings(self, subjects: Sequence[str]) -> Mapping[str, Standing]:
        """Return those of *subjects* that the book knows."""


class RecordReader(Protocol):
    """Reads single recorded messages."""

    async def recorded(self, event: int) -> Recorded | None:
        """Return the message recorded as *event*."""

    async def first_of(self, subject: str, type_name: str) -> Recorded | None:
        """Return the first message of a type that *subject* was told."""


class JournalReader(Protocol):
    """Reads the journal."""

    async def entries(self, wanted: Wanted) -> Sequence[JournalEntry]:
        """Return entries in the order of their events."""

    async def entry(self, event: int) -> JournalEntry | None:
        """Return one entry."""

    async def story(self, reference: str) -> Story | None:
        """Return the story of an event, subject, message or correlation."""


class StockReader(Protocol):
    """Reads what may be promised, many products at once. Raises `GroupNotKnown`."""

    async def lines(self, skus: Sequence[str], asked: StockAsked) -> Mapping[str, Sequence[StockLine]]:
        """Return the lines of those of *skus* that the book has stocked, by product."""

    async def explained(self, sku: str, asked: StockAsked) -> Sequence[StockLine]:
        """Return the lines of one product with the steps that led to their numbers; none where it was never stocked."""

    async def past(self, sku: str, asked: StockAsked, at: datetime) -> Mapping[str, Sequence[StockLine]] | None:
        """Return the lines of a product at a past moment: `recorded` by then, and `effective`, as is known now of then."""

    async def lag(self) -> Lag:
        """Return how far the book is behind."""


class MasterReader(Protocol):
    """Reads what the book has names for."""

    async def products(self, after: str, limit: int) -> Sequence[str]:
        """Return product codes after *after*, in their order."""

    async def locations(self) -> Sequence[str]:
        """Return every location."""
