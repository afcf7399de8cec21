"""What the law says, case by case, to the cent; and a second way of reckoning that agrees."""

from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest
from msgspec.structs import replace

from tallystick.decisions.tax.asked import LineAsked
from tallystick.decisions.tax.quote import tax_quote
from tallystick.decisions.tax.rules import RULES, rule_of
from tallystick.decisions.tax.supply import supply_of
from tests.tax.asking import TABLE, reckoned
from tests.tax.cases import CASES, Case, told


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_law_is_followed(case: Case) -> None:
    """Each worked case comes out as its law says: where, at which rate, how much, and who collects."""
    assert told(tax_quote(case.question, TABLE)) == case.lines, case.law


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_second_way_agrees(case: Case) -> None:
    """Reckoned again in fractions, from prices and percentages alone, every line has the same tax to the cent."""
    quote = tax_quote(case.question, TABLE)
    by_day: dict[date, list[tuple[int, Fraction, int]]] = defaultdict(list)
    for x in quote.lines:
        base = x.gross if case.question.prices == "inclusive" else x.net
        by_day[x.tax_point].append((base, Fraction(x.rate, 10_000), x.tax))
    for lines in by_day.values():
        assert reckoned(case.question, [(base, rate) for base, rate, _ in lines]) == [tax for *_, tax in lines]


def test_every_rule_decides_a_case() -> None:
    """No rule of the table stands there without a worked case."""
    assert {rule_of(supply_of(case.question, TABLE)).name for case in CASES} == {rule.name for rule in RULES}


def test_the_answer_names_the_law_and_the_rates() -> None:
    """Whoever asks why is told: the rule, the law of the state, the law of the rate, and the version of the table."""
    nexus = next(c for c in CASES if c.name == "marketplace facilitator")
    quote = tax_quote(nexus.question, TABLE)
    assert "N.J.S.A. 54:32B-3.6" in quote.lines[0].law
    assert quote.lines[0].law.endswith("rate: N.J.S.A. 54:32B-3")
    assert quote.rates.endswith("+local-1")
    assert (quote.seller_collects, quote.marketplace_collects) == (0, 663)


def test_a_voucher_line_among_goods_leaves_the_goods_alone() -> None:
    """A multi-purpose voucher sold with goods is not taxed; the goods are, as if it were not there."""
    goods = CASES[0].question
    both = replace(goods, lines=(*goods.lines, LineAsked(2, 5000, kind="voucher_multi")))
    first, voucher = tax_quote(both, TABLE).lines
    assert first == tax_quote(goods, TABLE).lines[0]
    assert (voucher.tax, voucher.net) == (0, 5000)
