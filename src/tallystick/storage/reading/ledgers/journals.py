"""Journals as they stand: what was issued for each channel and day, and how far its commands have come."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.messages.books.ledger import JournalCommand, PostJournal, ReverseJournal
from tallystick.messages.catalogue import CATALOGUE
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.ledgers.journal import JournalData

JOURNAL_TYPES: Final = tuple(CATALOGUE.of(t).type for t in (PostJournal, ReverseJournal))
WAITING, DONE, DEAD = 0, 1, 2
_JOURNALS: Final = (
    "select subject, state, body from process where kind = 'journal' and starts_with(subject, $1) "
    'order by subject collate "C"'
)
_NAMED: Final = "select subject, state, body from process where kind = 'journal' and subject = any($1::text[])"
_COMMANDS: Final = (
    "select o.event, o.n, o.subject, k.name as type, o.body, o.state, o.attempts, "
    "(select a.outcome || ': ' || a.detail from attempt a where (a.event, a.n) = (o.event, o.n) "
    "order by a.attempt desc limit 1) as last "
    "from outbox o join kind k on k.id = o.kind where k.name = any($1::text[]) and starts_with(o.subject, $2) "
    "order by o.event, o.n"
)


class SentJournal(Struct, frozen=True):
    """A command about a journal: state 0 waiting, 1 done, 2 dead; `last` is what came of its last attempt."""

    event: int
    n: int
    command: JournalCommand
    state: int
    attempts: int
    last: str | None


class StandingJournal(Struct, frozen=True):
    """A journal's process and everything it has sent, oldest first."""

    subject: str
    state: str
    data: JournalData
    sent: tuple[SentJournal, ...]

    @property
    def has_arrived(self) -> bool:
        """Whether the ledger has taken everything."""
        return all(s.state == DONE for s in self.sent)


async def journals_known(connection: asyncpg.Connection, prefix: str) -> Mapping[str, JournalData]:
    """Return what each journal whose subject starts with *prefix* was last issued as."""
    return _issued_as(await connection.fetch(_JOURNALS, prefix))


async def journals_named(connection: asyncpg.Connection, subjects: Collection[str]) -> Mapping[str, JournalData]:
    """Return what each journal of these *subjects* was last issued as; the others are not looked at."""
    return _issued_as(await connection.fetch(_NAMED, list(subjects)))


def _issued_as(rows: Sequence[asyncpg.Record]) -> Mapping[str, JournalData]:
    found: dict[str, JournalData] = {}
    for row in rows:
        found[row["subject"]] = data_of(decode_family(row["body"]), "journal")
    return found


async def standing_journals(connection: asyncpg.Connection, prefix: str) -> list[StandingJournal]:
    """Return the journals whose subject starts with *prefix*, with what they sent, by subject."""
    sent: defaultdict[str, list[SentJournal]] = defaultdict(list)
    for row in await connection.fetch(_COMMANDS, list(JOURNAL_TYPES), prefix):
        command = CATALOGUE.decode(row["type"], row["body"])
        assert isinstance(command, PostJournal | ReverseJournal)  # noqa: S101 - the query asks for these two kinds
        sent[row["subject"]].append(
            SentJournal(row["event"], row["n"], command, row["state"], row["attempts"], row["last"])
        )
    found = []
    for row in await connection.fetch(_JOURNALS, prefix):
        data = data_of(decode_family(row["body"]), "journal")
        found.append(StandingJournal(row["subject"], row["state"], data, tuple(sent[row["subject"]])))
    return found
