"""The book on PostgreSQL beside a book in memory that took the same messages in the same order: they must be the same."""

from collections.abc import Iterator
from datetime import date

from tallystick.engine.answer import Status
from tallystick.journal.period import seal
from tallystick.journal.posting import Entry
from tallystick.processes.family import encode_family
from tallystick.simulator.memory_book import MemoryBook
from tallystick.simulator.postgres.book import PostgresBook
from tallystick.storage.periods import BEGINNING, entries_root
from tallystick.storage.reading import standing

Difference = tuple[str, str]


class Twin(MemoryBook):
    """A book in memory that numbers its events as the database did."""

    def __init__(self, book: PostgresBook) -> None:
        """Take the numbers of *book*, one after the other."""
        super().__init__()
        self._numbers = [folded.event for folded in book.entries]

    def next_event(self) -> int:
        """See `MemoryBook.next_event`."""
        return self._numbers[len(self.entries)]


async def differences(book: PostgresBook) -> list[Difference]:
    """Return (kind, detail) of everything in which the database differs from what the pure core makes of the messages."""
    twin = Twin(book)
    found = [*_folded_again(book, twin)]
    door = book.stand.door
    async with door.transaction():
        root, count = await entries_root(door, BEGINNING, date.max)
    entries = [f for f in twin.entries if f.postings]
    days = (f.message.effective_on for f in entries)
    expected = seal(Entry(f.event, day, day, tuple(f.postings)) for f, day in zip(entries, days, strict=True))
    if (root, count) != (expected, len(entries)):
        found.append(
            ("entries_differ", f"{count} entries sealed as {root[:8]}, in memory {len(entries)} as {expected[:8]}")
        )
    found += _standing(book, twin)
    kept = [(kind, detail) for _, kind, detail in await standing.breaks(door)]
    told = [(b.kind, b.detail) for f in twin.entries for b in f.breaks]
    if kept != told:
        found.append(("breaks_differ", f"{len(kept)} kept, {len(told)} in memory"))
    return found


def _folded_again(book: PostgresBook, twin: Twin) -> Iterator[Difference]:
    for folded in book.entries:
        answer = twin.deliver(folded.message)
        if (answer.status, answer.outcome, answer.state) != (Status.ACCEPTED, folded.outcome, folded.state):
            yield (
                "answers_differ",
                f"{folded.message.subject}: {folded.outcome}, in memory {answer.status} {answer.outcome}",
            )


def _standing(book: PostgresBook, twin: MemoryBook) -> Iterator[Difference]:
    for key in sorted(book.loaded.layers.keys() | twin.loaded.layers.keys()):
        here, there = book.loaded.layer(*key), twin.loaded.layer(*key)
        if here != there:
            yield "layers_differ", f"{key}: {here}, in memory {there}"
    for subject in sorted(book.loaded.families.keys() | twin.loaded.families.keys()):
        ours, theirs = (b.loaded.families.get(subject, {}) for b in (book, twin))
        if encode_family(ours) != encode_family(theirs):
            yield "families_differ", f"{subject}: {_states(ours)}, in memory {_states(theirs)}"


def _states(family: object) -> str:
    return ", ".join(f"{name} {member.state}" for name, member in getattr(family, "items", dict)())
