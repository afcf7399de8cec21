"""Our journals and documents beside what another ledger has posted: by account and day, each difference with what explains it.

Every difference is the sum of its causes: of journals that the ledger holds otherwise than we do, and of entries that are
none of ours.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct

from tallystick.messages.books.ledger import LINK_PREFIX, LedgerLine, PostedLine

REVERSAL: Final = "/reversal"


class CauseKind(StrEnum):
    """Why a ledger does not hold what we do."""

    NOT_DRAWN = "not_drawn"
    MISSING = "missing"
    REVISED = "revised"
    DOUBLED = "doubled"
    ALTERED = "altered"
    FOREIGN = "foreign"


MEANS: Final[dict[CauseKind, str]] = {
    CauseKind.NOT_DRAWN: "the book holds it and nothing was drawn for it: `tally journal draw`",
    CauseKind.MISSING: "drawn, and not posted there: `tally journal push`; a document goes by its connection",
    CauseKind.REVISED: "the ledger holds an earlier revision: `tally journal draw`, then `tally journal push`",
    CauseKind.DOUBLED: "posted there more than once: reverse one of them in the ledger",
    CauseKind.ALTERED: "posted there with other lines: see who changed it in the ledger",
    CauseKind.FOREIGN: "an entry that is none of ours: move it to an account we do not write, or report its cause here",
}


class Cause(Struct, frozen=True):
    """What explains a difference or a part of it: a journal by its link, or a foreign entry by its number."""

    kind: CauseKind
    name: str
    amount: int
    text: str = ""


class Difference(Struct, frozen=True):
    """An account of the ledger on a day: what we hold, what it holds, in minor units; and why. Debits are above zero."""

    day: date
    code: str
    ours: int
    theirs: int
    causes: tuple[Cause, ...]


class Comparison(Struct, frozen=True):
    """What was laid beside each other, and where the two differ."""

    cells: int
    entries: int
    differences: tuple[Difference, ...]


class Sheet(Protocol):
    """A journal or a document: what it is, its day, and what it moves in the ledger's accounts."""

    @property
    def subject(self) -> str:
        """The subject of its process."""

    @property
    def day(self) -> date:
        """The booked day."""

    @property
    def lines(self) -> tuple[LedgerLine, ...]:
        """What it moves."""

    def link(self, revision: int) -> str:
        """Return what the ledger knows a revision by."""


class Issued(Struct, frozen=True):
    """A sheet as issued last: its revision and content."""

    revision: int
    sheet: Sheet


Cell = tuple[date, str]


def compare(
    ours: Iterable[Sheet],
    issued: Mapping[str, Issued],
    theirs: Sequence[PostedLine],
    codes: Collection[str],
) -> Comparison:
    """Lay *ours* (the book as journals now) beside the posted lines of *theirs*, over the accounts *codes*.

    *issued*, by subject, tells what was drawn and when it was revised.
    """
    book = {j.subject: j for j in ours}
    by_subject: defaultdict[str, list[PostedLine]] = defaultdict(list)
    foreign: list[PostedLine] = []
    for line in theirs:
        subject = subject_of(line.link)
        is_ours = subject in book or subject in issued
        (by_subject[subject] if is_ours else foreign).append(line)
    causes: defaultdict[Cell, list[Cause]] = defaultdict(list)
    for line in foreign:
        causes[line.day, line.code].append(Cause(CauseKind.FOREIGN, line.link or line.entry, line.amount, line.text))
    for subject in {*book, *issued}:
        for cell, cause in _of_journal(subject, book.get(subject), issued.get(subject), by_subject[subject]):
            causes[cell].append(cause)
    mine = _sums((j.day, x.code, x.amount) for j in book.values() for x in j.lines)
    other = _sums((x.day, x.code, x.amount) for x in theirs)
    cells = sorted(cell for cell in {*mine, *other, *causes} if cell[1] in codes)
    found = tuple(
        Difference(*cell, mine.get(cell, 0), other.get(cell, 0), tuple(_by_name(causes[cell])))
        for cell in cells
        if causes[cell]
    )
    return Comparison(len(cells), len({x.entry for x in theirs}), found)


def subject_of(link: str) -> str:
    """Return the subject a link belongs to: `journal/tryton/web/2011-03-31`; empty for what is no link of ours."""
    if not link.startswith(LINK_PREFIX):
        return ""
    return link.removeprefix(LINK_PREFIX).removesuffix(REVERSAL).rpartition("/")[0]


def _of_journal(
    subject: str, book: Sheet | None, issued: Issued | None, posted: Sequence[PostedLine]
) -> Iterable[tuple[Cell, Cause]]:
    """Yield what the ledger holds of one journal beyond what the book does, by day and account."""
    mine = _sums((book.day, x.code, x.amount) for x in book.lines) if book else {}
    other = _sums((x.day, x.code, x.amount) for x in posted)
    off = {cell: other.get(cell, 0) - mine.get(cell, 0) for cell in {*mine, *other}}
    if not any(off.values()):
        return
    kind = _kind(book, issued, posted)
    name = issued.sheet.link(issued.revision) if issued else f"{LINK_PREFIX}{subject}"
    for cell, amount in sorted(off.items()):
        if amount:
            yield cell, Cause(kind, name, amount)


def _kind(book: Sheet | None, issued: Issued | None, posted: Sequence[PostedLine]) -> CauseKind:
    entries: defaultdict[str, set[str]] = defaultdict(set)
    for line in posted:
        entries[line.link].add(line.entry)
    if any(len(numbers) > 1 for numbers in entries.values()):
        return CauseKind.DOUBLED
    if issued is None:
        return CauseKind.NOT_DRAWN
    if book is None or issued.sheet != book:
        return CauseKind.REVISED
    if not posted:
        return CauseKind.MISSING
    return CauseKind.ALTERED if issued.sheet.link(issued.revision) in entries else CauseKind.REVISED


def _sums(amounts: Iterable[tuple[date, str, int]]) -> dict[Cell, int]:
    sums: defaultdict[Cell, int] = defaultdict(int)
    for day, code, amount in amounts:
        sums[day, code] += amount
    return dict(sums)


def _by_name(causes: list[Cause]) -> list[Cause]:
    return sorted(causes, key=lambda c: (c.kind, c.name, c.amount))
