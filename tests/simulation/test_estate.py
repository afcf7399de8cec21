"""What is seeded is found: each fault of the estate is absorbed or shown as the right exception, and nothing else is."""

from hashlib import sha256

import msgspec
import pytest
from msgspec.structs import replace

from tallystick.reconciliation.comparisons import COMPARISONS
from tallystick.reconciliation.kinds import KINDS
from tallystick.reconciliation.limits import Limits
from tallystick.simulator.estate.controller import Practice
from tallystick.simulator.estate.estate_run import HONEST, LYING, estate_story, run_estate
from tallystick.simulator.estate.faults import ABSORBED, SHOWN
from tallystick.simulator.estate.verdict import Verdict
from tallystick.simulator.weather import Profile
from tests.simulation.estate_block import judged

FAULTS = 10_000
TWIN_SEEDS = range(40)
RAISED_BY = {
    "stock": {"goods_vanished", "goods_appeared", "dispatch_unreported", "counter_drifted", "order_lost"},
    "provider": {"capture_unreported", "capture_made_up", "settlement_unreported", "fee_raised"},
    "bank": {"payout_shortened", "payout_lost", "payout_unannounced", "bank_line_doubled"},
    "till": {"till_number_skipped", "till_number_doubled", "till_sale_unreported", "till_sale_misread"},
    "ledger": {"journal_dropped", "journal_doubled", "foreign_entry"},
}
"""Kinds of lies that each comparison alone can find."""
ALSO_STOCK = {"till_number_doubled", "till_sale_unreported"}
"""Lies of tills that leave a shelf short as well: they must be shown twice."""


def with_practice(practice: Practice, profile: Profile = LYING) -> Verdict:
    """Run some histories in a house that reconciles in another way."""
    found = Verdict()
    for seed in TWIN_SEEDS:
        found.add(run_estate(seed, profile, practice=practice).verdict)
    return found


def test_ten_thousand_faults_are_absorbed_or_shown() -> None:
    """Every lie, loss and crash is absorbed or shown as an exception of the right kind, on its subject, at its amount."""
    found, broken, _ = judged()
    assert broken == ()
    assert found.missed == []
    assert found.faults >= FAULTS


def test_no_exception_is_a_false_alarm() -> None:
    """No break is raised that no fault, and nothing people did, stands behind."""
    found = judged()[0]
    assert found.false_alarms == []
    assert found.exceptions > FAULTS // 4


def test_every_kind_of_fault_occurs() -> None:
    """Fifteen kinds are absorbed, twenty-six are shown, and none of them is an idle name."""
    found = judged()[0]
    assert set(found.absorbed) == set(ABSORBED)
    assert set(found.shown) == set(SHOWN)


def test_an_honest_estate_raises_nothing_but_what_people_did() -> None:
    """Where nobody lies and nothing gets lost, the only exceptions are money asked back at the bank."""
    for seed in range(40):
        found = run_estate(seed, HONEST).verdict
        assert (found.faults, found.false_alarms) == (0, [])
        assert found.exceptions == found.happenings


@pytest.mark.parametrize("off", COMPARISONS)
def test_a_comparison_switched_off_is_missed(off: str) -> None:
    """The broken twin: without one comparison, the lies that it alone finds are reported as missed, and no others."""
    found = with_practice(Practice(tuple(name for name in COMPARISONS if name != off)))
    missed = {text.partition(":")[0] for text in found.missed}
    assert missed >= RAISED_BY[off]
    others = set().union(*(kinds for name, kinds in RAISED_BY.items() if name != off))
    assert not missed & (others - ALSO_STOCK)
    assert found.false_alarms == []


@pytest.mark.parametrize(
    ("limits", "alarm"),
    [
        (Limits(stock_settling_hours=0, clock_hours_max=0), "warehouse_stock_differs"),
        (Limits(stock_settling_hours=0, channel_hours_max=0), "channel_stock_differs"),
    ],
)
def test_a_comparison_too_eager_raises_false_alarms(limits: Limits, alarm: str) -> None:
    """The other broken twin: who judges before things have settled calls people for nothing, and it is seen."""
    found = with_practice(Practice(limits=limits), replace(LYING, clocks=0.2))
    assert any(alarm in text for text in found.false_alarms)


def test_judging_beyond_the_last_statement_raises_false_alarms() -> None:
    """A payment after the end of a statement is not missing from it: who forgets that calls people for nothing."""
    found = with_practice(Practice(limits=Limits(clock_days=-3)))
    assert any("capture_not_at_provider" in text for text in found.false_alarms)
    assert any("payout_not_at_bank" in text for text in found.false_alarms)


def test_every_kind_that_is_raised_is_explained() -> None:
    """A person who meets a break of reconciliation finds its meaning, its likely cause and what to do."""
    raised = {
        kind
        for seed in TWIN_SEEDS
        for fault in run_estate(seed).faults
        for kind, subject in fault.expects
        if subject.startswith("difference/")
    }
    assert raised <= KINDS.keys()
    assert len(raised) > 15


def test_the_same_seed_tells_the_same_story() -> None:
    """A failing seed of the estate is replayed byte for byte."""
    told = [sha256(msgspec.json.encode(run_estate(7).story)).hexdigest() for _ in range(2)]
    assert told[0] == told[1]
    assert run_estate(8).story.lines != run_estate(7).story.lines
    assert estate_story(7) == run_estate(7).story
