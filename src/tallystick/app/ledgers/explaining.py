"""Explaining: from a line in another ledger to the events of the book behind it."""

from msgspec import Struct
from msgspec.structs import replace

from tallystick.app.exits import not_found
from tallystick.app.house import House
from tallystick.decisions.journal_lines import DaySum
from tallystick.messages.books.ledger import LedgerJournal, LedgerLine, PostJournal
from tallystick.model.amount import decimals_of
from tallystick.reconciliation.ledger_balances import REVERSAL, subject_of
from tallystick.storage.reading.ledgers.documents import documents_known
from tallystick.storage.reading.ledgers.journal_sums import EventBehind, events_behind
from tallystick.storage.reading.ledgers.journals import SentJournal, standing_journals


class LineStory(Struct, frozen=True):
    """A line as it was sent, and the events behind it: `amount` in the ledger's currency, `moved` in the book's.

    `is_current` says whether it belongs to the revision issued last.
    """

    link: str
    account: str
    code: str
    amount: int
    ledger_currency: str
    moved: int
    currency: str
    is_current: bool
    events: list[EventBehind]


async def explain_line(house: House, link: str, number: int) -> LineStory:
    """Return the story of line *number* of the entry called *link*. Raises `Complaint` where there is none such.

    What went in documents is not part of it.
    """
    connection = await house.connection()
    subject = subject_of(link)
    journals = [j for j in await standing_journals(connection, subject or "none") if j.subject == subject]
    sent = [s for j in journals for s in j.sent if s.command.link == link]
    if not sent:
        raise not_found(f"no entry {link} was ever sent from this book", "`tally journal list` names the journals")
    line = _line(sent[0], number)
    if not line.account:
        raise not_found(f"line {number} of {link} is what rounding left: it has no events", "see docs/tryton.md")
    journal = sent[0].command.journal
    behind = await events_behind(connection, DaySum(journal.day, journal.channel, line.account, 0))
    told = await _in_documents(house, journal, line.account)
    events = [replace(e, amount=e.amount - told.get(e.event, 0)) for e in behind]
    events = [e for e in events if e.amount]
    is_current = sent[0].command.revision == journals[0].data.revision and not link.endswith(REVERSAL)
    return LineStory(
        f"{link}#{number}",
        line.account,
        line.code,
        line.amount,
        journal.ledger_currency,
        sum(e.amount for e in events),
        house.info.currency,
        is_current and isinstance(sent[0].command, PostJournal),
        events,
    )


async def _in_documents(house: House, journal: LedgerJournal, account: str) -> dict[int, int]:
    """Return what documents carry of *account* on a journal's channel and day, by event, in the book's minor units."""
    found: dict[int, int] = {}
    scale = 10 ** max(decimals_of(journal.ledger_currency) - decimals_of(house.info.currency), 0)
    for data in (await documents_known(await house.connection(), journal.ledger)).values():
        mine = data.document
        if (mine.channel, mine.day) == (journal.channel, journal.day):
            amount = sum(x.amount for x in mine.lines if x.account == account) // scale
            found[int(mine.name.rpartition(".")[2], 16)] = amount
    return found


def _line(sent: SentJournal, number: int) -> LedgerLine:
    for line in sent.command.lines:
        if line.line == number:
            return line
    raise not_found(f"{sent.command.link} has no line {number}", f"it has {len(sent.command.lines)} lines")
