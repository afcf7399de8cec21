"""Journals and masters, folded: what is told to a ledger and when nothing is; every row of their tables is reached."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec import Struct

from tallystick.messages.books.documents import (
    DocumentDrawn,
    DocumentItem,
    LedgerDocument,
    PostDocument,
    ReverseDocument,
)
from tallystick.messages.books.ledger import JournalDrawn, LedgerJournal, LedgerLine, PostJournal, ReverseJournal
from tallystick.messages.envelope import Message
from tallystick.messages.masters import LedgerAccountReported, PriceDeclared, ProductReported, SupplierReported
from tallystick.messages.selling.kits import KitComponent, KitDeclared
from tallystick.posting.table import TABLE
from tallystick.processes.fold import Fold
from tallystick.processes.folded import Folded
from tallystick.processes.loaded import Loaded
from tallystick.processes.masters.price import price_at
from tallystick.processes.registry import PROCESSES
from tallystick.processes.table import Row
from tallystick.simulator.coverage import NOT_LIVED

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


class Desk:
    """Folds reports about one subject, one after another, and remembers which rows were taken."""

    def __init__(self) -> None:
        """Start with an empty book."""
        self.rows: list[Row] = []
        self._fold = Fold(Loaded("GBP/3", strict=False), TABLE, lambda _, row: self.rows.append(row))
        self._number = 0

    def takes(self, *reports: Struct, subject: str = "subject/1") -> list[Folded]:
        """Fold reports in order."""
        return [self._take(report, subject) for report in reports]

    def _take(self, report: Struct, subject: str) -> Folded:
        self._number += 1
        body = msgspec.json.encode(report)
        message = Message("test", str(self._number), subject, report, body, NOW, NOW.date(), NOW)
        return self._fold.fold(message, self._number)


def drawn(*amounts: int) -> JournalDrawn:
    """A journal with these amounts, the last line taking what balances them."""
    numbers = [*amounts, -sum(amounts)] if amounts else []
    lines = tuple(LedgerLine(n, f"revenue:{n}", "4.1.1", amount) for n, amount in enumerate(numbers, 1))
    return JournalDrawn(LedgerJournal("tryton", "web", date(2011, 3, 31), "GBP/3", "REV", lines))


def said(folded: Sequence[Folded]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the outcome and the commands of each."""
    return [(f.outcome, [(type(c).__name__, getattr(c, "revision", 0)) for c in f.commands]) for f in folded]


JOURNAL_STORY = (drawn(), drawn(), drawn(5), drawn(5), drawn(7), drawn(), drawn(), drawn(7), drawn(5))


def test_a_journal_is_issued_once_and_revised_by_reversal() -> None:
    """Drawn again unchanged nothing is sent; otherwise the revision that stands is reversed before the next is posted."""
    assert said(Desk().takes(*JOURNAL_STORY)) == [
        ("empty", []),
        ("repeated", []),
        ("issued", [("PostJournal", 1)]),
        ("repeated", []),
        ("revised", [("ReverseJournal", 1), ("PostJournal", 2)]),
        ("withdrawn", [("ReverseJournal", 2)]),
        ("repeated", []),
        ("issued", [("PostJournal", 3)]),
        ("revised", [("ReverseJournal", 3), ("PostJournal", 4)]),
    ]


def test_what_a_ledger_holds_in_the_end_is_what_was_drawn_last() -> None:
    """Posting and reversing all that was ever told comes to the last drawing, whatever the story."""
    told = [c for f in Desk().takes(*JOURNAL_STORY) for c in f.commands]
    held: dict[str, int] = {}
    for command in told:
        assert isinstance(command, PostJournal | ReverseJournal)
        for line in command.lines:
            held[line.account] = held.get(line.account, 0) + line.amount
    assert held == {x.account: x.amount for x in JOURNAL_STORY[-1].journal.lines}
    links = [c.link for c in told if isinstance(c, PostJournal | ReverseJournal)]
    assert len(links) == len(set(links))


def test_a_journal_posts_nothing_in_our_own_book() -> None:
    """It repeats what the book holds already."""
    assert [f.postings for f in Desk().takes(*JOURNAL_STORY)] == [[]] * len(JOURNAL_STORY)


def documented(*nets: int) -> DocumentDrawn:
    """An invoice of these net amounts, a fifth of tax on each."""
    items = tuple(
        DocumentItem(n, "Mug", 1, net, net // 5, "revenue:web", "4.1.1", "MUG", "tax_payable:GB", "2.2.3")
        for n, net in enumerate(nets, 1)
    )
    head = ("tryton", "web", date(2011, 3, 31), "A1.1f", "A1", "GBP/2", "WEB", "receivable:web", "1.2.9")
    return DocumentDrawn(LedgerDocument(*head, items))


DOCUMENT_STORY = (
    *(documented(), documented(), documented(500), documented(500), documented(500, 250)),
    *(documented(), documented(), documented(500), documented(-500)),
)


def test_a_document_is_issued_once_and_taken_back_before_it_is_issued_anew() -> None:
    """As journals are: what the ledger holds in the end is what was drawn last, each under a link of its own."""
    told = [c for f in Desk().takes(*DOCUMENT_STORY) for c in f.commands]
    assert [(type(c).__name__, getattr(c, "revision", 0)) for c in told] == [
        ("PostDocument", 1),
        ("ReverseDocument", 1),
        ("PostDocument", 2),
        ("ReverseDocument", 2),
        ("PostDocument", 3),
        ("ReverseDocument", 3),
        ("PostDocument", 4),
    ]
    held: dict[str, int] = {}
    for command in told:
        assert isinstance(command, PostDocument | ReverseDocument)
        for line in command.written.lines:
            held[line.account] = held.get(line.account, 0) + line.amount
    assert {a: n for a, n in held.items() if n} == {"receivable:web": -600, "revenue:web": 500, "tax_payable:GB": 100}
    assert len({c.link for c in told if isinstance(c, PostDocument | ReverseDocument)}) == len(told)
    assert [f.postings for f in Desk().takes(*DOCUMENT_STORY)] == [[]] * len(DOCUMENT_STORY)


PRODUCT = ProductReported("tryton", "1", "2026-01-02", "LAMP", "Lamp", "u", "goods")
SUPPLIER = SupplierReported("tryton", "2", "2026-01-02", "2", "Lumen Works")
ACCOUNT = LedgerAccountReported("tryton", "3", "2026-01-02", "4.1.1", "Goods")
MASTERS = (PRODUCT, SUPPLIER, ACCOUNT)


def master_story(master: Any) -> tuple[Struct, ...]:
    """The same, the same again later, another name, and an older word that comes late."""
    replace = msgspec.structs.replace
    later = replace(master, version="2026-01-03")
    return (master, later, replace(later, name="Renamed"), replace(master, version="2026-01-01", name="Of old"))


@pytest.mark.parametrize("master", MASTERS, ids=lambda m: type(m).__name__)
def test_a_master_is_what_its_system_said_last(master: Any) -> None:
    """An unchanged master says nothing new, and a word that comes late does not undo a later one."""
    folded = Desk().takes(*master_story(master))
    assert [f.outcome for f in folded] == ["described", "unchanged", "described", "older"]
    assert [len(f.facts) for f in folded] == [1, 0, 1, 0]


PRICE = PriceDeclared("web", "LAMP", "EUR/2", 1440, NOW, version="2")


def price_story() -> tuple[Struct, ...]:
    """A price, the same again, one that begins later, and an older word of the first that comes late."""
    replace = msgspec.structs.replace
    later = replace(PRICE, valid_from=NOW + timedelta(days=7), amount=1300)
    return (PRICE, PRICE, later, replace(PRICE, version="1", amount=9))


def test_a_price_is_what_its_system_said_last_of_each_moment() -> None:
    """Prices that begin at other moments stand side by side; a word that comes late does not undo a later one."""
    folded = Desk().takes(*price_story())
    assert [f.outcome for f in folded] == ["set", "unchanged", "set", "older"]
    assert [len(f.facts) for f in folded] == [1, 0, 1, 0]


def test_a_price_ends_when_it_says() -> None:
    """Between two prices there may be none; the one that began last is in force."""
    first = msgspec.structs.replace(PRICE, valid_until=NOW + timedelta(days=1))
    second = msgspec.structs.replace(PRICE, valid_from=NOW + timedelta(days=2), amount=1)
    found = [price_at((first, second), NOW + timedelta(hours=h)) for h in (-1, 0, 23, 24, 48)]
    assert [p.amount if p else None for p in found] == [None, 1440, 1440, None, 1]


def kit_story() -> tuple[Struct, ...]:
    """A kit, the same again, another of its versions, and an older word of it that comes late."""
    replace = msgspec.structs.replace
    first = KitDeclared("SET", (KitComponent("LAMP", 1, 1200),), "erp", "2")
    return (
        first,
        first,
        replace(first, components=(KitComponent("LAMP", 2, 1200),), version="3"),
        replace(first, version="1"),
    )


def test_every_row_of_these_tables_is_reached() -> None:
    """The simulated world has no part in masters and journals, so their rows are reached here."""
    desk = Desk()
    desk.takes(*JOURNAL_STORY)
    desk.takes(drawn(5), subject="subject/2")
    desk.takes(*DOCUMENT_STORY, subject="document/1")
    desk.takes(documented(5), subject="document/2")
    for number, master in enumerate(MASTERS):
        desk.takes(*master_story(master), subject=f"master/{number}")
    desk.takes(*price_story(), subject="price/web/LAMP")
    desk.takes(*kit_story(), subject="kit/SET")
    taken = {id(row) for row in desk.rows}
    left = [
        f"{name}: {row.state} {row.outcome}"
        for name in NOT_LIVED
        for row in PROCESSES[name].rows
        if id(row) not in taken
    ]
    assert left == []
