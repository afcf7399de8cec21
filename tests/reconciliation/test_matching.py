"""Two record sets and a rule: what fits, what does not and of which kind, and what is too young to judge."""

from datetime import date

import pytest

from tallystick.reconciliation.matching import MatchingRule, Record, match

DAY = date(2026, 11, 9)
BANK = MatchingRule(
    "bank",
    missing="payout_not_at_bank",
    unknown="bank_line_unknown",
    differs="payout_over",
    short="payout_short",
    doubled="bank_line_doubled",
)


def record(key: str, number: int, day: int = 1, reference: str = "") -> Record:
    """A line of a provider called adyen."""
    return Record("adyen", key, "EUR/2", number, date(2026, 11, day), reference)


@pytest.mark.parametrize(
    ("ours", "theirs", "kinds"),
    [
        ([("P1", 700)], [("P1", 700)], []),
        ([("P1", 300), ("P1", 400)], [("P1", 700)], []),
        ([("P1", 700)], [("P1", 300), ("P1", 400)], []),
        ([("P1", 700)], [], ["payout_not_at_bank"]),
        ([], [("P1", 700)], ["bank_line_unknown"]),
        ([("P1", 700)], [("P1", 650)], ["payout_short"]),
        ([("P1", 700)], [("P1", 750)], ["payout_over"]),
        ([("P1", 700)], [("P1", 700), ("P1", 700)], ["bank_line_doubled"]),
        ([("P1", -700)], [("P1", -650)], ["payout_short"]),
        ([("P1", 0)], [], []),
        ([("P1", 700), ("P2", 300)], [("P2", 300)], ["payout_not_at_bank"]),
    ],
)
def test_a_difference_has_its_kind(
    ours: list[tuple[str, int]], theirs: list[tuple[str, int]], kinds: list[str]
) -> None:
    """One to one, many to one: equal sums fit; what does not is called by what is wrong with it."""
    found = match([record(*x) for x in ours], [record(*x) for x in theirs], BANK, DAY)
    assert [d.kind for d in found.differences] == kinds


def test_a_difference_names_its_lines_and_what_is_at_stake() -> None:
    """A person sees which line of whom is meant, and how much it is about."""
    found = match([record("P1", 700, reference="order/W1")], [record("P1", 650, reference="S7#1")], BANK, DAY)
    (difference,) = found.differences
    assert (difference.name, difference.amount) == ("bank/adyen/P1", -50)
    assert difference.references == ("S7#1", "order/W1")


def test_what_is_on_its_way_is_no_break() -> None:
    """A line is judged once it has had its days to settle; before that nobody is called."""
    rule = MatchingRule("bank", missing="payout_not_at_bank", settling_days=3)
    assert match([record("P1", 700, 7)], [], rule, DAY).pending == ["bank/adyen/P1"]
    assert match([record("P1", 700, 6)], [], rule, DAY).differences[0].kind == "payout_not_at_bank"


def test_a_tolerance_swallows_what_is_within_it_and_no_more() -> None:
    """A cent of rounding is nobody's case, two are."""
    rule = MatchingRule("bank", differs="payout_over", tolerance=1)
    assert match([record("P1", 700)], [record("P1", 701)], rule, DAY).differences == []
    assert len(match([record("P1", 700)], [record("P1", 702)], rule, DAY).differences) == 1


def test_a_garbled_reference_is_paired_by_amount_where_only_one_fits() -> None:
    """Same party, same amount, near in time: a suggestion. Where two would fit, nothing is guessed."""
    rule = MatchingRule("bank", missing="payout_not_at_bank", unknown="bank_line_unknown", by_amount_days_max=2)
    ours = [record("P1", 700), record("P2", 300), record("P3", 300), record("P4", 900, 1)]
    theirs = [record("?1", 700, 3), record("?2", 300), record("?4", 900, 4)]
    found = match(ours, theirs, rule, DAY)
    assert [(a.key, b.key) for a, b in found.suggested] == [("P1", "?1")]
    assert sorted((d.kind, d.key) for d in found.differences) == [
        ("bank_line_unknown", "?2"),
        ("bank_line_unknown", "?4"),
        ("payout_not_at_bank", "P2"),
        ("payout_not_at_bank", "P3"),
        ("payout_not_at_bank", "P4"),
    ]


def test_currencies_never_meet() -> None:
    """Ten of one currency are not ten of another."""
    other = Record("adyen", "P1", "USD/2", 700, date(2026, 11, 1))
    assert [d.kind for d in match([record("P1", 700)], [other], BANK, DAY).differences] == [
        "payout_not_at_bank",
        "bank_line_unknown",
    ]
