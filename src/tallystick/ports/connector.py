"""A door to one foreign system: pull, parse, push, ask; and the four errors, named by their remedy."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

import msgspec
from msgspec import Struct

from tallystick.ports.identities import Identities, Link


class Manifest(Struct, frozen=True, kw_only=True):
    """What a door can do, as data: read by the documentation, the console and the contract suite."""

    name: str
    system: str
    role: str
    foreign_version: str
    auth: str
    pulls: tuple[type[Struct], ...] = ()
    pushes: tuple[type[Struct], ...] = ()
    asks: tuple[type[Struct], ...] = ()
    secrets: Mapping[str, str] = {}
    """What must be kept secret for it, such as `password`, and what each is."""
    settings: Mapping[str, str] = {}
    """What else a connection is told, and what each means; one that may be left out says so."""
    addressed_by: Mapping[type[Struct], str] = {}
    """The field of each pushed command that names the connection: `channel`, `provider` or `location`."""
    hooks: bool = False
    """Whether it sends webhooks that this door can check."""
    page_size_max: int = 0
    requests_per_second_max: int = 0
    proven_by: str = ""
    """`live` (a running system), `contract` (the partner's schema), `samples` (published messages or files) or `twin`."""
    setup: str = ""
    """How it is set up, where that is not by a connection: a sentence, the commands after it in lines that are indented."""
    guide: str = ""
    """The page that tells more, as a path from `docs/`."""
    declared: Mapping[str, str] = {}
    """What this door declares because the source does not say it: the name and the sentence."""
    translated: Mapping[str, str] = {}
    """What of the source's messages is taken in, by name, and what it becomes; also what says nothing, on purpose."""
    quarantined: Mapping[str, str] = {}
    """What of the source's messages waits for a person, by name, and why. A sample that waits and is not here is a defect."""
    not_held_to: Mapping[str, str] = {}
    """Promises of the contract suite that do not apply to it, by name, each with the reason."""


class Contact(Struct, frozen=True):
    """How a person is written to: kept in the vault only. *language* is a tag such as `de-AT`, empty where none is known."""

    email: str
    name: str = ""
    language: str = ""

    def __repr__(self) -> str:
        """Say nothing of the person: whatever prints this may be kept."""
        return "Contact(…)"


class Delivery(Struct, frozen=True, kw_only=True):
    """A webhook or a piece of a file as it arrived, before anyone translated it.

    Deduplicated on (source, id) for ever; `digest` covers what the sender said, so that the same id with another
    content is seen. `subject` orders and parks; `person` is the sender's own id of a customer, if one is named, and
    `contact` how that person is written to: it goes to the vault when the delivery is kept, and is not in it afterwards.
    """

    source: str
    id: str
    subject: str
    body: bytes
    digest: bytes
    person: str | None = None
    contact: Contact | None = None


class Fault(Struct, frozen=True, kw_only=True):
    """A part of a delivery that cannot be translated: where, what is wrong, and what to do about it.

    `id` and `subject` are those the mended part will arrive under, `body` the part as it was.
    """

    id: str
    subject: str
    where: str
    reason: str
    remedy: str
    body: bytes


class Report(Struct, frozen=True, kw_only=True):
    """A canonical report out of a delivery. `id` is unique within the source; `time` is UTC, `on` the day in `zone`.

    `correlation`, `causation` and `traceparent` are the sender's, where it gave any.
    """

    id: str
    subject: str
    data: Struct
    time: datetime
    on: date
    zone: str
    correlation: str | None = None
    causation: str | None = None
    traceparent: str | None = None


class Translation(Struct, frozen=True):
    """What a delivery says, and what in it could not be understood. One bad line never hides the next."""

    reports: tuple[Report, ...] = ()
    faults: tuple[Fault, ...] = ()
    links: tuple[Link, ...] = ()
    """Ids of theirs and ours that a master states to be the same."""


class Page(Struct, frozen=True):
    """Deliveries after a cursor; `cursor` is where the next pull goes on, `more` whether there is more now."""

    deliveries: Sequence[Delivery]
    cursor: str
    more: bool


class Acknowledgement(Struct, frozen=True):
    """The foreign system's word that a command took effect, and under which of its ids."""

    foreign_id: str


Pseudonym = Callable[[str, str], str]
"""(source, the sender's own id of a person) to the reference that messages carry."""


def nobody(_source: str, _person: str) -> str:
    """Refer to no person: for who is not told how, and for what needs no book."""
    return ""


def no_one(_reference: str) -> Mapping[str, object] | None:
    """Know nobody: for a door that is not told of people."""
    return None


Secret = Callable[[str], str]
"""The name of a secret to the secret; raises `Misconfigured` that says how to give it."""


class Connection(Struct, frozen=True, kw_only=True):
    """A configured door: what we call it, where the system is, and how we come in.

    `name` is unique in the book and the `source` of what comes through it. A secret is asked for when it is needed and
    never part of this.
    """

    name: str
    url: str
    secret: Secret
    settings: Mapping[str, str] = {}
    pseudonym: Pseudonym = nobody
    """Refers to a customer; "" where the book is not told of people."""
    identities: Identities = msgspec.field(default_factory=Identities)
    """Who is who: the one thing beside a delivery that `parse` may ask."""
    person: Callable[[str], Mapping[str, object] | None] = no_one
    """What the vault knows of a reference; None for nobody, or who was erased. For `push` only, in a lane's thread."""


class Hook(Struct, frozen=True):
    """A webhook as it came: header names in lower case, the body untouched, and when it came (UTC)."""

    headers: Mapping[str, str]
    body: bytes
    at: datetime


class HookRefused(Exception):
    """A webhook whose signature is wrong or too old: it is answered 401, and nothing of it is kept."""


class OutcomeAsked(Struct, frozen=True):
    """The question what became of a command that was pushed under *key*. Every door that pushes answers it."""

    command: Struct
    key: str


class Outcome(Struct, frozen=True):
    """The answer: the acknowledgement the push would have returned; None where it had no effect."""

    acknowledgement: Acknowledgement | None


class Connector(Protocol):
    """What every door offers; one that cannot do a verb says so in its manifest and raises `Misconfigured`."""

    manifest: Manifest

    def pull(self, kind: type[Struct], since: str) -> Page:
        """Return what happened there after the cursor *since*. Repeatable."""

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a verified delivery. Pure: the same delivery gives the same reports."""

    def push(self, command: Struct, key: str) -> Acknowledgement:
        """Make it so. The same *key* twice has one effect; with another command it is `Rejected`."""

    def ask(self, question: Struct) -> Struct:
        """Return what the system holds now. Changes nothing."""


class HookDoor(Connector, Protocol):
    """A door to a system that sends webhooks."""

    def received(self, hook: Hook) -> tuple[Delivery, ...]:
        """Check a webhook and cut it into deliveries; raise `HookRefused`. Deduplicated by the partner's own event id."""


class PuttingAway(Connector, Protocol):
    """A door that puts away what it read once it is kept: files, above all."""

    def kept(self, page: Page) -> None:
        """Put away what *page* was read from: it and its cursor are in the book.

        After a crash this is not called; then the page is pulled again, and its deliveries are known.
        """


class BatchConnector(Connector, Protocol):
    """A door to a system that takes many commands at once much faster than one by one."""

    def push_many(self, commands: Sequence[tuple[Struct, str]]) -> "Sequence[Acknowledgement | ConnectorError]":
        """Make each (command, key) so and answer each for itself, in order; one that is refused stops no other.

        Raises only what concerns all of them; after `InDoubt`, ask for each before any retry.
        """


class Opening(Struct, frozen=True):
    """What a feed's book must be given before its first message, because the source does not say it."""

    deliveries: tuple[Delivery, ...]
    units: int


class Stocked(Struct, frozen=True):
    """What the book knows of stock: units by (product, location).

    `on_hand` is what stands there; `left` is what has left in the name of a delivery's subject that comes again, by
    subject: as much of the new delivery is no new need.
    """

    on_hand: Mapping[tuple[str, str], int] = {}
    left: Mapping[str, Mapping[tuple[str, str], int]] = {}


class Part(Struct, frozen=True):
    """A part of a file: some shops by the source's own names (none: all), and days from the first to the last."""

    shops: frozenset[str] = frozenset()
    days: tuple[date, date] | None = None


class FileFeed(Protocol):
    """A connector that reads whole files: the part that `tally load` uses beside `parse`."""

    manifest: Manifest

    def sample(self) -> Path:
        """Return the real file that comes with the house; raise `Misconfigured` where there is none."""

    def deliveries(self, file: Path, part: Part | None = None) -> Iterator[Delivery]:
        """Cut a file, or a *part* of it, into deliveries, in file order.

        Raises `Rejected` when the file as a whole cannot be read, or is of a kind that has no such parts.
        """

    def opening(self, unseen: Iterable[Delivery], stocked: Stocked) -> Opening:
        """Say what stock must be declared so that *unseen* deliveries, in order, never lack any."""

    def parse(self, delivery: Delivery) -> Translation:
        """Translate a delivery. Pure."""

    def mended(self, fault_body: bytes, changes: Mapping[str, str]) -> bytes:
        """Return a fault's body with the named cells replaced; raise `NotMendable`, which names the cells there are."""


class NotMendable(LookupError):
    """There is no such cell to replace; the text names the cells there are."""


class ConnectorError(Exception):
    """A door's failure, grouped by what to do next rather than by what went wrong."""


class Retryable(ConnectorError):
    """Try again, not before `after_seconds`."""

    def __init__(self, reason: str, after_seconds: float = 0) -> None:
        """Keep the earliest time to retry."""
        super().__init__(reason)
        self.after_seconds = after_seconds


class Rejected(ConnectorError):
    """The system understood and refused: mend the message, then replay it."""


class Misconfigured(ConnectorError):
    """Nothing will work until a person changes the configuration."""


class InDoubt(ConnectorError):
    """Sent, outcome unknown: ask before any retry."""
