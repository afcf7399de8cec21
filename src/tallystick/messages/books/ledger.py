"""Journals for another ledger: what a channel and day of our book come to in its accounts, and what it says back.

A journal is known by its link, `tally:journal/tryton/web/2011-03-31/1`: ledger, channel, booked day, revision. What no
channel has (receipts, counts, payouts) goes to the journal of its trade area, written `~stock` in the place of a channel.
"""

from datetime import date

from msgspec import Struct

from tallystick.model.amount import SignedMinor

LINK_PREFIX = "tally:"
AREA_PREFIX = "~"


class LedgerLine(Struct, frozen=True, gc=False):
    """What one of our accounts moved, in minor units of the ledger's currency: a debit above zero, a credit below.

    *code* is the account it goes to there. What rounding leaves has no account of ours: *account* is empty.
    """

    line: int
    account: str
    code: str
    amount: SignedMinor


class LedgerJournal(Struct, frozen=True, gc=False):
    """A balanced journal of one channel and booked day. *ledger_currency* says what its amounts are counted in.

    *book* names the ledger's own journal (its day book), such as `REV`.
    """

    ledger: str
    channel: str
    day: date
    ledger_currency: str
    book: str
    lines: tuple[LedgerLine, ...]

    @property
    def subject(self) -> str:
        """The subject of its process: `journal/tryton/web/2011-03-31`."""
        return f"journal/{self.ledger}/{self.channel}/{self.day.isoformat()}"

    def link(self, revision: int) -> str:
        """Return the link of a revision, which the ledger keeps and by which it is found again."""
        return f"{LINK_PREFIX}{self.subject}/{revision}"


class JournalDrawn(Struct, frozen=True, gc=False):
    """Report: this is what our book holds for a channel and day now. No lines: nothing any more."""

    journal: LedgerJournal


class JournalIssued(Struct, frozen=True, gc=False):
    """Fact: a journal left for the ledger as *revision*, taking the place of the one before; 0 lines withdraws it."""

    ledger: str
    channel: str
    day: date
    revision: int
    lines: int


class PostJournal(Struct, frozen=True, gc=False):
    """Command: post this journal as *revision*."""

    journal: LedgerJournal
    revision: int

    @property
    def link(self) -> str:
        """What the ledger's entry is known by."""
        return self.journal.link(self.revision)

    @property
    def lines(self) -> tuple[LedgerLine, ...]:
        """The lines to post."""
        return self.journal.lines


class ReverseJournal(Struct, frozen=True, gc=False):
    """Command: post the opposite of *revision*, which is no longer what the book holds."""

    journal: LedgerJournal
    revision: int

    @property
    def link(self) -> str:
        """What the reversing entry is known by."""
        return self.journal.link(self.revision) + "/reversal"

    @property
    def lines(self) -> tuple[LedgerLine, ...]:
        """The lines to post: each of the original's the other way."""
        return tuple(LedgerLine(x.line, x.account, x.code, -x.amount) for x in self.journal.lines)


JournalCommand = PostJournal | ReverseJournal


def sought(command: JournalCommand, key: str) -> "SoughtEntry":
    """Return how the entry of *command* is asked for."""
    return SoughtEntry(command.link, key, command.journal.day)


class SoughtEntry(Struct, frozen=True, gc=False):
    """An entry as its command would have made it: its link, the command's key, and its day."""

    link: str
    key: str
    day: date


class FindEntries(Struct, frozen=True, gc=False):
    """Question: which of these entries are posted?"""

    entries: tuple[SoughtEntry, ...]


class EntriesFound(Struct, frozen=True, gc=False):
    """Answer: the ledger's name of each posted entry, in the order asked; None where there is none."""

    numbers: tuple[str | None, ...]


class LedgerEntriesAsked(Struct, frozen=True, gc=False):
    """Question: which lines has the ledger posted on these days, both included?"""

    first: date
    last: date


class PostedLine(Struct, frozen=True, gc=False):
    """A line the ledger has posted: its entry's number and link (empty where it is none of ours), account and amount.

    The amount is in minor units of the ledger's currency, a debit above zero. *text* is what a person reads there.
    """

    entry: str
    link: str
    day: date
    code: str
    amount: SignedMinor
    text: str = ""


class LedgerEntries(Struct, frozen=True, gc=False):
    """Answer: the ledger's currency, such as `GBP/3`, and its posted lines."""

    ledger_currency: str
    lines: tuple[PostedLine, ...]
