"""Two ledgers side by side: every difference is found, named once, and is the sum of its causes."""

import random
from datetime import date

import pytest
from msgspec.structs import replace

from tallystick.messages.books.ledger import LedgerJournal, LedgerLine, PostedLine, PostJournal, ReverseJournal
from tallystick.reconciliation.ledger_balances import CauseKind, Comparison, Issued, compare, subject_of

DAY = date(2011, 3, 31)
CODES = {"1.2.9", "4.1.1"}


def journal(amount: int = 100, channel: str = "web", day: date = DAY) -> LedgerJournal:
    """A day's sales."""
    lines = (LedgerLine(1, f"receivable:{channel}", "1.2.9", amount), LedgerLine(2, "revenue", "4.1.1", -amount))
    return LedgerJournal("tryton", channel, day, "GBP/3", "REV", lines if amount else ())


def posted(command: PostJournal | ReverseJournal, entry: str = "") -> list[PostedLine]:
    """What a ledger says after it."""
    return [
        PostedLine(entry or command.link, command.link, command.journal.day, x.code, x.amount) for x in command.lines
    ]


def foreign(amount: int, code: str = "1.2.9", entry: str = "77", day: date = DAY) -> list[PostedLine]:
    """An entry made by hand, against an account that is none of ours."""
    return [PostedLine(entry, "", day, code, amount, "by hand"), PostedLine(entry, "", day, "9.9.9", -amount)]


def found(
    ours: list[LedgerJournal], theirs: list[PostedLine], issued: dict[LedgerJournal, int] | None = None
) -> Comparison:
    """Compare; what was issued is what we hold, in its first revision, unless *issued* says otherwise."""
    revisions = dict.fromkeys(ours, 1) if issued is None else issued
    return compare(ours, {j.subject: Issued(n, j) for j, n in revisions.items()}, theirs, CODES)


def kinds(comparison: Comparison) -> set[CauseKind]:
    """The kinds of all causes."""
    return {c.kind for d in comparison.differences for c in d.causes}


OLD, NEW = journal(100), journal(120)
ONE, TWO = PostJournal(OLD, 1), PostJournal(NEW, 2)


def test_the_same_is_no_difference() -> None:
    """Also after a revision, whose reversal stands between the two."""
    assert found([OLD], posted(ONE)).differences == ()
    revised = posted(ONE) + posted(ReverseJournal(OLD, 1)) + posted(TWO)
    assert found([NEW], revised, {NEW: 2}).differences == ()


@pytest.mark.parametrize(
    ("sides", "kind", "off"),
    [
        (([OLD], [], {}), CauseKind.NOT_DRAWN, -100),
        (([OLD], [], {OLD: 1}), CauseKind.MISSING, -100),
        (([NEW], posted(ONE), {OLD: 1}), CauseKind.REVISED, -20),
        (([NEW], posted(ONE), {NEW: 2}), CauseKind.REVISED, -20),
        (([NEW], posted(ONE) + posted(ReverseJournal(OLD, 1)), {NEW: 2}), CauseKind.REVISED, -120),
        (([], posted(ONE), {OLD: 1}), CauseKind.REVISED, 100),
        (([OLD], posted(ONE) + posted(ONE, "other"), {OLD: 1}), CauseKind.DOUBLED, 100),
        (([OLD], posted(PostJournal(journal(130), 1)), {OLD: 1}), CauseKind.ALTERED, 30),
        (([OLD], posted(ONE) + foreign(7), {OLD: 1}), CauseKind.FOREIGN, 7),
        (([OLD], posted(ONE) + posted(PostJournal(journal(7, "unknown"), 1)), {OLD: 1}), CauseKind.FOREIGN, 7),
    ],
)
def test_what_explains_a_difference_is_named(
    sides: tuple[list[LedgerJournal], list[PostedLine], dict[LedgerJournal, int]], kind: CauseKind, off: int
) -> None:
    """Never drawn, not arrived, an earlier revision, twice, changed there, made by hand: each by its name."""
    comparison = found(*sides)
    assert kinds(comparison) == {kind}
    assert next(d.theirs - d.ours for d in comparison.differences if d.code == "1.2.9") == off


def test_a_foreign_entry_that_hides_another_is_still_found() -> None:
    """A missing journal made up for by hand leaves equal balances, and two causes that come to nothing."""
    comparison = found([OLD], foreign(100) + foreign(-100, "4.1.1", "78"))
    assert [(d.code, d.theirs - d.ours, len(d.causes)) for d in comparison.differences] == [
        ("1.2.9", 0, 2),
        ("4.1.1", 0, 2),
    ]


def test_accounts_we_do_not_write_are_none_of_our_business() -> None:
    """Rent is paid in the ledger and nowhere else."""
    assert found([OLD], posted(ONE) + foreign(500, "5.1.4")).differences == ()


def test_every_difference_is_the_sum_of_its_causes() -> None:
    """Many journals, a third of them spoilt at random: nothing is missed, nothing invented, every penny explained."""
    dice = random.Random(11)
    for _ in range(50):
        ours = [journal(dice.randint(1, 999), f"c{n}") for n in range(12)]
        theirs, spoilt = [], set()
        for n, j in enumerate(ours):
            lines = posted(PostJournal(j, 1))
            fate = dice.choice(["fine", "fine", "fine", "missing", "doubled", "altered"])
            spoilt |= {j.subject} if fate != "fine" else set()
            theirs += {
                "fine": lines,
                "missing": [],
                "doubled": lines + posted(PostJournal(j, 1), f"again-{n}"),
                "altered": [replace(x, amount=x.amount * 3) for x in lines],
            }[fate]
        theirs += foreign(dice.randint(1, 50))
        comparison = found(ours, theirs)
        assert all(sum(c.amount for c in d.causes) == d.theirs - d.ours for d in comparison.differences)
        named = {
            subject_of(c.name) for d in comparison.differences for c in d.causes if c.kind is not CauseKind.FOREIGN
        }
        assert named == spoilt


@pytest.mark.parametrize(
    ("link", "subject"),
    [
        ("tally:journal/tryton/web/2011-03-31/1", "journal/tryton/web/2011-03-31"),
        ("tally:journal/tryton/a/b/2011-03-31/12/reversal", "journal/tryton/a/b/2011-03-31"),
        ("invoice 7", ""),
    ],
)
def test_a_link_says_whose_journal_it_is(link: str, subject: str) -> None:
    """Also of a channel with a stroke in its name, and of a reversal."""
    assert subject_of(link) == subject
