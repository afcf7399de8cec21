"""Drawing: the book as journals and documents, each handed in as a report when it says something else than was issued last."""

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
from tallystick.messages.books.documents import DocumentDrawn, LedgerDocument
from tallystick.messages.books.ledger import JournalDrawn, LedgerJournal
from tallystick.messages.envelope import Message
from tallystick.model.amount import decimals_of
from tallystick.processes.ledgers.billing import documents, less
from tallystick.processes.ledgers.document import DocumentData
from tallystick.processes.ledgers.journal import JournalData
from tallystick.storage.book import Connection
from tallystick.storage.claims import drawing_turn
from tallystick.storage.reading.ledgers.billed import events_told, product_names
from tallystick.storage.reading.ledgers.documents import documents_known, documents_named
from tallystick.storage.reading.ledgers.journal_sums import journal_sums
from tallystick.storage.reading.ledgers.journals import journals_known, journals_named
from tallystick.storage.reading.ledgers.masters import ledger_chart

SOURCE: Final = "tallystick/journals"
SHEETS_IN_FLUSH_MAX: Final = 500
Sheet = LedgerJournal | LedgerDocument
Known = JournalData | DocumentData
_encode = msgspec.json.Encoder().encode


class HeldBack(Struct, frozen=True):
    """A day none of whose journals was drawn, because of these accounts."""

    day: date
    gaps: tuple[Gap, ...]


class Drawing(Struct, frozen=True):
    """What was drawn: `changed` counts what came of the sheets that say something else now; the rest is `unchanged`.

    `journals` and `documents` count the sheets there are.

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
    documents: int = 0

    @property
    def ok(self) -> bool:
        """Whether every day could be drawn."""
        return not (self.held_back or self.refused)


class Sheets(Struct, frozen=True):
    """The book as journals and documents, as it stands now. `sums` are those of the whole book."""

    journals: tuple[LedgerJournal, ...]
    documents: tuple[LedgerDocument, ...]
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
            told = await self._documents(through, days)
        found = {gap.account: gap for gap in gaps(policy, {s.account for s in sums}, theirs)}
        if "rounding_account" in found:
            gap = found["rounding_account"]
            raise PolicyError(f"rounding_account: {gap.reason}: {gap.remedy}")
        by_day: dict[date, set[str]] = {}
        for s in sums:
            if s.account in found:
                by_day.setdefault(s.day, set()).add(s.account)
        held = tuple(HeldBack(day, tuple(found[a] for a in sorted(names))) for day, names in sorted(by_day.items()))
        up = 10 ** max(decimals_of(policy.counted_in(currency)) - decimals_of(currency), 0)
        drawn = journals(less(sums, told, up), policy, currency, by_day.keys())
        free = tuple(d for d in told if d.day not in by_day)
        return Sheets(tuple(drawn), free, held, tuple(sums), bool(theirs))

    async def _documents(self, through: date, days: Collection[date] | None) -> list[LedgerDocument]:
        """Read what goes in documents: nothing where the policy says so of no channel."""
        channels = [name for name, told in self._policy.channels.items() if told.is_documented]
        if not channels:
            return []
        names, found = await product_names(self._connection), []
        span: date | list[date] = through if days is None else [day for day in days if day <= through]
        for channel in channels:
            events = await events_told(self._connection, channel, span, self._policy.told(channel).since)
            found += documents(events, channel, self._policy, (self._house.info.currency, names))
        return found

    async def draw(self, through: date, days: Collection[date] | None = None) -> Drawing:
        """Hand in every journal up to *through* that says something else than the one issued last. Safe to repeat.

        With *days* only theirs; the whole book is read all the same where lines depend on the days before.
        """
        if self._policy.needs_days_before(self._house.info.currency):
            days = None
        async with drawing_turn(self._connection):
            book = await self.sheets(through, days)
            sheets: list[Sheet] = [*book.journals, *book.documents]
            drawn = {sheet.subject: sheet for sheet in sheets}
            known = await self._known(drawn, days)
            if days is None:
                drawn |= _gone(drawn, known, through, {h.day for h in book.held_back})
            return await self._issue(drawn, known, through, book)

    async def _known(self, drawn: Collection[str], days: Collection[date] | None) -> dict[str, Known]:
        """Return what was issued last, by subject: everything, or what is *drawn* where only some days are."""
        connection, ledger = self._connection, self._policy.ledger
        if days is None:
            return {
                **await journals_known(connection, f"journal/{ledger}/"),
                **await documents_known(connection, ledger),
            }
        return {**await journals_named(connection, drawn), **await documents_named(connection, drawn)}

    async def _issue(
        self, drawn: Mapping[str, Sheet], known: Mapping[str, Known], through: date, book: Sheets
    ) -> Drawing:
        changed = [s for subject, s in drawn.items() if _says_something_else(s, known.get(subject))]
        gate = self._house.gate_over(self._connection, 0)
        answers = []
        for start in range(0, len(changed), SHEETS_IN_FLUSH_MAX):
            some = changed[start : start + SHEETS_IN_FLUSH_MAX]
            answers += await gate.flush([_unit(s, known.get(s.subject)) for s in some])
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
            sum(isinstance(s, LedgerJournal) for s in drawn.values()),
            len(drawn) - len(changed),
            outcomes,
            book.held_back,
            tuple(refused.values()),
            book.chart_known,
            tuple(sorted({j.day for j in refused})),
            sum(isinstance(s, LedgerDocument) for s in drawn.values()),
        )


def _gone(
    drawn: Mapping[str, Sheet], known: Mapping[str, Known], through: date, held: Collection[date]
) -> dict[str, Sheet]:
    """Return, emptied, the sheets issued before of which the book, by the policy of today, knows nothing any more."""
    before = {subject: _kept(data) for subject, data in known.items() if subject not in drawn}
    return {
        subject: _emptied(sheet)
        for subject, sheet in before.items()
        if sheet.lines and sheet.day <= through and sheet.day not in held
    }


def _kept(known: Known) -> Sheet:
    return known.journal if isinstance(known, JournalData) else known.document


def _emptied(sheet: Sheet) -> Sheet:
    if isinstance(sheet, LedgerJournal):
        return msgspec.structs.replace(sheet, lines=())
    return msgspec.structs.replace(sheet, items=())


def _says_something_else(sheet: Sheet, known: Known | None) -> bool:
    return bool(sheet.lines) if known is None else sheet != _kept(known)


def _unit(sheet: Sheet, known: Known | None) -> Unit:
    """Make the report. Its id names the revision it follows, so that a content that comes back is a report of its own."""
    report = JournalDrawn(sheet) if isinstance(sheet, LedgerJournal) else DocumentDrawn(sheet)
    body, now = _encode(report), datetime.now(UTC)
    digest = hashlib.sha256(body).hexdigest()[:16]
    key = f"{sheet.subject}/{known.revision if known else 0}/{digest}"
    return Unit((Message(SOURCE, key, sheet.subject, report, body, now, now.date(), now),), sheet.subject)


def total_of(sums: Sequence[DaySum]) -> dict[str, int]:
    """Return what each account comes to over all journals: to be laid beside the trial balance."""
    totals: dict[str, int] = {}
    for s in sums:
        totals[s.account] = totals.get(s.account, 0) + s.amount
    return totals
