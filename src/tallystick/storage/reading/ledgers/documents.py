"""Documents as they stand: what was issued for each event, and how far its commands have come."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

import asyncpg
from msgspec import Struct

from tallystick.messages.books.documents import DOCUMENT_PREFIX, DocumentCommand, PostDocument, ReverseDocument
from tallystick.messages.catalogue import CATALOGUE
from tallystick.processes.family import data_of, decode_family
from tallystick.processes.ledgers.document import DocumentData

DOCUMENT_TYPES: Final = tuple(CATALOGUE.of(t).type for t in (PostDocument, ReverseDocument))
_ALL: Final = (
    "select subject, state, body from process where kind = 'document' and starts_with(subject, $1) "
    'order by subject collate "C"'
)
_NAMED: Final = "select subject, state, body from process where kind = 'document' and subject = any($1::text[])"
_COMMANDS: Final = (
    "select o.event, o.n, o.subject, k.name as type, o.body, o.state, o.attempts, "
    "(select a.outcome || ': ' || a.detail from attempt a where (a.event, a.n) = (o.event, o.n) "
    "order by a.attempt desc limit 1) as last "
    "from outbox o join kind k on k.id = o.kind where k.name = any($1::text[]) and starts_with(o.subject, $2) "
    "order by o.event, o.n"
)


class SentDocument(Struct, frozen=True):
    """A command about a document: state 0 waiting, 1 done, 2 dead; `last` is what came of its last attempt."""

    event: int
    n: int
    command: DocumentCommand
    state: int
    attempts: int
    last: str | None


class StandingDocument(Struct, frozen=True):
    """A document's process and everything it has sent, oldest first."""

    subject: str
    state: str
    data: DocumentData
    sent: tuple[SentDocument, ...]

    @property
    def has_arrived(self) -> bool:
        """Whether the ledger has taken everything."""
        return all(s.state == 1 for s in self.sent)


async def documents_known(connection: asyncpg.Connection, ledger: str) -> Mapping[str, DocumentData]:
    """Return what each document for *ledger* was last issued as, by subject."""
    return _issued_as(await connection.fetch(_ALL, f"{DOCUMENT_PREFIX}{ledger}/"))


async def documents_named(connection: asyncpg.Connection, subjects: Collection[str]) -> Mapping[str, DocumentData]:
    """Return what each document of these *subjects* was last issued as; the others are not looked at."""
    return _issued_as(await connection.fetch(_NAMED, list(subjects)))


def _issued_as(rows: Sequence[asyncpg.Record]) -> Mapping[str, DocumentData]:
    return {row["subject"]: data_of(decode_family(row["body"]), "document") for row in rows}


async def standing_documents(connection: asyncpg.Connection, ledger: str) -> list[StandingDocument]:
    """Return the documents for *ledger* with what they sent, by subject."""
    prefix = f"{DOCUMENT_PREFIX}{ledger}/"
    sent: defaultdict[str, list[SentDocument]] = defaultdict(list)
    for row in await connection.fetch(_COMMANDS, list(DOCUMENT_TYPES), prefix):
        command = CATALOGUE.decode(row["type"], row["body"])
        assert isinstance(command, PostDocument | ReverseDocument)  # noqa: S101 - the query asks for these two kinds
        told = SentDocument(row["event"], row["n"], command, row["state"], row["attempts"], row["last"])
        sent[row["subject"]].append(told)
    return [
        StandingDocument(
            row["subject"],
            row["state"],
            data_of(decode_family(row["body"]), "document"),
            tuple(sent[row["subject"]]),
        )
        for row in await connection.fetch(_ALL, prefix)
    ]
