"""Pushing: journals leave by the outbox, together, and what is in doubt is asked for."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from tallystick.app.exits import not_in_order
from tallystick.app.house import House
from tallystick.engine.delivery import Delivery, Keyed, Many, Result, Route
from tallystick.messages.books.documents import ReverseDocument
from tallystick.messages.books.ledger import EntriesFound, FindEntries, PostJournal, ReverseJournal, sought
from tallystick.ports.connector import Acknowledgement, BatchConnector
from tallystick.storage.outbox import Outbox
from tallystick.storage.reading.ledgers.documents import standing_documents
from tallystick.storage.reading.ledgers.journals import (
    DEAD,
    DONE,
    JOURNAL_TYPES,
    WAITING,
    SentJournal,
    StandingJournal,
    standing_journals,
)

COMMANDS_IN_TRIP_MAX: Final = 50
BYTES_IN_TRIP_MAX: Final = 100_000
"""Some thousand lines: what Tryton takes in a few seconds."""
LEASE_SECONDS: Final = 600
"""Longer than the door itself waits for an answer. A push that is killed holds nobody up: the next one takes over."""
ATTEMPTS_MAX: Final = 400
"""With pauses of half an hour on average, a ledger may be away for a week before a journal is given up."""


class Pushed(Struct, frozen=True):
    """What a push did, and what of all journals has not arrived: `waiting` will be tried again, `dead` was refused."""

    arrived: int
    waiting: int
    dead: int
    reasons: tuple[str, ...]


def route_to(ledger: BatchConnector) -> Route:
    """Return the way of journals to *ledger*. Its calls run beside the loop, so that a slow ledger stops nobody else."""

    async def push_many(commands: Sequence[Keyed]) -> Sequence[Result]:
        return await asyncio.to_thread(ledger.push_many, commands)

    async def ask_many(commands: Sequence[Keyed]) -> Sequence[Acknowledgement | None]:
        mine = tuple(sought(c, key) for c, key in commands if isinstance(c, PostJournal | ReverseJournal))
        answer = await asyncio.to_thread(ledger.ask, FindEntries(mine))
        assert isinstance(answer, EntriesFound)  # noqa: S101 - the question decides the answer's type
        return [None if number is None else Acknowledgement(number) for number in answer.numbers]

    async def push(command: Struct, key: str) -> Acknowledgement:
        return await asyncio.to_thread(ledger.push, command, key)

    async def ask(command: Struct, key: str) -> Acknowledgement | None:
        return (await ask_many([(command, key)]))[0]

    return Route(push, ask, Many(push_many, ask_many, COMMANDS_IN_TRIP_MAX, BYTES_IN_TRIP_MAX), ATTEMPTS_MAX)


def routes_to(ledger: BatchConnector) -> dict[str, Route]:
    """Return the routes of all commands that *ledger* takes."""
    return dict.fromkeys(JOURNAL_TYPES, route_to(ledger))


async def push(house: House, ledger: BatchConnector, name: str) -> Pushed:
    """Push every journal that waits, now, whatever pause it was in; return when none is due any more.

    What a push that was killed had leased is taken over at once: a ledger's door must stand the same command from two
    sides (Tryton's does, see connectors/tryton/entries.py). Raises `Complaint` while another push runs.
    """
    outbox = Outbox(await house.connection(), house.names, f"journal/{name}/")
    if not await outbox.alone():
        raise not_in_order("another push of this book is running", "wait until it has ended, then push again")
    before = await _sent(house, name)
    await outbox.hasten(datetime.now(UTC), JOURNAL_TYPES)
    delivery = Delivery(outbox, routes_to(ledger), lambda: datetime.now(UTC), LEASE_SECONDS)
    while await delivery.run_once():
        pass
    after = await _sent(house, name)
    left = [s for s in after if s.state != DONE]
    reasons = dict.fromkeys(f"{s.command.link}: {s.last or 'not tried yet'}" for s in left)
    return Pushed(
        _count(after, DONE) - _count(before, DONE), _count(after, WAITING), _count(after, DEAD), tuple(reasons)
    )


async def revive(house: House, name: str) -> int:
    """Give what was refused another round, but for revisions that are no longer the newest; return how many.

    Documents too: they leave by the connection that serves their channel.
    """
    connection = await house.connection()
    outbox, revived = Outbox(connection, house.names), 0
    for journal in await standing_journals(connection, f"journal/{name}/"):
        for sent in journal.sent:
            if sent.state == DEAD and _is_still_wanted(journal, sent):
                revived += await outbox.revive(sent.event, sent.n, datetime.now(UTC))
    for document in await standing_documents(connection, name):
        for told in document.sent:
            is_newest = told.command.revision == document.data.revision
            if told.state == DEAD and (is_newest or isinstance(told.command, ReverseDocument)):
                revived += await outbox.revive(told.event, told.n, datetime.now(UTC))
    return revived


def _is_still_wanted(journal: StandingJournal, sent: SentJournal) -> bool:
    newest = sent.command.revision == journal.data.revision and bool(journal.data.journal.lines)
    return newest or isinstance(sent.command, ReverseJournal)


async def _sent(house: House, name: str) -> list[SentJournal]:
    """Return the commands of *name*'s journals, but for refused ones that a later revision has made needless."""
    found = await standing_journals(await house.connection(), f"journal/{name}/")
    return [s for j in found for s in j.sent if s.state != DEAD or _is_still_wanted(j, s)]


def _count(sent: Sequence[SentJournal], state: int) -> int:
    return sum(1 for s in sent if s.state == state)
