"""Engines that are wrong in one place, as engines have been: the worked cases and the sums catch every one."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from tallystick.decisions.tax import portions, quote, refund, rules
from tallystick.decisions.tax.quote import tax_quote
from tallystick.decisions.tax.quoted import RefundAsked, Returned, TaxRefused
from tallystick.decisions.tax.rates import RateRow
from tallystick.decisions.tax.refund import tax_refund
from tests.tax.asking import TABLE, asked
from tests.tax.cases import CASES, told


def wrong_cases() -> set[str]:
    """The worked cases that do not come out as the law says."""
    found = set()
    for case in CASES:
        try:
            as_it_should = told(tax_quote(case.question, TABLE)) == case.lines
        except TaxRefused:
            as_it_should = False
        if not as_it_should:
            found.add(case.name)
    return found


def _half_even(numerator: int, denominator: int) -> int:
    return round(numerator / denominator)


def _each_by_itself(numerators: Sequence[int], denominator: int) -> list[int]:
    return [(2 * n + denominator) // (2 * denominator) for n in numerators]


def _without(name: str) -> tuple[Any, ...]:
    return tuple(r for r in rules.RULES if r.name != name)


def _last_day_left_out(row: RateRow, on: Any) -> bool:
    return row.first_day <= on and (row.last_day is None or on < row.last_day)


TWINS: dict[str, tuple[Any, str, Any, str]] = {
    "a banker's half": (quote, "spread", lambda n, d: [_half_even(x, d) for x in n], "half a cent goes up"),
    "lines rounded where the document should be": (quote, "spread", _each_by_itself, "by document"),
    "documents rounded where lines should be": (quote, "half_up", lambda n, d: n // d, "by line"),
    "tax on top of a price that holds it": (quote, "WHOLE", 10**6 - 190_000, "inclusive"),
    "the last day left out": (RateRow, "holds", _last_day_left_out, "a rate for half a year"),
    "today's rate on account": (
        quote,
        "_rate_day",
        lambda case, _: case.supply.asked.on,
        "on account, at its own rate",
    ),
    "Art. 95 forgotten": (quote, "_rate_day", lambda _, day: day, "on account, at the rate of the supply"),
    "a voucher taxed twice": (portions, "base_of", lambda line: line.amount, "single-purpose, redeemed"),
    "everything at the origin": (quote, "jurisdiction_of", lambda s, _: s.asked.ship_from.code, "distance sale"),
    "everything at the destination": (quote, "jurisdiction_of", lambda s, _: s.asked.ship_to.code, "origin"),
}


def test_the_true_engine_has_no_wrong_case() -> None:
    """The check is silent where nothing is wrong."""
    assert wrong_cases() == set()


@pytest.mark.parametrize("name", TWINS)
def test_a_wrong_engine_is_caught(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each twin fails at least the worked case that stands there for it."""
    where, what, twin, case = TWINS[name]
    monkeypatch.setattr(where, what, twin)
    assert case in wrong_cases()


def answers() -> dict[str, Any]:
    """What is said of every worked case, with the law."""
    return {case.name: tax_quote(case.question, TABLE).lines for case in CASES}


@pytest.mark.parametrize("rule", [r.name for r in rules.RULES[:-1]])
def test_every_rule_is_needed(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that lost a row says something else of a worked case, or gives another law for it."""
    whole = answers()
    monkeypatch.setattr(rules, "RULES", _without(rule))
    assert answers() != whole


def test_the_order_of_the_rules_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read from bottom to top the table is another law."""
    monkeypatch.setattr(rules, "RULES", tuple(reversed(rules.RULES)))
    assert wrong_cases()


def lost_in_parcels() -> int:
    """How many cents differ between three lamps sold and the same three brought back one by one."""
    sold = tax_quote(asked("DE>DE", {"amount": 3001, "quantity": 3}), TABLE)
    parts = [tax_refund(RefundAsked(lines=sold.lines, returned=(Returned(1, 1, n),))) for n in range(3)]
    return abs(sum(p.tax for p in parts) - sold.tax) + abs(sum(p.gross for p in parts) - sold.gross)


def test_a_refund_that_rounds_each_parcel_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third, rounded, three times is not the whole."""
    assert lost_in_parcels() == 0
    true: Callable[..., Any] = refund._part
    monkeypatch.setattr(refund, "_part", lambda sold, back: true(sold, Returned(back.line, back.quantity)))
    assert lost_in_parcels()
