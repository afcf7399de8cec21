"""A marketplace in bad weather: whatever is lost, doubled, late or out of order, the book says what it took, kept and owes."""

from typing import Any

import pytest

from tallystick.simulator.coverage import MARKETPLACES, Coverage
from tallystick.simulator.marketplaces.marketplace_history import marketplace_history
from tallystick.simulator.mutants.change import Code, InRow, Posted
from tallystick.simulator.weather import FAIR, STORM, USUAL

HISTORIES = 120
TRIED = 40
_MONEY = "processes.payments.marketplace_money"


def test_every_history_ties_out_and_every_row_is_reached() -> None:
    """Clearing, commission, tax and bank agree with the truth in each history, and no row of the tables is dead."""
    coverage = Coverage(world=MARKETPLACES)
    for seed in range(HISTORIES):
        profile = (STORM, FAIR, USUAL, USUAL)[seed % 4]
        story = marketplace_history(seed, profile, coverage.seen)
        assert story.violations == (), (seed, story.violations)
    assert coverage.missed() == []


def test_the_same_seed_tells_the_same_story() -> None:
    """Byte for byte."""
    assert marketplace_history(7) == marketplace_history(7)


MUTANTS: list[tuple[str, Any, str]] = [
    (
        "the marketplace's tax is booked as ours",
        Code("processes.orders.facilitated:set_apart", "terms is None or not terms.collects_tax_of", "True"),
        "truth_off",
    ),
    (
        "a capture told again is booked again",
        Code(f"{_MONEY}:took", "data.captures.get(report.reference)", "None"),
        "truth_off",
    ),
    (
        "a refund told again is booked again",
        Code(f"{_MONEY}:paid_back", "data.refunds.get(report.reference)", "None"),
        "truth_off",
    ),
    (
        "a payout told again is booked again",
        Code(f"{_MONEY}:settled", "data.parts.get(report.payout)", "None"),
        "posted_twice",
    ),
    ("commission stays in what is owed", Posted("marketplace_settled.commission"), "clearing_off"),
    (
        "withheld tax is commission",
        Posted("marketplace_settled.withheld", {"debit": "marketplace_fees:{channel}"}),
        "truth_off",
    ),
    ("a reserve is a cost", Posted("marketplace_charged.held", {"debit": "marketplace_fees:{channel}"}), "truth_off"),
    ("the tax of a return stays with the marketplace", Posted("goods_returned.collected.tax"), "owed_off"),
    (
        "what it paid back already it is asked to pay back",
        Code(f"{_MONEY}:credited", "min(told.amount, -after.missing)", "told.amount"),
        "refund_asked_twice",
    ),
    (
        "nobody waits for what it took",
        InRow("payment: ENTRUSTED on CollectPayment, open", {"within": None}),
        "not_at_rest",
    ),
    ("it is asked like a provider", Code(f"{_MONEY}:entrust", "not told.is_paid", "True"), "asked_of_nobody"),
    (
        "its day is nobody's",
        Code("processes.orders.fulfilment:late", 'breaks=(Break("ship_by_missed", text),)', "breaks=()"),
        "silent_lateness",
    ),
]


@pytest.mark.parametrize(("change", "found"), [m[1:] for m in MUTANTS], ids=[m[0] for m in MUTANTS])
def test_mutants_are_found(change: Any, found: str) -> None:
    """Each of these mistakes breaks a promise within some histories."""
    kinds = set[str]()
    with change.applied():
        for seed in range(TRIED):
            kinds |= {v.kind for v in marketplace_history(seed, (FAIR, USUAL)[seed % 2]).violations}
            if found in kinds:
                return
    raise AssertionError(f"{found} is not among {kinds}")
