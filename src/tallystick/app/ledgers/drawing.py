"""Drawing: the book as journals, each handed in as a report when it says something else than was issued last."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Final

import msgspec
from msgspec import Struct

from tallystick.app.house import House
from tallystick.decisions.journal_lines import DaySum, journals
from tallystick.decisions.ledger_policy import Gap, LedgerPolicy, PolicyError, gaps
from tallystick.engine.answer import Status, Unit
from tallystick.messages.books.ledger import JournalDrawn, LedgerJournal
from tallystick.messages.envelope import Message
from tallystick.processes.ledgers.journal import JournalData
from tallystick.storage.book import Connection
from tallystick.storage.claims import drawing_turn
from tallystick.storage.reading.ledgers.journal_sums import journal_sums
from tallystick.storage.reading.ledgers.journals import journals_known, journals_named
from tallystick.storage.reading.ledgers.masters import ledger_chart

SOURCE: Final = "tallystick/journals"
_encode = msgspec.json.Encoder().encode


class HeldBack(Struct, frozen=True):
    """A day none of whose journals was drawn, because of these accounts."""

    day: date
    gaps: tuple[Gap, ...]


class Drawing(Struct, frozen=True):
    """What was drawn: `changed` counts what came of the journals that say something else now; the rest is `unchanged`.

    `chart_known` says whether accounts could be checked against the ledger's own chart.
    """

    ledger: str
    through: date
    journals: int
    unchanged: int
    changed: Mapping[str, int]
    held_back: tuple[HeldBack, ...]
    refused: tuple[str, ...]
    chart_known: bool
    refused_days: tuple[date, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every day could be drawn."""
        return not (self.held_back or self.refused)


class Sheets(Struct, frozen=True):
    """The book as journals, as it stands now."""

    journals: tuple[LedgerJournal, ...]
    held_back: tuple[HeldBack, ...]
    sums: tuple[DaySum, ...]
    chart_known: bool


class Drawer:
    """Draws one book's journals by a policy, over one connection."""

    def __init__(self, house: House, connection: Connection, policy: LedgerPolicy) -> None:
        """Read and issue over *connection*."""
        self._house, self._connection, self._policy = house, connection, policy

    async def sheets(self, through: date, days: Collection[date] | None = None) -> Sheets:
        """Read the book up to *through* as journals. Days with an account that cannot be told are held back, whole.

        With *days* the others are not read. Raises `PolicyError` where the policy cannot be used at all.
        """
        policy, currency = self._policy, self._house.info.currency
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            sums = await journal_sums(self._connection, through, days)
            theirs = await ledger_chart(self._connection, policy.ledger)
        found = {gap.account: gap for gap in gaps(policy, {s.account for s in sums}, theirs)}
        if "rounding_account" in found:
            gap = found["rounding_account"]
            raise PolicyError(f"rounding_account: {gap.reason}: {gap.remedy}")
        by_day: dict[date, set[str]] = {}
        for s in sums:
            if s.account in found:
                by_day.setdefault(s.day, set()).add(s.account)
        held = tuple(HeldBack(day, tuple(found[a] for a in sorted(names))) for day, names in sorted(by_day.items()))
        drawn = journals(sums, policy, currency, by_day.keys())
        return Sheets(tuple(drawn), held, tuple(sums), bool(theirs))

    async def draw(self, through: date, days: Collection[date] | None = None) -> Drawing:
        """Hand in every journal up to *through* that says something else than the one issued last. Safe to repeat.

        With *days* only theirs; the whole book is read all the same where lines depend on the days before.
        """
        if self._policy.needs_days_before(self._house.info.currency):
            days = None
        async with drawing_turn(self._connection):
            book = await self.sheets(through, days)
            drawn = {j.subject: j for j in book.journals}
            if days is None:
                known = await journals_known(self._connection, f"journal/{self._policy.ledger}/")
                drawn |= _gone(drawn, known, through, {h.day for h in book.held_back})
            else:
                known = await journals_named(self._connection, drawn)
            return await self._issue(drawn, known, through, book)

    async def _issue(
        self, drawn: Mapping[str, LedgerJournal], known: Mapping[str, JournalData], through: date, book: Sheets
    ) -> Drawing:
        changed = [j for subject, j in drawn.items() if _says_something_else(j, known.get(subject))]
        gate = self._house.gate_over(self._connection, 0)
        answers = await gate.flush([_unit(j, known.get(j.subject)) for j in changed]) if changed else []
        outcomes: dict[str, int] = {}
        refused = {}
        for journal, (answer,) in zip(changed, answers, strict=True):
            if answer.status in (Status.ACCEPTED, Status.DUPLICATE):
                outcomes[answer.outcome] = outcomes.get(answer.outcome, 0) + 1
            else:
                refused[journal] = f"{journal.subject}: {answer.reason}: {answer.remedy}"
        return Drawing(
            self._policy.ledger,
            through,
            len(drawn),
            len(drawn) - len(changed),
            outcomes,
            book.held_back,
            tuple(refused.values()),
            book.chart_known,
            tuple(sorted({j.day for j in refused})),
        )


def _gone(
    drawn: Mapping[str, LedgerJournal], known: Mapping[str, JournalData], through: date, held: Collection[date]
) -> dict[str, LedgerJournal]:
    """Return, without lines, the journals issued before of which the book knows nothing any more."""
    before = {subject: data.journal for subject, data in known.items() if subject not in drawn}
    return {
        subject: msgspec.structs.replace(journal, lines=())
        for subject, journal in before.items()
        if journal.lines and journal.day <= through and journal.day not in held
    }


def _says_something_else(journal: LedgerJournal, known: JournalData | None) -> bool:
    return bool(journal.lines) if known is None else journal != known.journal


def _unit(journal: LedgerJournal, known: JournalData | None) -> Unit:
    """Make the report. Its id names the revision it follows, so that a content that comes back is a report of its own."""
    body, now = _encode(JournalDrawn(journal)), datetime.now(UTC)
    digest = hashlib.sha256(body).hexdigest()[:16]
    key = f"{journal.subject}/{known.revision if known else 0}/{digest}"
    message = Message(SOURCE, key, journal.subject, JournalDrawn(journal), body, now, now.date(), now)
    return Unit((message,), journal.subject)


def total_of(sums: Sequence[DaySum]) -> dict[str, int]:
    """Return what each account comes to over all journals: to be laid beside the trial balance."""
    totals: dict[str, int] = {}
    for s in sums:
        totals[s.account] = totals.get(s.account, 0) + s.amount
    return totals
