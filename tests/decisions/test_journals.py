"""Journals for another ledger: complete, balanced, mapped by policy, and rounded openly within a known bound."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.app.ledgers.policy_file import load_policy
from tallystick.decisions.journal_lines import DaySum, journals, nearest
from tallystick.decisions.ledger_policy import LedgerPolicy, PolicyError, gaps, read_policy, uncovered
from tallystick.messages.books.ledger import LedgerJournal
from tallystick.messages.masters import LedgerAccountReported

FIRST = date(2011, 3, 1)
CODES = {"receivable:{channel}": "1.2.9", "revenue:{channel}": "4.1.1", "tax_payable:{jurisdiction}": "2.2.3"}
ACCOUNTS = ("receivable:web", "revenue:web", "tax_payable:GB")


def policy(currency: str = "", rounding: Any = "running") -> LedgerPolicy:
    """A small policy."""
    books = {"channels": "REV", "others": "MISC"}
    return LedgerPolicy(
        ledger="erp", accounts=CODES, journals=books, currency=currency, rounding=rounding, rounding_account="6.2.8"
    )


@st.composite
def balanced_days(draw: st.DrawFn) -> list[DaySum]:
    """Days of two channels, each balanced, in thousandths."""
    found = []
    for channel in ("web", "shop"):
        for n in range(draw(st.integers(1, 6))):
            net, tax = draw(st.integers(-99_999, 99_999)), draw(st.integers(-9_999, 9_999))
            for account, amount in zip(ACCOUNTS, (net + tax, -net, -tax), strict=True):
                found.append(DaySum(FIRST + timedelta(n), channel, account, amount))
    return found


def held(drawn: list[LedgerJournal]) -> dict[tuple[str, str], int]:
    """What a ledger holds after *drawn*, by channel and account of ours; the rest under none."""
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for journal in drawn:
        for line in journal.lines:
            sums[journal.channel, line.account] += line.amount
    return dict(sums)


@given(balanced_days())
def test_in_the_same_decimals_journals_are_the_book(sums: list[DaySum]) -> None:
    """Each money account is in exactly one journal a day, to the last digit, and nothing is rounded."""
    drawn = journals(sums, policy(), "GBP/3")
    told = {(j.channel, j.day, x.account): x.amount for j in drawn for x in j.lines}
    assert told == {(s.channel, s.day, s.account): s.amount for s in sums if s.amount}
    assert len({j.subject for j in drawn}) == len(drawn)


@given(balanced_days(), st.sampled_from(["running", "line"]), st.sampled_from(["GBP/2", "GBP/0", "GBP/4"]))
def test_every_journal_balances_in_the_ledgers_decimals(sums: list[DaySum], rounding: str, currency: str) -> None:
    """Whatever the rounding, debits equal credits, no line is nothing, and lines are numbered from one."""
    for journal in journals(sums, policy(currency, rounding), "GBP/3"):
        assert sum(x.amount for x in journal.lines) == 0
        assert all(x.amount for x in journal.lines)
        assert [x.line for x in journal.lines] == list(range(1, len(journal.lines) + 1))


@given(balanced_days())
def test_by_running_balance_no_account_is_ever_further_off_than_half_a_unit(sums: list[DaySum]) -> None:
    """Years of rounding do not add up: after each day, each account of a channel is within half a penny of ours."""
    days = sorted({s.day for s in sums})
    drawn = journals(sums, policy("GBP/2"), "GBP/3")
    for day in days:
        theirs = held([j for j in drawn if j.day <= day])
        ours: defaultdict[tuple[str, str], int] = defaultdict(int)
        for s in sums:
            ours[s.channel, s.account] += s.amount if s.day <= day else 0
        assert all(abs(10 * theirs.get(key, 0) - amount) <= 5 for key, amount in ours.items())
        rest = [abs(amount) for (_, account), amount in theirs.items() if not account]
        assert all(2 * amount <= len(ACCOUNTS) for amount in rest)


@given(balanced_days())
def test_by_line_each_line_is_within_half_a_unit(sums: list[DaySum]) -> None:
    """Each day stands by itself: a line is its amount, rounded, and what a day leaves is half a penny a line at most."""
    exact = {(s.channel, s.day, s.account): s.amount for s in sums}
    for journal in journals(sums, policy("GBP/2", "line"), "GBP/3"):
        told = {x.account: x.amount for x in journal.lines}
        assert 2 * abs(told.pop("", 0)) <= len(ACCOUNTS)
        assert all(abs(10 * n - exact[journal.channel, journal.day, a]) <= 5 for a, n in told.items())


def test_rounding_by_line_adds_up_where_running_does_not() -> None:
    """The twin: 400 days of 0.004 leave 1.60 with the rounding account by line, and half a penny by running balance."""
    days = [FIRST + timedelta(n) for n in range(400)]
    sums = [
        DaySum(d, "web", a, n)
        for d in days
        for a, n in (("receivable:web", 4), ("revenue:web", -8), ("tax_payable:GB", 4))
    ]
    rest = {r: abs(held(journals(sums, policy("GBP/2", r), "GBP/3")).get(("web", ""), 0)) for r in ("running", "line")}
    assert rest == {"running": 0, "line": 400}


def test_a_half_goes_to_the_even_unit() -> None:
    """So that halves cancel out, below zero too."""
    assert [nearest(n, 10) for n in (5, 15, -5, -15, 14, 16, -14, -16)] == [0, 2, 0, -2, 1, 2, -1, -2]


def test_an_exact_account_goes_before_its_family_and_areas_have_journals_of_their_own() -> None:
    """A retailer books one channel elsewhere by naming it."""
    found = read_policy(
        {
            "ledger": "erp",
            "accounts": {"revenue:{channel}": "4.1.1", "revenue:wholesale": "4.2.1"},
            "journals": {"channels": "REV", "stock": "STO", "others": "MISC"},
        }
    )
    assert [found.code(a) for a in ("revenue:web", "revenue:wholesale", "bank:x")] == ["4.1.1", "4.2.1", None]
    assert [found.book(c) for c in ("web", "~stock", "~payments")] == ["REV", "STO", "MISC"]


def test_the_policy_that_comes_with_the_house_covers_the_whole_chart(tmp_path: Any) -> None:
    """Every family that holds money has an account in it: a new family without one fails here."""
    assert uncovered(load_policy(tmp_path)) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"accounts": {"stock:sellable:{location}": "1"}}, "counts units"),
        ({"accounts": {"revenu:{channel}": "1"}}, "no account of our chart"),
        ({"rounding": "down"}, "rounding"),
        ({"colour": "blue"}, "colour"),
        ({"accounts": {"revenue:{channel}": 4}}, "accounts"),
    ],
)
def test_a_policy_that_cannot_be_used_names_the_key(change: dict[str, Any], named: str) -> None:
    """A slip of the pen is found when the file is read."""
    with pytest.raises(PolicyError, match=named):
        read_policy({"ledger": "erp", "accounts": {}, "journals": {}} | change)


@pytest.mark.parametrize(("currency", "named"), [("EUR/3", "no fx"), ("GBP", "no fx"), ("GBP/2", "rounding_account")])
def test_a_currency_that_cannot_be_told_is_refused(currency: str, named: str) -> None:
    """Another currency needs fx; fewer decimals need a place for the rest."""
    found = LedgerPolicy(ledger="erp", accounts=CODES, journals={}, currency=currency)
    with pytest.raises(PolicyError, match=named):
        found.counted_in("GBP/3")


def test_a_journal_without_a_day_book_is_refused() -> None:
    """The ledger would not know where to put it."""
    nowhere = LedgerPolicy(ledger="erp", accounts=CODES, journals={})
    with pytest.raises(PolicyError, match="name one"):
        journals([DaySum(FIRST, "web", "receivable:web", 1), DaySum(FIRST, "web", "revenue:web", -1)], nowhere, "GBP/3")


def account(code: str, **standing: bool) -> LedgerAccountReported:
    """An account of the ledger's chart."""
    return LedgerAccountReported("erp", code, "2026", code, f"account {code}", **standing)


@pytest.mark.parametrize(
    ("chart", "reason"),
    [
        ({}, ""),
        ({"4.1.1": account("4.1.1")}, ""),
        ({"9": account("9")}, "not in its chart"),
        ({"4.1.1": account("4.1.1", is_closed=True)}, "closed"),
        ({"4.1.1": account("4.1.1", takes_entries=False)}, "heading"),
        ({"4.1.1": account("4.1.1", needs_party=True)}, "needs a party"),
    ],
)
def test_an_account_the_ledger_cannot_take_is_named_with_a_remedy(
    chart: dict[str, LedgerAccountReported], reason: str
) -> None:
    """Before anything is sent; an unknown chart is left to the ledger to judge."""
    found = gaps(policy(), ["revenue:web"], chart)
    assert [reason in g.reason and bool(g.remedy) for g in found] == ([True] if reason else [])


def test_an_unmapped_account_is_a_gap() -> None:
    """The policy says nothing of banks."""
    assert [(g.account, "no account" in g.reason) for g in gaps(policy(), ["bank:barclays"], {})] == [
        ("bank:barclays", True)
    ]


def test_a_day_held_back_counts_in_running_balances() -> None:
    """When it is let go later, the days after it need no revision."""
    sums = [
        DaySum(FIRST + timedelta(n), "web", a, s * 1_004)
        for n in range(3)
        for a, s in (("receivable:web", 1), ("revenue:web", -1))
    ]
    whole = journals(sums, policy("GBP/2"), "GBP/3")
    assert journals(sums, policy("GBP/2"), "GBP/3", [FIRST + timedelta(1)]) == [whole[0], whole[2]]
