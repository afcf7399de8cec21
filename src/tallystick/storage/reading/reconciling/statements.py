"""Statements as they were kept, the newest word of each; and the differences that were told and stand."""

from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from tallystick.messages.catalogue import CATALOGUE
from tallystick.messages.statements import (
    BankStatementReported,
    DifferenceFound,
    LedgerStatementReported,
    ProviderStatementReported,
    StockStatementReported,
    TillJournalReported,
)
from tallystick.reconciliation.comparison import Statement

KINDS: Final = (
    StockStatementReported,
    ProviderStatementReported,
    BankStatementReported,
    TillJournalReported,
    LedgerStatementReported,
)
OPEN: Final = "OPEN"
_KEPT: Final = (
    "select distinct on (e.subject) e.subject, k.name, e.body, e.effective_at from event e join kind k on k.id = e.kind "
    "where k.name = any($1::text[]) order by e.subject, e.id desc"
)
_OPEN: Final = "select subject from process where kind = 'difference' and state = $1 order by subject"
_CLOSE: Final = (
    "update break b set closed_at = now(), closed_as = $2 from event e where e.id = b.event and b.closed_at is null "
    "and b.subject = any($1::text[])"
)


_TOLD: Final = "select count(*)::int from break where starts_with(subject, 'difference/')"
_STORY: Final = (
    "select e.id, k.name, e.body, e.effective_at, e.answer from event e join kind k on k.id = e.kind "
    "where e.subject = $1 order by e.id"
)


class Told(Struct, frozen=True):
    """One thing that was said of a difference: when, what came of it, and what was found, if it was found and not gone."""

    event: int
    at: datetime
    outcome: str
    found: DifferenceFound | None


async def told_so_far(connection: asyncpg.Connection) -> int:
    """Return how many breaks differences have raised, closed ones included."""
    number: int = await connection.fetchval(_TOLD)
    return number


async def story_of(connection: asyncpg.Connection, subject: str) -> list[Told]:
    """Return everything that was said of a difference, in order; nothing where there never was one."""
    story = []
    for row in await connection.fetch(_STORY, subject):
        said = CATALOGUE.decode(row["name"], row["body"])
        outcome = str(msgspec.json.decode(row["answer"])["outcome"])
        found = said if isinstance(said, DifferenceFound) else None
        story.append(Told(row["id"], row["effective_at"], outcome, found))
    return story


async def kept_statements(connection: asyncpg.Connection) -> list[Statement]:
    """Return every statement, as it was said last."""
    rows = await connection.fetch(_KEPT, [CATALOGUE.of(kind).type for kind in KINDS])
    return [Statement(CATALOGUE.decode(row["name"], row["body"]), row["effective_at"]) for row in rows]


async def open_differences(connection: asyncpg.Connection) -> list[str]:
    """Return the subjects of the differences that were told and have not settled: `difference/bank/adyen/P-17`."""
    return [row["subject"] for row in await connection.fetch(_OPEN, OPEN)]


async def close_settled(connection: asyncpg.Connection, subjects: list[str], closed_as: str) -> None:
    """Close the breaks of differences that have gone by themselves."""
    await connection.execute(_CLOSE, subjects, closed_as)
